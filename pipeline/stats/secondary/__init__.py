"""Secondary analyses, one module per concern; each with its interval, none able to change the verdict."""

from collections.abc import Callable, Iterator
from types import ModuleType

import numpy as np

from ..errors import InputError
from . import (
    bias,
    confusion,
    consistency,
    counted,
    curves,
    gap,
    looks,
    loss,
    monotone,
    sensitivity,
    times,
)
from .finding import Finding, Looks, Material, finding_from

ANALYSES: tuple[ModuleType, ...] = (
    looks, counted, gap, loss, curves, monotone, bias, confusion, consistency, sensitivity, times,
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
