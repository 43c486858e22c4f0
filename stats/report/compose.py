"""From the parts to the document."""

from __future__ import annotations

from stats.report.attacker import checks, matrix
from stats.report.basis import basis, conditions
from stats.report.blocks import Document, Section
from stats.report.content import Source
from stats.report.level_results import per_class, results
from stats.report.methods import methods

BANNER = (
    "SIMULATED: the people in this report are simulated (robots). It shows the instrument at work, nothing "
    "about "
    "humans."
)


def compose(source: Source) -> Document:
    """Return the whole report.

    Parameters
    ----------
    source
        Results and facts as plain values.
    """
    verdict = source.result["verdict"]
    return Document(
        f"Report: {source.facts.study}",
        f"{verdict[:1].upper()}{verdict[1:]}.",
        BANNER if source.simulated else "",
        (
            results(source),
            *_warnings(source),
            methods(source),
            per_class(source),
            *matrix(source),
            *checks(source),
            *(finding.section() for finding in source.findings),
            conditions(source),
            basis(source),
        ),
    )


def all_warnings(source: Source) -> list[str]:
    """Return what a reader must know before believing the numbers, whoever found it."""
    of_findings = [warning for finding in source.findings for warning in finding.warnings]
    return [*source.result["warnings"], *of_findings, *source.cautions, *_concerns(source)]


def _concerns(source: Source) -> list[str]:
    """Return the checks that raise a concern, where no caution tells it already."""
    said = [str(check.result["says"]) for check in source.checks if check.result.get("concern")]
    return [concern for concern in said if not any(concern in caution for caution in source.cautions)]


def _warnings(source: Source) -> list[Section]:
    told = tuple(_sentence(warning) for warning in all_warnings(source))
    return [Section("Warnings", told)] if told else []


def _sentence(text: str) -> str:
    end = "" if text.endswith(".") else "."
    return f"{text[:1].upper()}{text[1:]}{end}"
