"""A stored analysis as the parts of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.analysis.report_facts import facts_of
from pipeline.loop.machine_warnings import cautions_of
from stats.report.content import Check, Source

if TYPE_CHECKING:
    from pipeline.models import Analysis
    from stats.secondary import Finding


class NotDone(ValueError):
    """There is nothing to report yet."""


def source_of(analysis: Analysis) -> Source:
    """All parts of the report of an analysis.

    Raises
    ------
    NotDone
        If the analysis has no result yet.
    """
    if analysis.result is None:
        raise NotDone(f"{analysis} is not done yet: wait for its job, or read why it failed.")
    return Source(
        facts=facts_of(analysis),
        result=analysis.result,
        findings=findings_of(analysis),
        figures=analysis.figures,
        matrix=analysis.attack_matrix,
        checks=checks_of(analysis),
        cautions=tuple(cautions_of(analysis.study)),
    )


def findings_of(analysis: Analysis) -> tuple[Finding, ...]:
    """The secondary analyses as they were computed."""
    from stats.report.finding import finding_from

    stored = analysis.secondary or {}
    return tuple(finding_from(name, values, analysis.figures) for name, values in stored.items())


def checks_of(analysis: Analysis) -> tuple[Check, ...]:
    """What is known of the attackers by now, level by level."""
    return tuple(
        Check(
            f"{check.kind}-{check.level}",
            f"Level {check.level}: {check.get_kind_display()}",
            check.result or {},
            check.figure,
        )
        for check in analysis.study.checks.done()
    )
