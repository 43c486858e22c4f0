"""The levels of a block's photos: most of them where they tell most, some of them anywhere by lot.

The photos of a block are loaded before it starts, so its levels are chosen together: the answers that are
not there yet are imagined, one after the other, as the posterior expects them. Which photo gets which of the
levels is drawn by lot, and a share of the photos draws its level evenly among all. So every photo's chance of
its own level is known, never zero, and does not depend on the photo: accuracies weighted by its inverse are
those of all people and photos, whoever was shown what.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stats.individual_thresholds.person_posterior import Posterior


@dataclass(frozen=True)
class DrawnLevel:
    """A level by its place among the levels, and the probability with which it was drawn."""

    place: int
    probability: float


def best_levels(posterior: Posterior, photos: int, rng: np.random.Generator) -> list[int]:
    """Return the levels, by place, at which so many photos tell most of a person.

    Parameters
    ----------
    posterior
        Of the person, after all answers so far.
    photos
        How many photos get a level.
    rng
        Source of chance, for the answers that are imagined.

    Examples
    --------
    >>> prior = Posterior.prior(Curves.over((1.0, 0.7, 0.5, 0.35, 0.25), 1 / 3, 0.75))
    >>> len(best_levels(prior, 4, np.random.default_rng(0)))
    4
    """
    chosen = []
    for _ in range(photos):
        level = posterior.best_level()
        chosen.append(level)
        posterior = posterior.after(level, bool(rng.random() < posterior.expected(level)))
    return chosen


def draw_levels(
    posterior: Posterior, photos: int, even_share: float, rng: np.random.Generator
) -> list[DrawnLevel]:
    """Return a level for each of so many photos.

    Parameters
    ----------
    posterior, photos, rng
        As in `best_levels`.
    even_share
        Probability with which a photo draws its level evenly among all, in (0, 1].

    Examples
    --------
    >>> prior = Posterior.prior(Curves.over((1.0, 0.7, 0.5, 0.35, 0.25), 1 / 3, 0.75))
    >>> drawn = draw_levels(prior, 10, 0.25, np.random.default_rng(0))
    >>> len(drawn), min(level.probability for level in drawn) >= 0.05
    (10, True)
    """
    levels = len(posterior.curves.amounts)
    best = rng.permutation(best_levels(posterior, photos, rng))
    probability = even_share / levels + (1 - even_share) * np.bincount(best, minlength=levels) / photos
    even = rng.random(photos) < even_share
    places = np.where(even, rng.integers(levels, size=photos), best)
    return [DrawnLevel(int(place), float(probability[place])) for place in places]


def even_levels(places: Sequence[int], levels: int) -> list[DrawnLevel]:
    """Return the levels of a Latin square, each as probable as any other.

    Examples
    --------
    >>> even_levels([0, 3], 4)
    [DrawnLevel(place=0, probability=0.25), DrawnLevel(place=3, probability=0.25)]
    """
    return [DrawnLevel(place, 1 / levels) for place in places]
