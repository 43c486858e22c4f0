"""Answers of trained networks to the same photos, as the arrays that every estimate takes."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from stats.errors import InputError
from stats.table.arrays import Answers


def network_answers(correct: ArrayLike, labels: ArrayLike, groups: ArrayLike) -> Answers:
    """Return the answers of one or several networks.

    Parameters
    ----------
    correct : (n,) or (R, n) bool or float
        Whether each of n photos was recognised, by one network or by each of R.
    labels : (n,) int
        True classes, at least 0.
    groups : (n,)
        Source of each photo; photos of one source are near duplicates and not independent.

    Returns
    -------
    One entry per network and photo.

    Raises
    ------
    InputError
        If the shapes do not fit each other, or there is no photo.

    Examples
    --------
    >>> answers = network_answers([[1, 0, 1], [1, 1, 1]], [0, 0, 1], ["a", "b", "c"])
    >>> answers.n_agents, answers.n_items, answers.correct.tolist()
    (2, 3, [1.0, 0.0, 1.0, 1.0, 1.0, 1.0])
    """
    each = np.atleast_2d(np.asarray(correct, dtype=np.float64))  # (R, n)
    truth, sources = np.asarray(labels, dtype=np.int64), np.asarray(groups)
    networks, photos = each.shape
    if photos == 0 or truth.shape != (photos,) or sources.shape != (photos,):
        raise InputError(
            f"answers to {photos} photos with {truth.size} labels and {sources.size} groups: give at least "
            "one photo, and a label and a group for each"
        )
    cluster = np.unique(sources, return_inverse=True)[1]
    return Answers(
        agent=np.repeat(np.arange(networks), photos),
        item=np.tile(np.arange(photos), networks),
        cluster=np.tile(cluster, networks),
        category=np.tile(truth, networks),
        correct=each.ravel(),
        trials=np.ones(each.size),
    )
