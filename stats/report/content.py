"""What a report is written from: a verdict, what was analysed beside it, and what all of it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from stats.decision.results import Verdict
from stats.report.attack_grid import AttackGrid
from stats.report.finding import Finding

SIMULATED = "simulated"


class Check(Struct, frozen=True):
    """One question about the attacker, with its answer, such as a learning curve.

    Attributes
    ----------
    name : unique; part of the figure's name
    title : heading
    answer : sentences that are printed
    concern : whether the answer weakens the verdict and joins the warnings
    numbers : plain values; single numbers and short lists of numbers become a table
    figure : SVG text, or ""
    """

    name: str
    title: str
    answer: str
    concern: bool = False
    numbers: Mapping[str, Any] = {}
    figure: str = ""


class PilotLevel(Struct, frozen=True):
    """What people of a pilot chose at one level.

    Attributes
    ----------
    level : its number
    photos : test photos that were asked about
    taken : photos whose first, second, ... window was taken; the first has least attention
    dropped : photos of which no window passed, by class; every class is named
    """

    level: int
    photos: int
    taken: tuple[int, ...]
    dropped: Mapping[str, int]

    @property
    def dropped_photos(self) -> int:
        """Photos of which no window passed, of whatever class."""
        return sum(self.dropped.values())


class PilotOutcome(Struct, frozen=True):
    """What a pilot chose, and by which rule, fixed before its first answer.

    Attributes
    ----------
    mode : whose answers chose, "live" or "simulated"
    people, answers : that counted
    floor, certainty, least_answers : of the rule, see `stats.planning.pilot_rule`
    levels : light to heavy
    """

    mode: str
    people: int
    answers: int
    floor: float
    certainty: float
    least_answers: int
    levels: tuple[PilotLevel, ...]


class Facts(Struct, frozen=True):
    """What the numbers rest on.

    Attributes
    ----------
    study : its name; "" where only a verdict is known
    created : when the analysis was made, as printed
    hashes : SHA-256 by what was hashed (table, frozen version, stimuli)
    software : version by package, the product's own revision among them
    settings : every setting of the study, by name, as printed; empty where only a table is known
    statements : what the results are conditional on, beyond what the numbers show
    cut_away : share of a photo's area that a level cuts away, by level; empty where it is not known
    loop_ended : why the attackers' training ended; empty where it is not known
    pilot : what a pilot chose; None where there was none, or nothing is known of the study
    """

    study: str = ""
    created: str = ""
    hashes: Mapping[str, str] = {}
    software: Mapping[str, str] = {}
    settings: Mapping[str, str] = {}
    statements: tuple[str, ...] = ()
    cut_away: Mapping[float, float] = {}
    loop_ended: str = ""
    pilot: PilotOutcome | None = None


class Source(Struct, frozen=True, kw_only=True):
    """All parts of a report.

    Attributes
    ----------
    facts : what the numbers rest on
    outcome : the verdict
    findings : secondary analyses
    figures : SVG text by name: "accuracy", and "matrix" where there is one
    matrix : the attack matrix; None without one
    checks : of the attacker
    cautions : what else weakens the machine side; stands among the warnings
    """

    facts: Facts
    outcome: Verdict
    findings: tuple[Finding, ...] = ()
    figures: Mapping[str, str] = {}
    matrix: AttackGrid | None = None
    checks: tuple[Check, ...] = ()
    cautions: tuple[str, ...] = ()

    @property
    def simulated(self) -> bool:
        """Whether the people are robots."""
        return self.outcome.sample.mode == SIMULATED

    @property
    def people(self) -> str:
        """What the report calls the people."""
        return "simulated people" if self.simulated else "people"

    def to_dict(self) -> dict[str, Any]:
        """Return all numbers as plain values for JSON."""
        checks = {
            check.name: {**check.numbers, "says": check.answer, "concern": check.concern}
            for check in self.checks
        }
        return {
            "verdict": self.outcome.to_dict(),
            "secondary": {finding.name: finding.to_dict() for finding in self.findings},
            "attack_matrix": msgspec.to_builtins(self.matrix),
            "checks": checks,
            "hashes": dict(self.facts.hashes),
            "software": dict(self.facts.software),
        }
