"""Roles of photos: which a run learns from, and which choose its best epoch."""

from __future__ import annotations

from collections.abc import Iterable

from attacker.config import AttackerConfig
from attacker.example import Example
from attacker.photos.splits import hold_out
from pipeline.datasets import config_of, examples_of, stimuli_at
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
        learned_through(run.study, run.trained_through, split)
        for split in (Item.Split.TRAIN, Item.Split.VALIDATION)
    )
    own = run.searched_recipe
    if own and not own.lighter:
        learned = _at(run.trained_through, learned)
    return learned, _at(run.trained_through, held_out)


def config_of_run(run: AttackerRun) -> AttackerConfig:
    """Return how a run is trained: by the study's recipe, or by its own that a search found."""
    if own := run.searched_recipe:
        return AttackerConfig.from_dict({**own.settings, "seed": run.seed})
    return config_of(run.study, run.architecture, run.seed)


def designers_roles(study: Study, level: int, seed: int) -> Roles:
    """Return the same for a network whose attention decides where to crop: design photos in both roles."""
    photos = learned_through(study, level, Item.Split.DESIGN)
    learned, held_out = hold_out(photos, DESIGN_VALIDATION, seed)
    return learned, _at(level, held_out)


def learned_through(study: Study, level: int, split: str) -> tuple[Example, ...]:
    """Return the crops of a role's photos at a level and all lighter ones."""
    return tuple(examples_of(stimuli_at(study, range(level + 1), [split])))


def _at(level: int, examples: Iterable[Example]) -> tuple[Example, ...]:
    return tuple(example for example in examples if example.level == level)
