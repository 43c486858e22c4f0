"""The columns that name a photo at a level, in every table."""

from __future__ import annotations

from pipeline.exports.csv_lines import Row
from study.models import Stimulus
from study.sizing.shown_sizes import longest_side


def stimulus_columns(stimulus: Stimulus, renumbered_by: int) -> Row:
    """Return the columns that name a photo at a level.

    Tables have the numbers of the origin: without what an import added to those of rows.
    """
    return {
        "item_id": stimulus.item_id - renumbered_by,
        "source_id": stimulus.item.cluster[:16],
        "stimulus_id": stimulus.pk - renumbered_by,
        "stim_sha256": stimulus.sha256,
        "crop_level": stimulus.level.number,
        "crop_fraction": round(stimulus.crop_fraction, 6),
        "subject_kept": stimulus.subject_kept,
        "attention_kept": stimulus.attention_kept,
        "subject_share": stimulus.subject_fill,
        "category": stimulus.item.category.name,
    }


def size_columns(stimulus: Stimulus, shown_px: float | None, degrees: float | None) -> Row:
    """Return the columns about the size of one photo on a person's screen.

    `shown_px` is its longer side as it was drawn, in pixels of the screen, `degrees` the same in visual
    angle; None where that was not reported, or the screen not measured.
    """
    window, item = (stimulus.window_width, stimulus.window_height), stimulus.item
    magnification = None if shown_px is None else shown_px / longest_side(window, (item.width, item.height))
    return {"shown_px": shown_px, "magnification": magnification, "photo_degrees": degrees}
