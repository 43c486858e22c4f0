"""The two tests of a study at one level, and the conclusion they allow."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from stats.decision.criteria import Criteria, HumanGate
from stats.decision.multiple_testing import holm
from stats.decision.records import Conclusion
from stats.inference.accuracy import Side, Threshold, accuracy
from stats.inference.accuracy_loss import loss_at
from stats.inference.estimates import Accuracy, Loss
from stats.table.arrays import Answers

Name = TypeVar("Name", bound=Hashable)
UNCROPPED = 0


@dataclass(frozen=True)
class Pair:
    """People and machine at one level, in all classes or in one.

    Attributes
    ----------
    human, machine : accuracies with their tests; None where nobody of that kind answered
    loss : people against themselves on uncropped photos, where the study chose that gate
    gate : which of the two tests of people counts
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

    @property
    def p_machine(self) -> float | None:
        """Return the p-value of the machine."""
        return self.machine.p if self.machine else None

    @property
    def p_iut(self) -> float | None:
        """Return the p-value of the intersection-union test, None unless both kinds were tested."""
        if self.p_human is None or self.p_machine is None:
            return None
        return max(self.p_human, self.p_machine)

    def refutes(self, criteria: Criteria) -> bool:
        """Return whether an interval of people or machine lies wholly on the wrong side."""
        if self.human is None or self.machine is None:
            return False
        return self._human_refutes(criteria) or self.machine.wholly_above(criteria.ceiling)

    def _human_refutes(self, criteria: Criteria) -> bool:
        if self.gate is HumanGate.LOSS:
            return self.loss is not None and self.loss.ci_high < -criteria.loss_delta
        return self.human is not None and self.human.wholly_below(criteria.floor)


@dataclass(frozen=True)
class HypothesisTests:
    """The tests that a study fixed for people and machine, for any set of answers.

    Attributes
    ----------
    criteria : thresholds of the study
    categories : class names, by code

    Examples
    --------
    >>> from stats.table.network_answers import network_answers
    >>> tests = HypothesisTests(Criteria(ceiling=0.60), ("dunk",))
    >>> machine = tests.machine(network_answers([1] * 10 + [0] * 30, [0] * 40, range(40)))
    >>> machine.estimate, machine.p < 0.001
    (0.25, True)
    """

    criteria: Criteria
    categories: tuple[str, ...]

    def pair(self, level: float, people: Answers, machine: Answers, uncropped: Answers | None) -> Pair:
        """Test people and machine at one level.

        Parameters
        ----------
        level
            The crop level.
        people, machine
            Answers at the level.
        uncropped
            People's answers at level 0, needed where the gate is the loss.
        """
        gate = self.criteria.human_gate
        loss = self._loss(level, people, uncropped) if gate is HumanGate.LOSS else None
        return Pair(self.human(people), self.machine(machine), loss, gate)

    def human(self, answers: Answers) -> Accuracy | None:
        """Test people's accuracy against the floor; None without answers."""
        return self._tested(answers, Threshold(self.criteria.floor, Side.ABOVE, self.criteria.alpha, False))

    def machine(self, answers: Answers) -> Accuracy | None:
        """Test the machine's accuracy against the ceiling; None without answers."""
        return self._tested(answers, Threshold(self.criteria.ceiling, Side.BELOW, self.criteria.alpha, True))

    def _tested(self, answers: Answers, threshold: Threshold) -> Accuracy | None:
        return accuracy(answers, threshold, self.categories) if answers.agent.size else None

    def _loss(self, level: float, people: Answers, uncropped: Answers | None) -> Loss | None:
        if level == UNCROPPED or uncropped is None:
            return None
        return loss_at(
            level, people, uncropped, self.criteria.loss_delta, self.criteria.alpha, self.categories
        )

    def complete(self, side: Accuracy | None) -> bool:
        """Return whether all classes were answered; otherwise macro averages are not comparable."""
        return side is not None and len(side.per_class) == len(self.categories)

    def comparable(self, pair: Pair) -> bool:
        """Return whether both people and machine answered all classes."""
        return self.complete(pair.human) and self.complete(pair.machine)

    def testable(self, level: float, pair: Pair) -> bool:
        """Return whether the level may turn out sweet: both were tested there, in all classes."""
        return may_be_sweet(level, self.criteria) and self.comparable(pair) and pair.p_iut is not None


def may_be_sweet(level: float, criteria: Criteria) -> bool:
    """Return whether a study can find this level sweet, whatever is answered.

    A machine that is shown to be competent on uncropped photos is above the ceiling there, unless competence
    asks for less than the ceiling: level 0 is then the assay alone, and no share of alpha is spent on it.

    Examples
    --------
    >>> [may_be_sweet(level, Criteria(ceiling=0.75, competence=0.80)) for level in (0, 1)]
    [False, True]
    """
    return level != UNCROPPED or criteria.competence < criteria.ceiling


def conclusion(pair: Pair, criteria: Criteria, *, sweet: bool) -> Conclusion:
    """Return what can be said of a level.

    Parameters
    ----------
    pair
        People and machine at the level.
    sweet
        Whether the level passed both gates.

    Examples
    --------
    A level at which nobody was tested stays inconclusive:

    >>> conclusion(Pair(), Criteria(), sweet=False).value
    'inconclusive'
    """
    if sweet:
        return Conclusion.SUPPORTED
    return Conclusion.REFUTED if pair.refutes(criteria) else Conclusion.INCONCLUSIVE


def holm_by_name(p: Mapping[Name, float | None]) -> dict[Name, float | None]:
    """Adjust the p-values that exist, as in Holm's procedure; a hypothesis that was not tested stays None.

    Examples
    --------
    >>> holm_by_name({"level 0": None, "level 1": 0.01, "level 2": 0.04})
    {'level 0': None, 'level 1': 0.02, 'level 2': 0.04}
    """
    tested = {name: value for name, value in p.items() if value is not None}
    adjusted = dict(zip(tested, holm(list(tested.values())).tolist(), strict=True))
    return {name: adjusted.get(name) for name in p}
