"""Which crop of a photo people of a pilot could tell: a posterior per crop, and a rule fixed beforehand.

The share p of people who recognise a crop has a flat prior; after k right answers of n it is Beta(1 + k,
1 + n - k). Of the windows of a photo at a level, the rule takes the one with least attention for which
P(p > floor) reaches the wanted certainty, after at least so many answers; if none does, the photo is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stats.errors import PilotRuleError


@dataclass(frozen=True)
class Tally:
    """The answers to one window.

    Attributes
    ----------
    answers, right
        How many people answered, and how many of them rightly.

    Examples
    --------
    >>> Tally(answers=6, right=5).wrong
    1
    """

    answers: int
    right: int

    @property
    def wrong(self) -> int:
        """Return how many answers were wrong, late ones among them."""
        return self.answers - self.right


@dataclass(frozen=True)
class PilotRule:
    """When a window counts as recognised.

    Parameters
    ----------
    floor
        Share of people who must recognise it, in (0, 1).
    certainty
        Least posterior probability that so many do, in (0, 1).
    least_answers
        Answers below which no window passes.

    Raises
    ------
    PilotRuleError
        Where a number is out of range, or where the least number of answers could never pass, even all right.

    Examples
    --------
    >>> rule = PilotRule(floor=0.6, certainty=0.8, least_answers=6)
    >>> [rule.passes(Tally(6, right)) for right in (4, 5, 6)]
    [False, True, True]

    With a floor of .85, five of five right answers are not enough:

    >>> PilotRule(floor=0.85, certainty=0.8, least_answers=5)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    stats.errors.PilotRuleError: 5 of 5 right answers make it 62 % probable that ...
    """

    floor: float
    certainty: float
    least_answers: int

    def __post_init__(self) -> None:
        for name in ("floor", "certainty"):
            value = getattr(self, name)
            if not 0 < value < 1:  # also catches NaN
                raise PilotRuleError(f"{name} must lie between 0 and 1, not {value}")
        if self.least_answers < 1:
            raise PilotRuleError(f"least_answers must be at least 1, not {self.least_answers}")
        if not self.passes(Tally(self.least_answers, self.least_answers)):
            raise PilotRuleError(self._never())

    def passes(self, tally: Tally) -> bool:
        """Return whether the answers to a window are enough, in number and in what they say."""
        return tally.answers >= self.least_answers and probability_above(tally, self.floor) >= self.certainty

    def chance_to_pass(self, share: float, answers: int) -> float:
        """Return how probable it is that a window passes that this share of people recognises.

        Parameters
        ----------
        share
            Of people who recognise it, in [0, 1].
        answers
            People who are asked, each once.

        Examples
        --------
        >>> rule = PilotRule(floor=0.6, certainty=0.8, least_answers=6)
        >>> [round(rule.chance_to_pass(share, answers=6), 2) for share in (0.5, 0.7, 0.9)]
        [0.11, 0.42, 0.89]
        """
        right = np.arange(answers + 1)
        passing = np.array([self.passes(Tally(answers, int(k))) for k in right])
        from scipy.stats import binom  # half a second to load: nothing that a web process should wait for

        return float(binom.pmf(right, answers, share)[passing].sum())

    def _never(self) -> str:
        most = self.least_answers
        best = probability_above(Tally(most, most), self.floor)
        return (
            f"{most} of {most} right answers make it {100 * best:.0f} % probable that more than "
            f"{100 * self.floor:g} % of people recognise a crop, less than the "
            f"{100 * self.certainty:g} % wanted: ask for at least "
            f"{fewest_answers(self.floor, self.certainty)} answers, or lower the floor to "
            f"{highest_floor(most, self.certainty):.2f}"
        )


def probability_above(tally: Tally, floor: float) -> float:
    """Return the posterior probability that more than a share of people recognise a window.

    Parameters
    ----------
    tally
        The answers to it.
    floor
        The share, in [0, 1].

    References
    ----------
    Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 2.4: binomial data under a uniform prior.

    Examples
    --------
    Without an answer, the flat prior speaks; n of n right answers give 1 - floor ** (n + 1):

    >>> probability_above(Tally(0, 0), 0.6)
    0.4
    >>> round(probability_above(Tally(5, 5), 0.85), 3), round(1 - 0.85**6, 3)
    (0.623, 0.623)
    """
    from scipy.special import betaincc  # as above

    return float(betaincc(tally.right + 1, tally.wrong + 1, floor))


def fewest_answers(floor: float, certainty: float) -> int:
    """Return the least number of answers that can pass, all of them right.

    Examples
    --------
    >>> fewest_answers(0.6, 0.8), fewest_answers(0.85, 0.8)
    (3, 9)
    """
    return max(1, int(np.ceil(np.log(1 - certainty) / np.log(floor) - 1 - 1e-9)))


def highest_floor(answers: int, certainty: float) -> float:
    """Return the highest floor that so many answers can pass, all of them right, to two places, rounded down.

    Examples
    --------
    >>> highest_floor(5, 0.8), highest_floor(9, 0.8)
    (0.76, 0.85)
    """
    return float(np.floor(100 * (1 - certainty) ** (1 / (answers + 1)) + 1e-9) / 100)


def choose(tallies: Sequence[Tally], rule: PilotRule) -> int | None:
    """Return the place of the window that is taken: of those that pass, the one with least attention.

    Parameters
    ----------
    tallies
        Answers to the windows of a photo at a level, least attention first.
    rule
        Fixed before the first answer.

    Returns
    -------
    None where no window passes: the photo is dropped at this level.

    Examples
    --------
    >>> rule = PilotRule(floor=0.6, certainty=0.8, least_answers=6)
    >>> choose([Tally(6, 3), Tally(7, 6), Tally(6, 6)], rule), choose([Tally(6, 3), Tally(5, 5)], rule)
    (1, None)
    """
    return next((place for place, tally in enumerate(tallies) if rule.passes(tally)), None)
