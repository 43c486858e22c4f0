"""What a pilot chose stands in the report: by whom, by which rule, and what was left out."""

from __future__ import annotations

from msgspec.structs import replace

from stats.report.basis import UNCHECKED, crops_chosen
from stats.report.blocks import Section
from stats.report.content import PilotLevel, PilotOutcome, Source

LEVELS = (
    PilotLevel(1, 12, (9, 2), {"dunk": 0, "shoot": 1}),
    PilotLevel(2, 12, (5, 3), {"dunk": 3, "shoot": 1}),
)


def section_about(written: Source, **pilot: object) -> Section:
    """The section about a pilot like this one."""
    usual = {
        "mode": "live",
        "people": 24,
        "answers": 1440,
        "floor": 0.5,
        "certainty": 0.8,
        "least_answers": 6,
    }
    outcome = PilotOutcome(**(usual | pilot), levels=LEVELS)
    (section,) = crops_chosen(_with(written, outcome))
    return section


def _with(written: Source, pilot: PilotOutcome | None) -> Source:
    return replace(written, facts=replace(written.facts, study="Sport", pilot=pilot))


def test_the_rule_and_its_answers_are_told_with_the_photos_that_were_dropped(written: Source) -> None:
    rule, dropped = section_about(written).paragraphs
    assert "24 people gave 1,440 answers" in rule
    assert "at least 6 answers" in rule
    assert "5 of 24 photos were dropped" in dropped


def test_windows_taken_and_classes_dropped_stand_by_level(written: Source) -> None:
    (table,) = section_about(written).tables
    assert table.header == (
        "Level", "Photos", "Window 1", "Window 2", "Dropped", "Dropped of dunk", "Dropped of shoot",
    )  # fmt: skip
    assert [tuple(row) for row in table.rows] == [
        ("1", "12", "9", "2", "1", "0", "1"),
        ("2", "12", "5", "3", "4", "3", "1"),
    ]


def test_crops_that_robots_chose_are_no_evidence_about_people(written: Source) -> None:
    assert (
        section_about(written, mode="simulated")
        .paragraphs[-1]
        .startswith("SIMULATED: robots chose the crops")
    )


def test_without_a_pilot_it_says_that_nobody_has_looked(written: Source) -> None:
    (section,) = crops_chosen(_with(written, None))
    assert section.paragraphs == (UNCHECKED,)
