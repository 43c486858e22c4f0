"""From the parts to the document that page, HTML, PDF and shell print."""

from __future__ import annotations

from stats.apa import sentence
from stats.report import attack_grid, check_sections
from stats.report.basis import basis, conditions, crops_chosen
from stats.report.blocks import Document, Section, numbered
from stats.report.content import Source
from stats.report.level_results import results
from stats.report.level_tables import per_class
from stats.report.methods import methods

BANNER = (
    "SIMULATED: the people in this report are simulated (robots). It shows how the instrument works, nothing "
    "about humans."
)


def compose(source: Source) -> Document:
    """Return the whole report."""
    return _document(
        source,
        numbered(
            [
                results(source),
                *_warnings(source),
                methods(source),
                per_class(source),
                *matrix_sections(source),
                *map(check_sections.section, source.checks),
                *(finding.section() for finding in source.findings),
                *crops_chosen(source),
                conditions(source),
                basis(source),
            ]
        ),
    )


def summary(source: Source) -> Document:
    """Return the part of the report that a terminal shows: results, warnings, and the classes."""
    return _document(source, (results(source), *_warnings(source), per_class(source)))


def matrix_sections(source: Source) -> list[Section]:
    """Return the attack matrix as a section, or nothing where no attacker was tested."""
    if source.matrix is None or not source.matrix.trained:
        return []
    return [attack_grid.section(source.matrix, source.figures, source.facts.loop_ended)]


def all_warnings(source: Source) -> list[str]:
    """Return what a reader must know before believing the numbers, whatever analysis it comes from."""
    of_findings = [warning for finding in source.findings for warning in finding.warnings]
    concerns = [check.answer for check in source.checks if check.concern]
    new_concerns = [
        concern for concern in concerns if not any(concern in caution for caution in source.cautions)
    ]
    return [*source.outcome.warnings, *of_findings, *source.cautions, *new_concerns]


def _document(source: Source, sections: tuple[Section, ...]) -> Document:
    title = f"Report: {source.facts.study}" if source.facts.study else "Verdict"
    banner = BANNER if source.simulated else ""
    return Document(title, sentence(source.outcome.headline()), banner, sections)


def _warnings(source: Source) -> list[Section]:
    warnings = tuple(map(sentence, all_warnings(source)))
    return [Section("Warnings", warnings)] if warnings else []
