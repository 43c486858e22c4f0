"""What a report is written from: plain values, so that an old analysis prints as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stats.report.finding import Finding

SIMULATED = "simulated"


@dataclass(frozen=True)
class Check:
    """One question about the attacker, with its answer, such as a learning curve.

    Attributes
    ----------
    name : unique; part of the figure's name
    title : heading
    result : its `says` is printed; where `concern` is true it joins the warnings; numbers become a table
    figure : SVG text, or ""
    """

    name: str
    title: str
    result: Mapping[str, Any]
    figure: str = ""


@dataclass(frozen=True)
class Facts:
    """What the numbers rest on.

    Attributes
    ----------
    study : its name
    created : when the analysis was made, as printed
    hashes : SHA-256 by what was hashed (table, frozen version, stimuli)
    software : version by package, the product's own revision among them
    settings : every setting of the study, by name, as printed; empty where only a table is known
    statements : what the results are conditional on beyond what the numbers tell
    """

    study: str
    created: str
    hashes: Mapping[str, str] = field(default_factory=dict)
    software: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    statements: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """All parts of a report.

    Attributes
    ----------
    facts : what the numbers rest on
    result : `Verdict.to_dict()`
    findings : secondary analyses
    figures : SVG text by name: "accuracy", and "matrix" where there is one
    matrix : the attack matrix as `tested`, `trained` and `rows` of cells; None without one
    checks : of the attacker
    cautions : what else weakens the machine side; stands among the warnings
    """

    facts: Facts
    result: Mapping[str, Any]
    findings: tuple[Finding, ...]
    figures: Mapping[str, str]
    matrix: Mapping[str, Any] | None = None
    checks: tuple[Check, ...] = ()
    cautions: tuple[str, ...] = ()

    @property
    def simulated(self) -> bool:
        return bool(self.result["settings"].get("mode") == SIMULATED)

    @property
    def people(self) -> str:
        return "simulated people" if self.simulated else "people"

    def to_dict(self) -> dict[str, Any]:
        """Return all numbers as plain values for JSON."""
        return {
            "verdict": self.result,
            "secondary": {finding.name: finding.to_dict() for finding in self.findings},
            "attack_matrix": self.matrix,
            "checks": {check.name: dict(check.result) for check in self.checks},
            "hashes": dict(self.facts.hashes),
            "software": dict(self.facts.software),
        }
