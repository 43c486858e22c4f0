"""The two tests of a study, and what they say about people and machine at one level."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from .accuracy import Accuracy, Side, Threshold, accuracy
from .answers import Answers
from .criteria import Criteria
from .gates import holm
from .results import Stance

Name = TypeVar("Name", bound=Hashable)
Pair = tuple[Accuracy | None, Accuracy | None]  # people, machine


@dataclass(frozen=True)
class Judge:
    """The two tests of a study, ready to be put to any set of answers."""

    criteria: Criteria
    categories: tuple[str, ...]

    def human(self, answers: Answers) -> Accuracy | None:
        return self._tested(answers, Threshold(self.criteria.floor, Side.ABOVE, self.criteria.alpha, False))

    def machine(self, answers: Answers) -> Accuracy | None:
        return self._tested(answers, Threshold(self.criteria.ceiling, Side.BELOW, self.criteria.alpha, True))

    def _tested(self, answers: Answers, threshold: Threshold) -> Accuracy | None:
        return accuracy(answers, threshold, self.categories) if answers.agent.size else None

    def complete(self, observer: Accuracy | None) -> bool:
        """Return whether all classes were answered; else the macro averages are not of the same thing."""
        return observer is not None and len(observer.per_class) == len(self.categories)

    def comparable(self, pair: Pair) -> bool:
        return all(self.complete(observer) for observer in pair)


def p_iut(pair: Pair) -> float | None:
    """Return the p-value of the intersection-union test, None unless both kinds answered."""
    human, machine = pair
    return max(human.p, machine.p) if human and machine else None


def stance(pair: Pair, criteria: Criteria, *, sweet: bool) -> Stance:
    """Call a level supported, refuted (an interval lies wholly on the wrong side) or inconclusive."""
    if sweet:
        return Stance.SUPPORTED
    human, machine = pair
    if human is None or machine is None:
        return Stance.INCONCLUSIVE
    wrong = human.wholly_below(criteria.floor) or machine.wholly_above(criteria.ceiling)
    return Stance.REFUTED if wrong else Stance.INCONCLUSIVE


def holm_by_name(p: Mapping[Name, float | None]) -> dict[Name, float | None]:
    """Adjust the p-values there are; what was not tested stays None."""
    tested = {name: value for name, value in p.items() if value is not None}
    adjusted = dict(zip(tested, holm(list(tested.values())).tolist(), strict=True))
    return {name: adjusted.get(name) for name in p}
