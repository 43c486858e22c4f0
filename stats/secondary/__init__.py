"""Secondary analyses, one module per concern; each with its interval, none able to change the verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType

import numpy as np

from stats.errors import InputError
from stats.report.finding import Finding, Looks, Material, finding_from
from stats.secondary import (
    answered_trials,
    bias,
    confusion_matrices,
    gap,
    loss,
    monotone,
    observer_agreement,
    planned_looks,
    psychometric_curves,
    sensitivity,
    times,
)

ANALYSES: tuple[ModuleType, ...] = (
    planned_looks, answered_trials, gap, loss, psychometric_curves, monotone, bias, confusion_matrices,
    observer_agreement, sensitivity, times,
)  # fmt: skip

__all__ = ["ANALYSES", "Finding", "Looks", "Material", "finding_from", "secondary"]


def secondary(material: Material, tell: Callable[[str], None] = lambda _: None) -> Iterator[Finding]:
    """Run every secondary analysis; one that is not possible is returned as its reason.

    Parameters
    ----------
    material
        The trials with their verdict, and what else is known.
    tell
        Called with the title of each analysis before it starts.
    """
    for analysis in ANALYSES:
        tell(analysis.TITLE)
        yield _found(analysis, material)


def _found(analysis: ModuleType, material: Material) -> Finding:
    try:
        finding: Finding = analysis.find(material)
    except (InputError, np.linalg.LinAlgError) as reason:  # a table that does not suit, or a singular model
        return Finding(analysis.NAME, analysis.TITLE, reason=str(reason))
    return finding
