"""Roles of photos: which a run learns from, and which choose its best epoch."""

from __future__ import annotations

from collections.abc import Iterable

from attacker.example import Example
from attacker.photos.splits import hold_out
from pipeline.datasets import examples_of, stimuli_at
from pipeline.models import AttackerRun
from study.models import Item, Study

DESIGN_VALIDATION = 0.25  # share of the design photos that a designer is validated on

Roles = tuple[tuple[Example, ...], tuple[Example, ...]]


def roles_of(run: AttackerRun) -> Roles:
    """Return the photos that a run learns from, at all its levels, and those at its own level to validate on.

    A designer has design photos in both roles, so photos that attackers learn from, are validated on or are
    tested on do not influence how they are cropped.
    """
    if run.role == AttackerRun.Role.DESIGN:
        return designers_roles(run.study, run.trained_through, run.seed)
    learned, held_out = (
        _through(run.study, run.trained_through, split) for split in (Item.Split.TRAIN, Item.Split.VALIDATION)
    )
    return learned, _at(run.trained_through, held_out)


def designers_roles(study: Study, level: int, seed: int) -> Roles:
    """Return the same for a network whose attention decides where to crop: design photos in both roles."""
    photos = _through(study, level, Item.Split.DESIGN)
    learned, held_out = hold_out(photos, DESIGN_VALIDATION, seed)
    return learned, _at(level, held_out)


def _through(study: Study, level: int, split: str) -> tuple[Example, ...]:
    return tuple(examples_of(stimuli_at(study, range(level + 1), [split])))


def _at(level: int, examples: Iterable[Example]) -> tuple[Example, ...]:
    return tuple(example for example in examples if example.level == level)
