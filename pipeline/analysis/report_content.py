"""A stored analysis as the parts of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pipeline.analysis.freezing import remarks_of
from pipeline.analysis.report_facts import facts_of
from pipeline.checks.result import result_of
from stats.decision.results import Verdict
from stats.report import check_sections
from stats.report.attack_grid import AttackGrid
from stats.report.content import Check, Source
from stats.report.finding import Finding, finding_from

if TYPE_CHECKING:
    from pipeline.checks.result_types import CheckResult
    from pipeline.models import Analysis
    from pipeline.models import Check as StoredCheck

NOT_NUMBERS = ("says", "concern")


class AnalysisNotDoneError(ValueError):
    """The analysis has no results to report yet."""


def source_of(analysis: Analysis) -> Source:
    """Return all parts of the report of an analysis.

    Raises AnalysisNotDoneError if the analysis has no result yet; StoredVerdictError, msgspec.ValidationError
    if the stored values are not those of an analysis.
    """
    if analysis.result is None:
        raise AnalysisNotDoneError(f"{analysis} is not done yet: wait for its job, or read why it failed.")
    return Source(
        facts=facts_of(analysis),
        outcome=Verdict.from_dict(analysis.result),
        findings=findings_of(analysis),
        figures=analysis.figures,
        matrix=msgspec.convert(analysis.attack_matrix, AttackGrid | None),
        checks=checks_of(analysis),
        cautions=tuple(remarks_of(analysis.version).cautions),
    )


def figure_of(analysis: Analysis, name: str) -> str | None:
    """Return the SVG text of a figure of the report, or None where the report has no such figure."""
    of_checks = map(check_sections.picture, checks_of(analysis))
    figures: dict[str, str] = {picture.name: picture.svg for picture in of_checks} | analysis.figures
    return figures.get(name)


def findings_of(analysis: Analysis) -> tuple[Finding, ...]:
    """Return the secondary analyses as they were computed."""
    stored = analysis.secondary or {}
    return tuple(finding_from(name, values, analysis.figures) for name, values in stored.items())


def checks_of(analysis: Analysis) -> tuple[Check, ...]:
    """Return what is known of the attackers by now, level by level."""
    results = ((check, result_of(check)) for check in analysis.study.checks.done())
    return tuple(_reported(check, result) for check, result in results if result)


def _reported(check: StoredCheck, result: CheckResult) -> Check:
    return Check(
        name=f"{check.kind}-{check.level}",
        title=f"Level {check.level}: {check.get_kind_display()}",
        answer=result.summary,
        concern=result.concern,
        numbers={name: value for name, value in (check.result or {}).items() if name not in NOT_NUMBERS},
        figure=check.figure,
    )
