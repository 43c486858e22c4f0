"""Run one check in a worker and store what it found."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.checks.attention import check_attention
from pipeline.checks.controls import check_controls
from pipeline.checks.grey_box_leakage import check_cover
from pipeline.checks.learning_curve import measure_curve
from pipeline.checks.nuisance_baselines import check_nuisance
from pipeline.checks.result import Finding, store_finding
from pipeline.checks.shuffled_labels import check_shuffle
from pipeline.models import Check
from pipeline.queue.claims import Claim, Write
from study.models import Level

CHECKS: dict[str, Callable[[Level, Claim], Finding]] = {
    Check.Kind.CURVE: measure_curve,
    Check.Kind.CONTROLS: check_controls,
    Check.Kind.SHUFFLE: check_shuffle,
    Check.Kind.NUISANCE: check_nuisance,
    Check.Kind.COVER: check_cover,
    Check.Kind.ATTENTION: check_attention,
}


def check(claim: Claim) -> Write:
    """Run the check of a job; the returned function writes its result."""
    row = Check.objects.select_related("study").get(job=claim.job)
    finding = CHECKS[row.kind](row.study.levels.get(number=row.level), claim)
    return lambda: store_finding(row, finding)
