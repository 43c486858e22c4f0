"""Tests of differences of kappa between kinds of pairs that share their photos, and their people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from scipy import special

from stats.agreement.kappa_resamples import NO_WIDTH, Replicates
from stats.agreement.pair_kinds import MIXED, PEOPLE, Kind
from stats.decision.multiple_testing import holm
from stats.inference.binomial import never_zero
from stats.table.arrays import FloatArray

FEWEST_DEFINED = 10  # resamples in which both kappas are defined


@dataclass(frozen=True)
class KappaDifference:
    """A difference of kappa between two kinds of pairs at one level: the first less the second.

    Attributes
    ----------
    crop_level : the level
    first, second : names of the kinds of pairs
    estimate : kappa of the first less that of the second
    ci_low, ci_high : interval; it leaves out 0 where `p` is below the error rate of the intervals
    p : two-sided; never 0
    p_holm : corrected for all differences of the table
    """

    crop_level: float
    first: str
    second: str
    estimate: float
    ci_low: float
    ci_high: float
    p: float
    p_holm: float


def compared(kinds: Sequence[Kind]) -> Iterator[tuple[int, int]]:
    """Yield the places of the kinds whose kappas are compared.

    People with each network against people among themselves, and people with one network against the same
    people with another. With a single person nothing is compared: one person says nothing about others.

    Examples
    --------
    >>> from stats.agreement.simulated_observers import Group, simulated
    >>> people, a, b = simulated([Group(3, 0.8, 0.5)] * 3, photos=5, rng=np.random.default_rng(0))
    >>> kinds = [Kind(PEOPLE, "", people, people), Kind(MIXED, "a", people, a), Kind(MIXED, "b", people, b)]
    >>> list(compared(kinds))
    [(1, 0), (2, 0), (1, 2)]
    """
    among_people = [place for place, kind in enumerate(kinds) if kind.pair == PEOPLE]
    with_networks = [place for place, kind in enumerate(kinds) if kind.pair == MIXED and kind.people > 1]
    yield from ((place, people) for people in among_people for place in with_networks)
    yield from combinations(with_networks, 2)


def difference_test(
    estimate: float, first: Replicates, second: Replicates, units: tuple[int, int], alpha: float
) -> tuple[float, float, float] | None:
    """Return the bounds of a difference of kappas and its p; None where resamples do not vary.

    Resampling photos and observers together counts what is an answer's own, of neither, thrice: once with
    the photos, once with the observers, and once more with both. Photos alone and observers alone count it
    twice; twice their variances less that of both together therefore counts all once. It is never taken below
    the larger of the two. Interval and p follow from this standard error and a t with Satterthwaite's degrees
    of freedom, of people and of photos; counting resamples beyond 0 could not give a p small enough to
    survive a correction for many comparisons.

    Parameters
    ----------
    estimate
        Difference of the two mean kappas.
    first, second
        Resampled kappas of both kinds of pairs, from the same draws.
    units
        Numbers of photos (or sources of photos) and of people.
    alpha
        Error rate of the two-sided interval.

    References
    ----------
    Owen (2007), The pigeonhole bootstrap, Ann. Appl. Stat. 1 (the two-way bootstrap counts the interaction
    three times).
    Cameron, Gelbach & Miller (2011), Robust inference with multiway clustering, J. Bus. Econ. Stat. 29 (the
    same sum for clustered errors).
    Satterthwaite (1946), An approximate distribution of estimates of variance components, Biometrics Bull. 2.
    Klein, Meyen, Brendel, Wichmann & Meding (2025), arXiv 2507.06645 (many published differences are not
    significant).

    Examples
    --------
    People agree with each other as far as they share what makes a photo hard; the network shares none of it.

    >>> from stats.agreement.kappa_resamples import replicates
    >>> from stats.agreement.observer_pairs import Pairs
    >>> from stats.agreement.simulated_observers import Group, simulated
    >>> rng = np.random.default_rng(0)
    >>> people, network = simulated([Group(10, 0.7, 0.8), Group(1, 0.7, 0.0)], photos=300, rng=rng)
    >>> pairs = [Pairs.of(people, network, 20), Pairs.of(people, people, 20)]
    >>> low, high, p = difference_test(-0.4, *replicates(pairs, 200, rng), units=(300, 10), alpha=0.05)
    >>> low < -0.4 < high < 0, p < 0.001
    (True, True)
    """
    both, photos, observers = (
        _variance(left - right)
        for left, right in (
            (first.overall, second.overall),
            (first.photos_alone, second.photos_alone),
            (first.observers_alone, second.observers_alone),
        )
    )
    variance = max(2 * (photos + observers) - both, photos, observers)
    if min(units) < 2 or not variance > NO_WIDTH**2:
        return None
    error = float(np.sqrt(variance))
    df = variance**2 / (photos**2 / (units[0] - 1) + observers**2 / (units[1] - 1))
    margin = float(special.stdtrit(df, 1 - alpha / 2)) * error
    p = never_zero(2 * float(special.stdtr(df, -abs(estimate) / error)))
    return estimate - margin, estimate + margin, p


def _variance(resampled: FloatArray) -> float:
    """Return the variance of resampled differences; NaN where too few are defined."""
    defined = resampled[~np.isnan(resampled)]
    return float(defined.var(ddof=1)) if defined.size >= FEWEST_DEFINED else np.nan


def level_differences(
    level: float,
    kinds: Sequence[Kind],
    kappas: Sequence[float | None],
    resampled: Sequence[Replicates],
    alpha: float,
) -> Iterator[KappaDifference]:
    """Yield the differences of kappa at one level, not yet corrected for how many they are.

    Parameters
    ----------
    level
        The level.
    kinds
        Kinds of pairs.
    kappas
        Their mean kappas; None where undefined.
    resampled
        Their resampled kappas, from the same draws.
    alpha
        Error rate of the intervals.
    """
    for first, second in compared(kinds):
        left, right = kappas[first], kappas[second]
        if left is None or right is None:
            continue
        tested = difference_test(left - right, resampled[first], resampled[second], kinds[first].units, alpha)
        if tested is not None:
            low, high, p = tested
            names = kinds[first].name, kinds[second].name
            yield KappaDifference(level, *names, left - right, low, high, p, p)


def corrected(differences: Sequence[KappaDifference]) -> tuple[KappaDifference, ...]:
    """Return the differences with p by Holm over all of them.

    Examples
    --------
    >>> two = [KappaDifference(0, "a", "b", 0.1, 0.0, 0.2, p, p) for p in (0.01, 0.04)]
    >>> [each.p_holm for each in corrected(two)]
    [0.02, 0.04]
    """
    adjusted = holm([each.p for each in differences])
    return tuple(replace(each, p_holm=float(p)) for each, p in zip(differences, adjusted, strict=True))
