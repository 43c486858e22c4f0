"""What the analysis says: small frozen objects that turn into JSON or a printed table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from stats.decision.criteria import Criteria, HumanGate
from stats.inference.accuracy import Accuracy
from stats.inference.accuracy_loss import Loss

Level = int | float


class Stance(StrEnum):
    """The three things that can be said of a level. "Not significant" is never "still high"."""

    SUPPORTED = "supported"
    REFUTED = "refuted"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True)
class Compared:
    """People and machine at one level, in all classes or in one.

    Attributes
    ----------
    crop_level : the level
    human, machine : accuracy with its test; None where nobody of that kind answered
    p_iut : the larger of both p-values (intersection-union test); None unless both kinds answered
    p_holm : Holm-adjusted over levels (or, within a class, over classes)
    verdict : supported, refuted or inconclusive
    beside : accuracies read beside the primary one, such as people's accuracy in answered trials only
    loss : people against themselves on uncropped photos, where the study chose that gate
    """

    crop_level: Level
    human: Accuracy | None
    machine: Accuracy | None
    p_iut: float | None
    p_holm: float | None
    verdict: Stance
    beside: dict[str, Accuracy]
    loss: Loss | None = None

    def p_human(self, gate: HumanGate) -> float | None:
        """Return the p-value that counts for people under this gate; None where nothing was tested."""
        tested = self.loss if gate is HumanGate.LOSS else self.human
        return tested.p if tested else None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "crop_level": self.crop_level,
            "human": self.human.to_dict() if self.human else None,
            "machine": self.machine.to_dict() if self.machine else None,
            "p_iut": self.p_iut,
            "p_holm": self.p_holm,
            "verdict": str(self.verdict),
            "beside": {name: figure.to_dict() for name, figure in self.beside.items()},
            "loss": self.loss.to_dict() if self.loss else None,
        }


@dataclass(frozen=True)
class Assay:
    """Gate 0: a broken attacker must never create a sweet spot.

    Attributes
    ----------
    passed : the lower bound on uncropped photos exceeds the competence
    competence : the threshold
    estimate, ci_low : accuracy of the attacker at level 0 and its lower bound; None without such trials
    n_agents, n_items : seeds and photos behind it
    reason : the same in words
    """

    passed: bool
    competence: float
    estimate: float | None
    ci_low: float | None
    n_agents: int
    n_items: int | None
    reason: str


@dataclass(frozen=True)
class ClassVerdict:
    """The same question within one class; alpha is shared over the classes as Holm does.

    Attributes
    ----------
    category : name of the class
    levels : people and machine per level; `p_holm` is adjusted over the classes at that level
    sweet_levels : levels that pass both gates within the class's share of alpha
    """

    category: str
    levels: tuple[Compared, ...]
    sweet_levels: tuple[Level, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "levels": [level.to_dict() for level in self.levels],
            "sweet_levels": list(self.sweet_levels),
        }


@dataclass(frozen=True)
class Verdict:
    """The answer of the primary analysis.

    Attributes
    ----------
    criteria : floor, ceiling, competence, alpha
    levels : light to heavy
    sweet_levels : levels that pass both gates, empty when the assay fails
    sweet_levels_holm : the sensitivity analysis
    assay : gate 0
    per_class : the same within each class
    warnings : what a reader must know before believing the numbers
    settings : what was counted (mode, dropped and excluded rows, clustering)
    """

    criteria: Criteria
    levels: tuple[Compared, ...]
    sweet_levels: tuple[Level, ...]
    sweet_levels_holm: tuple[Level, ...]
    assay: Assay
    per_class: dict[str, ClassVerdict]
    warnings: tuple[str, ...]
    settings: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as strict JSON values: no NaN, undefined is None."""
        from stats.decision.render import result_json

        return result_json(self)

    def table(self) -> str:
        """Return the levels as a text table, followed by the verdict in words."""
        from stats.decision.render import text_table

        return text_table(self)

    def words(self) -> str:
        """Return the verdict as sentences."""
        from stats.decision.render import sentences

        return sentences(self)
