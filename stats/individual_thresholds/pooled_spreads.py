"""What all people of a study together tell of how steep a curve is, given back to each of them.

Levels that are chosen for a threshold lie close to it, so that one person's answers hardly tell the spread of
the curve, and an interval that allows every spread is too wide. How spreads and lapses are distributed is
estimated from everybody, and is then the prior of each; the thresholds of people do not inform one another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from stats.individual_thresholds.person_posterior import FloatArray, Posterior

ROUNDS = 200
FROM_THE_START = 1.0  # person whose curve may be any: so no handful of people rules a spread out


def pooled(people: Sequence[Posterior]) -> list[Posterior]:
    """Return the posteriors of people whose spreads and lapses come from one distribution.

    Parameters
    ----------
    people
        Posterior of each person over one grid, after their own answers to a prior in which all curves are
        alike.

    References
    ----------
    Laird (1978), Nonparametric maximum likelihood estimation of a mixing distribution, Journal of the
    American Statistical Association 73(364), 805-811: the distribution on a grid, by expectation and
    maximisation.

    Examples
    --------
    Four people with steep curves make the fifth's interval shorter.

    >>> from stats.individual_thresholds.person_posterior import Curves
    >>> prior = Posterior.prior(Curves.over((1.0, 0.7, 0.5, 0.35, 0.25), 1 / 3, 0.75))
    >>> steep = prior.after_all([30, 30, 25, 10, 10], [0, 0, 5, 20, 20])
    >>> unsure = prior.after_all([2, 2, 2, 1, 1], [0, 0, 0, 1, 2])
    >>> def width(person):
    ...     low, high = person.threshold_interval()
    ...     return high / low
    >>> width(pooled([steep] * 4 + [unsure])[-1]) < width(unsure)
    True
    """
    if not people:
        return []
    weights = np.stack([person.weights for person in people])  # (N, thresholds, nuisances)
    informed = weights * _distribution(weights.sum(axis=1))
    informed /= informed.sum(axis=(1, 2), keepdims=True)
    return [replace(person, weights=own) for person, own in zip(people, informed, strict=True)]


def _distribution(evidence: FloatArray) -> FloatArray:
    """Return the distribution of nuisances, (K,), behind the evidence of each person for each, (N, K)."""
    people, nuisances = evidence.shape
    shares = np.full(nuisances, 1 / nuisances)
    for _ in range(ROUNDS):
        expected = evidence * shares / (evidence @ shares)[:, None]
        shares = (expected.sum(axis=0) + FROM_THE_START / nuisances) / (people + FROM_THE_START)
    return shares
