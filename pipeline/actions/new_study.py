"""A new study from few words: a preset, or the design of a study that is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from pipeline.audit import record
from pipeline.crops.levels import add_levels
from study.models import Level, Study
from study.models.translated_texts import TranslatedTexts

OF_THE_STUDY_ALONE = {"id", "name", "code", "owner", "status", "created_at"}


@dataclass(frozen=True)
class Preset:
    """Values that suit a purpose; every other choice is the usual one.

    Attributes
    ----------
    label : its name on the page
    says : what it is for, and what it costs
    values : of fields of a study
    """

    label: str
    says: str
    values: Mapping[str, Any]


PRESETS = {
    "quick": Preset(
        "Quick look on a laptop",
        "Two seeds, quick training, ten people with 30 photos each: an idea of the answer in an afternoon, "
        "too small for a verdict that holds.",
        {
            "seeds": 2,
            "attacker_preset": "quick",
            "test_time_augmentation": False,
            "max_rounds": 1,
            "minimum_levels": 2,
            "trials_per_person": 30,
            "block_size": 15,
            "practice_trials": 4,
            "target_completes": 10,
        },
    ),
    "published": Preset(
        "Published study",
        "Five seeds, full training, people of a pilot choose the crops, sixty others judge them, an "
        "instructed answer: hours on a graphics card, days without.",
        {
            "seeds": 5,
            "attacker_preset": "full",
            "pilot": True,
            "trials_per_person": 60,
            "target_completes": 60,
            "instructed_check": True,
        },
    ),
    "captcha": Preset(
        "CAPTCHA audit",
        "The attack is retrained up to six times at each level; people have five seconds and must "
        "exceed 90 %. Set the ceiling to what an attacker may reach.",
        {
            "seeds": 5,
            "attacker_preset": "full",
            "max_rounds": 6,
            "floor": 0.9,
            "deadline_ms": 5000,
            "trials_per_person": 60,
            "target_completes": 60,
        },
    ),
}


def study_from_preset(user: Any, name: str, preset: str) -> Study:
    """Create a study with the values of a preset and the default levels."""
    with transaction.atomic():
        study = Study.objects.create(name=name, owner=user, **PRESETS[preset].values)
        add_levels(study)
        record(user, study, f"created from the preset {preset}")
    return study


def study_like(user: Any, name: str, template: Study) -> Study:
    """Create a study with design, texts and levels of another one, without its photos, links and people."""
    fields = [field for field in Study._meta.concrete_fields if field.name not in OF_THE_STUDY_ALONE]
    values = {field.name: getattr(template, field.name) for field in fields}
    with transaction.atomic():
        study = Study.objects.create(name=name, owner=user, **values)
        for level in template.levels.all():
            Level.objects.create(
                study=study, number=level.number, side=level.side, subject_share=level.subject_share
            )
        for texts in TranslatedTexts.objects.filter(study=template):
            texts.pk, texts.study = None, study
            texts.save(force_insert=True)
        record(user, study, f"created like {template.code}")
    return study
