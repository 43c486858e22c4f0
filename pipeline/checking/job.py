"""Do one check and write what it found."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.checking.attention import check_attention
from pipeline.checking.controls import check_controls
from pipeline.checking.cover import check_cover
from pipeline.checking.curve import measure_curve
from pipeline.checking.finding import Finding
from pipeline.checking.nuisance import check_nuisance
from pipeline.checking.shuffle import check_shuffle
from pipeline.jobs import Claim, Write
from pipeline.models import Check
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
    row = Check.objects.select_related("study").get(job=claim.job)
    finding = CHECKS[row.kind](row.study.levels.get(number=row.level), claim)

    def write() -> None:
        row.result, row.figure = finding.to_dict(), finding.figure
        row.save(update_fields=["result", "figure"])

    return write
