"""Which photos a run learns from, and which choose its best epoch."""

from __future__ import annotations

from attacker.example import Example
from attacker.splits import grouped_split
from pipeline.examples import examples_of, stimuli_at
from pipeline.models import AttackerRun
from study.models import Item

DESIGN_SHARES = (0.75, 0.25)  # of the design photos: learned from, and validated on

Roles = tuple[tuple[Example, ...], tuple[Example, ...]]


def roles_of(run: AttackerRun) -> Roles:
    """Photos at all levels through the run's own to learn from, and at that level to validate on.

    A designer has design photos in both roles: those that attackers learn from, are validated and tested on
    have no say in how they are cropped.
    """
    if run.role == AttackerRun.Role.DESIGN:
        learned, held_out = grouped_split(_through(run, Item.Split.DESIGN), DESIGN_SHARES, run.seed)
    else:
        learned, held_out = (_through(run, split) for split in (Item.Split.TRAIN, Item.Split.VALIDATION))
    return learned, tuple(example for example in held_out if example.level == run.trained_through)


def _through(run: AttackerRun, split: str) -> tuple[Example, ...]:
    return tuple(examples_of(stimuli_at(run.study, range(run.trained_through + 1), [split])))
