"""The columns that name a photo at a level, in every table."""

from __future__ import annotations

from pipeline.exports.csv_lines import Row
from study.models import Stimulus


def stimulus_columns(stimulus: Stimulus) -> Row:
    """Return the columns that name a photo at a level."""
    return {
        "item_id": stimulus.item_id,
        "source_id": stimulus.item.cluster[:16],
        "stimulus_id": stimulus.pk,
        "stim_sha256": stimulus.sha256,
        "crop_level": stimulus.level.number,
        "crop_fraction": round(stimulus.crop_fraction, 6),
        "subject_kept": stimulus.subject_kept,
        "attention_kept": stimulus.attention_kept,
        "subject_share": stimulus.subject_fill,
        "category": stimulus.item.category.name,
    }
