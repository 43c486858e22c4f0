"""Results of checks between Python and the database: written and read back here, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from pipeline.checks.result_types import (
    AttentionResult,
    CheckResult,
    ControlsResult,
    CoverResult,
    CurveResult,
    NuisanceResult,
    ShuffleResult,
)
from pipeline.models import Check

RESULT_TYPES: dict[str, type[CheckResult]] = {
    Check.Kind.CURVE: CurveResult,
    Check.Kind.CONTROLS: ControlsResult,
    Check.Kind.SHUFFLE: ShuffleResult,
    Check.Kind.NUISANCE: NuisanceResult,
    Check.Kind.COVER: CoverResult,
    Check.Kind.ATTENTION: AttentionResult,
}


@dataclass(frozen=True)
class Finding:
    """What a check gives back: its typed result, and a figure as SVG, or an empty string."""

    result: CheckResult
    figure: str = ""


def store_finding(check: Check, finding: Finding) -> None:
    """Write what a check found into its row."""
    plain = msgspec.to_builtins(finding.result, enc_hook=lambda numpy_value: numpy_value.tolist())
    check.result, check.figure = plain, finding.figure
    check.save(update_fields=["result", "figure"])


def result_of(check: Check) -> CheckResult | None:
    """Return the typed result of a check; None before it is done."""
    if check.result is None:
        return None
    # A network without a feature map has no attention to measure: then only the paragraph is stored.
    measured = check.kind != Check.Kind.ATTENTION or "faithful" in check.result
    return msgspec.convert(check.result, RESULT_TYPES[check.kind] if measured else CheckResult)
