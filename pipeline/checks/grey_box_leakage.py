"""Do grey boxes tell the class? A classifier that sees only which cells are covered, and no pixel."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pipeline.checks.result import Finding
from pipeline.checks.result_types import CoverResult
from pipeline.crops.grey_boxes import from_hex
from pipeline.datasets import examples_of, stimuli_at
from pipeline.queue.claims import Claim
from stats.apa import estimate, p_value, share
from study.models import Item, Level, Stimulus

if TYPE_CHECKING:
    from attacker.evaluation.baseline_classifier import BaselineResult


def check_cover(level: Level, claim: Claim) -> Finding:
    """Look for the removal artefact that made the original study give up its grey boxes."""
    from attacker.evaluation.nuisance import mask_baseline

    train, test = (
        list(stimuli_at(level.study, [level.number], [split]))
        for split in (Item.Split.TRAIN, Item.Split.TEST)
    )
    claim.checkpoint()
    baseline = mask_baseline(examples_of(train), _covers(train), examples_of(test), _covers(test))
    above, numbers = baseline.is_above_chance(), asdict(baseline)
    result = CoverResult(summary=_summary(baseline), concern=above, **numbers, above_chance=above)
    return Finding(result)


def _summary(baseline: BaselineResult) -> str:
    given_away, nothing = "the boxes themselves give the class away", "no removal artefact is detected"
    return (
        f"From the places of the boxes alone, the class of "
        f"{estimate(baseline.accuracy, baseline.low, baseline.high)} of the photos can be told "
        f"(chance {share(baseline.chance)}, p {p_value(baseline.p_value)}): "
        f"{given_away if baseline.is_above_chance() else nothing}."
    )


def _covers(stimuli: list[Stimulus]) -> NDArray[np.float64]:
    """Return which cells of each stimulus are covered, [n, GRID, GRID]."""
    return np.array([from_hex(stimulus.covered) for stimulus in stimuli], dtype=np.float64)
