"""The two tests of a study, and what they say about people and machine at one level."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from stats.decision.criteria import Criteria, HumanGate
from stats.decision.multiple_testing import holm
from stats.decision.results import Stance
from stats.inference.accuracy import Accuracy, Side, Threshold, accuracy
from stats.inference.accuracy_loss import Loss, loss_at
from stats.table.arrays import Answers

Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True)
class Pair:
    """People and machine at one level, in all classes or in one.

    Attributes
    ----------
    human, machine : accuracies with their tests; None where nobody of that kind answered
    loss : people against themselves on uncropped photos, where the study chose that gate
    gate : which of people's two tests counts
    """

    human: Accuracy | None = None
    machine: Accuracy | None = None
    loss: Loss | None = None
    gate: HumanGate = HumanGate.FLOOR

    @property
    def p_human(self) -> float | None:
        """Return the p-value that counts for people; a loss has none at level 0, which is its own control."""
        tested = self.loss if self.gate is HumanGate.LOSS else self.human
        return tested.p if tested else None

    def p_iut(self) -> float | None:
        """Return the p-value of the intersection-union test, None unless both kinds were tested."""
        if self.p_human is None or self.machine is None:
            return None
        return max(self.p_human, self.machine.p)

    def people_fail(self, criteria: Criteria) -> bool:
        """Return whether people's interval lies wholly on the wrong side."""
        if self.gate is HumanGate.LOSS:
            return self.loss is not None and self.loss.ci_high < -criteria.loss_delta
        return self.human is not None and self.human.wholly_below(criteria.floor)

    def machine_holds(self, criteria: Criteria) -> bool:
        """Return whether the machine's interval lies wholly on the wrong side."""
        return self.machine is not None and self.machine.wholly_above(criteria.ceiling)


@dataclass(frozen=True)
class Judge:
    """The two tests of a study, ready to be put to any set of answers."""

    criteria: Criteria
    categories: tuple[str, ...]

    def pair(self, level: float, people: Answers, machine: Answers, uncropped: Answers | None) -> Pair:
        """Judge one level; `uncropped` are people's answers at level 0, needed where the gate is the loss."""
        gate = self.criteria.human_gate
        loss = self._loss(level, people, uncropped) if gate is HumanGate.LOSS else None
        return Pair(self.human(people), self.machine(machine), loss, gate)

    def human(self, answers: Answers) -> Accuracy | None:
        return self._tested(answers, Threshold(self.criteria.floor, Side.ABOVE, self.criteria.alpha, False))

    def machine(self, answers: Answers) -> Accuracy | None:
        return self._tested(answers, Threshold(self.criteria.ceiling, Side.BELOW, self.criteria.alpha, True))

    def _tested(self, answers: Answers, threshold: Threshold) -> Accuracy | None:
        return accuracy(answers, threshold, self.categories) if answers.agent.size else None

    def _loss(self, level: float, people: Answers, uncropped: Answers | None) -> Loss | None:
        if level == 0 or uncropped is None:
            return None
        return loss_at(
            level, people, uncropped, self.criteria.loss_delta, self.criteria.alpha, self.categories
        )

    def complete(self, observer: Accuracy | None) -> bool:
        """Return whether all classes were answered; else the macro averages are not of the same thing."""
        return observer is not None and len(observer.per_class) == len(self.categories)

    def comparable(self, pair: Pair) -> bool:
        return self.complete(pair.human) and self.complete(pair.machine)


def stance(pair: Pair, criteria: Criteria, *, sweet: bool) -> Stance:
    """Call a level supported, refuted (an interval lies wholly on the wrong side) or inconclusive."""
    if sweet:
        return Stance.SUPPORTED
    if pair.human is None or pair.machine is None:
        return Stance.INCONCLUSIVE
    wrong = pair.people_fail(criteria) or pair.machine_holds(criteria)
    return Stance.REFUTED if wrong else Stance.INCONCLUSIVE


def holm_by_name(p: Mapping[Name, float | None]) -> dict[Name, float | None]:
    """Adjust the p-values there are; what was not tested stays None."""
    tested = {name: value for name, value in p.items() if value is not None}
    adjusted = dict(zip(tested, holm(list(tested.values())).tolist(), strict=True))
    return {name: adjusted.get(name) for name in p}
