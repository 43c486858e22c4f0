"""Do grey boxes tell the class? A classifier that sees only which cells are covered, and no pixel."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from pipeline.checks.result import Finding
from pipeline.crops.grey_boxes import from_hex
from pipeline.datasets import examples_of, stimuli_at
from pipeline.queue.claims import Claim
from stats.apa import interval, p_value, share
from study.models import Item, Level, Stimulus


def check_cover(level: Level, claim: Claim) -> Finding:
    """The removal artefact that made the original study give up its grey boxes."""
    from attacker.evaluation.nuisance import mask_baseline

    learned, tested = _stimuli(level, Item.Split.TRAIN), _stimuli(level, Item.Split.TEST)
    claim.checkpoint()
    found = mask_baseline(examples_of(learned), _covers(learned), examples_of(tested), _covers(tested))
    above = found.is_above_chance()
    return Finding(
        asdict(found) | {"above_chance": above},
        f"From the boxes' places alone the class of {share(found.accuracy)} "
        f"{interval(found.low, found.high)} of the photos is told "
        f"(chance {share(found.chance)}, p {p_value(found.p_value)}): "
        + ("the boxes themselves tell the class." if above else "no removal artefact shows."),
        concern=above,
    )


def _stimuli(level: Level, split: str) -> list[Stimulus]:
    return list(stimuli_at(level.study, [level.number], [split]))


def _covers(stimuli: list[Stimulus]) -> NDArray[np.float64]:
    return np.array([from_hex(one.covered) for one in stimuli], dtype=np.float64)
