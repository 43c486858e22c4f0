"""All secondary analyses, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType

import numpy as np

from stats.errors import InputError
from stats.report.finding import Finding
from stats.secondary import (
    answered_trials,
    confusion_matrices,
    gap,
    groups_and_conditions,
    individual_levels,
    loss,
    monotone,
    observer_agreement,
    planned_looks,
    psychometric_curves,
    sensitivity,
    times,
)
from stats.secondary.machines import bias, side_by_side
from stats.secondary.material import Material
from stats.secondary.tasks import answers_by_step, two_photo_sides

ANALYSES: tuple[ModuleType, ...] = (
    planned_looks, answered_trials, gap, loss, psychometric_curves, monotone, bias, confusion_matrices,
    observer_agreement, sensitivity, times,
)  # fmt: skip
# Only where the table has what they are about: nobody misses an analysis of groups in a study without any.
WHERE_ASKED: tuple[ModuleType, ...] = (
    groups_and_conditions,
    individual_levels,
    answers_by_step,
    two_photo_sides,
)


def secondary(material: Material, on_progress: Callable[[str], None] = lambda _: None) -> Iterator[Finding]:
    """Run every secondary analysis; where one is not possible, its finding holds the reason.

    Parameters
    ----------
    material
        The trials with their verdict, and what else is known.
    on_progress
        Called with the title of each analysis before it starts.
    """
    asked = [analysis for analysis in WHERE_ASKED if analysis.is_asked(material.trials)]
    compared = [side_by_side] if side_by_side.is_asked(material) else []
    for analysis in (*ANALYSES, *compared, *asked):
        on_progress(analysis.TITLE)
        yield _finding(analysis, material)


def _finding(analysis: ModuleType, material: Material) -> Finding:
    try:
        finding: Finding = analysis.find(material)
    except (InputError, np.linalg.LinAlgError) as reason:  # an unsuitable table, or a singular model
        return Finding(analysis.NAME, analysis.TITLE, reason=str(reason))
    return finding
