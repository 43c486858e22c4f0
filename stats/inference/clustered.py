"""Macro-averaged accuracy with a variance that is clustered by people (or seeds) and by photos at once.

Agents are people or training seeds. Photos of one source form one cluster.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stats.inference.balanced_accuracy import class_accuracies
from stats.table.arrays import Answers, FloatArray, IntArray
from stats.table.labels import Codes, present, renumbered

ROUNDING = 1e-12  # relative size below which a variance is rounding error, hence zero


@dataclass(frozen=True)
class MacroMean:
    """Macro-averaged accuracy with its two-way clustered variance.

    Attributes
    ----------
    estimate
        Mean over classes of the accuracy in the class, in [0, 1].
    variance
        Two-way clustered variance of the estimate; None where it cannot be estimated (a single agent, a
        class with a single cluster of photos) or where the answers show no spread at all.
    df
        Satterthwaite degrees of freedom of the variance; None with the variance.
    agent_variance
        Variance over agents alone, the photos held fixed; None for a single agent or without spread.
    n_agents, n_clusters
        Agents, and clusters of photos: the independent units.
    """

    estimate: float
    variance: float | None
    df: float | None
    agent_variance: float | None
    n_agents: int
    n_clusters: int


def macro_mean(answers: Answers) -> MacroMean:
    r"""Estimate accuracy over new agents and new photos.

    With A agents, J photo clusters, K classes, weights w = 1/(K n_c) and residuals r = w (y - mean_c), the
    variance is ``max(V_A + V_B - V_R, V_A, V_B)`` for the sums over agents, over clusters and over their
    intersections, each with its small-sample factor.

    Parameters
    ----------
    answers
        At least one answer.

    References
    ----------
    Cameron, Gelbach & Miller (2011), Robust inference with multiway clustering, J. Bus. Econ. Stat. 29.
    Owen (2007), The pigeonhole bootstrap, Ann. Appl. Stat. 1.
    Satterthwaite (1946), An approximate distribution of estimates of variance components, Biometrics 2.

    Examples
    --------
    Two networks judge the same six photos, three of each class.

    >>> from stats.table.network_answers import network_answers
    >>> right = [[1, 0, 1, 1, 1, 1], [1, 0, 0, 1, 1, 0]]
    >>> mean = macro_mean(network_answers(right, [0, 0, 0, 1, 1, 1], list("abcdef")))
    >>> round(mean.estimate, 3), round(mean.variance, 4), round(mean.df, 1), mean.n_clusters
    (0.667, 0.0379, 1.4, 6)
    """
    means, residuals = residuals_of(answers)
    n_agents, n_clusters = answers.n_agents, present(answers.cluster).size
    variance, df = two_way_variance(answers, residuals)
    over_agents = between_agents(answers, residuals) or None
    return MacroMean(float(means.mean()), variance, df, over_agents, n_agents, n_clusters)


def class_means(answers: Answers) -> tuple[FloatArray, FloatArray]:
    """Return accuracy and number of trials of the classes that occur, both (K,), by ascending code.

    Examples
    --------
    >>> from stats.table.network_answers import network_answers
    >>> means, trials = class_means(network_answers([1, 0, 1], [0, 0, 1], list("abc")))
    >>> means.tolist(), trials.tolist()
    ([0.5, 1.0], [2.0, 1.0])
    """
    return class_accuracies(answers.correct, answers.category, answers.trials)


def photo_variance(answers: Answers) -> tuple[float | None, float]:
    """Return the variance of a single agent's mean over photo clusters, and its degrees of freedom.

    Examples
    --------
    >>> from stats.table.network_answers import network_answers
    >>> variance, df = photo_variance(network_answers([1, 0, 1, 1], [0, 0, 0, 0], list("abcd")))
    >>> variance, df
    (0.0625, 3.0)
    """
    _, residuals = residuals_of(answers)
    return between_clusters(answers, residuals), photo_df(answers)


def residuals_of(answers: Answers) -> tuple[FloatArray, FloatArray]:
    """Return the class means (K,) and the weighted residual of every entry (n,).

    The residuals of each class sum to zero; the weights are those of the macro average.

    Examples
    --------
    >>> from stats.table.network_answers import network_answers
    >>> means, residuals = residuals_of(network_answers([1, 0, 1], [0, 0, 1], list("abc")))
    >>> residuals.tolist()
    [0.125, -0.125, 0.0]
    """
    means, trials = class_means(answers)
    code = renumbered(answers.category)[1]
    weight = 1 / (means.size * trials)
    return means, weight[code] * (answers.correct - answers.trials * means[code])


def two_way_variance(answers: Answers, residuals: FloatArray) -> tuple[float | None, float | None]:
    """Return the two-way clustered variance of a sum of residuals and its df; None where not estimable.

    Parameters
    ----------
    answers
        Answers of one or several agents.
    residuals : (n,) float
        Weighted residual of every entry, as from `residuals_of`.

    References
    ----------
    Cameron, Gelbach & Miller (2011), Robust inference with multiway clustering, J. Bus. Econ. Stat. 29.

    Examples
    --------
    >>> from stats.table.network_answers import network_answers
    >>> answers = network_answers([[1, 0, 1, 1], [1, 0, 0, 1]], [0, 0, 0, 0], list("abcd"))
    >>> variance, df = two_way_variance(answers, residuals_of(answers)[1])
    >>> round(variance, 4), round(df, 2)
    (0.0573, 1.92)
    """
    agents = between_agents(answers, residuals)
    photos = between_clusters(answers, residuals)
    if agents is None or photos is None:
        return None, None
    rest = within_cells(answers, residuals)
    variance = max(agents + photos - rest, agents, photos)
    if variance <= ROUNDING * rest or rest == 0:
        return None, None
    agents_df = answers.n_agents - 1
    photos_df = photo_df(answers)
    spread = agents**2 / agents_df + photos**2 / photos_df
    return variance, variance**2 / (spread + rest**2 / (agents_df * photos_df))


def photo_df(answers: Answers) -> float:
    """Return the degrees of freedom between photos: J - K, clusters minus classes, of equally large classes.

    A small class of J_c clusters holds most of the variance of the macro average, which is known no better
    than from J_c - 1 differences: with classes of 100, 100 and 2 photos there is hardly one degree of
    freedom, not 199. Of classes whose photos spread alike, Satterthwaite's formula gives
    (sum 1/J_c)^2 / sum 1/(J_c^2 (J_c - 1)).

    Returns
    -------
    At most J - K; 0 where a class has a single cluster.

    References
    ----------
    Satterthwaite (1946), An approximate distribution of estimates of variance components, Biometrics 2.

    Examples
    --------
    >>> from stats.table.network_answers import network_answers
    >>> photo_df(network_answers([1, 0, 1, 1], [0, 0, 0, 0], ["burst", "burst", "c", "d"]))
    2.0
    >>> uneven = network_answers([1] * 202, [0] * 100 + [1] * 100 + [2] * 2, range(202))
    >>> round(photo_df(uneven), 2)
    1.08
    """
    own = clusters_per_category(answers).astype(float)
    if own.min() < 2:
        return 0.0
    apart = float(present(answers.cluster).size - own.size)
    if own.min() == own.max():
        return apart
    return min(apart, float((1 / own).sum() ** 2 / (1 / (own**2 * (own - 1))).sum()))


def within_cells(answers: Answers, residuals: FloatArray) -> float:
    """Return V_R, the part of the variance within pairs of agent and cluster.

    Examples
    --------
    >>> from stats.table.network_answers import network_answers
    >>> answers = network_answers([1, 0, 1, 1], [0, 0, 0, 0], list("abcd"))
    >>> within_cells(answers, residuals_of(answers)[1])
    0.0625
    """
    cells = _intersections(answers)
    return _sum_of_squares(cells, residuals) * _factor(int(cells.max()) + 1)


def between_agents(answers: Answers, residuals: FloatArray) -> float | None:
    """Return V_A, the part of the variance between agents; None for a single agent.

    Examples
    --------
    >>> from stats.table.network_answers import network_answers
    >>> answers = network_answers([[1, 0, 1, 1], [1, 0, 0, 0]], [0, 0, 0, 0], list("abcd"))
    >>> between_agents(answers, residuals_of(answers)[1])
    0.0625
    """
    n_agents = answers.n_agents
    return None if n_agents < 2 else _factor(n_agents) * _sum_of_squares(answers.agent, residuals)


def between_clusters(answers: Answers, residuals: FloatArray) -> float | None:
    """Return V_B, the part between photo clusters; None where a class has one: its spread is unknown.

    Examples
    --------
    >>> from stats.table.network_answers import network_answers
    >>> answers = network_answers([[1, 0, 1, 1], [1, 0, 0, 1]], [0, 0, 0, 0], list("abcd"))
    >>> round(between_clusters(answers, residuals_of(answers)[1]), 4)
    0.0573
    """
    cluster, place = renumbered(answers.cluster)
    per_category = clusters_per_category(answers)
    if per_category.min() < 2 or cluster.size <= per_category.size:
        return None
    squares = _sums(answers.cluster, residuals)[cluster] ** 2
    if per_category.sum() > cluster.size:  # a source with photos in several classes: one common factor
        return float(squares.sum() * cluster.size / (cluster.size - per_category.size))
    category = np.empty(cluster.size, dtype=np.int64)
    category[place] = renumbered(answers.category)[1]
    own = per_category[category]
    return float((squares * own / (own - 1)).sum())


def clusters_per_category(answers: Answers) -> IntArray:
    """Count the clusters that have a photo in each class that occurs, (K,).

    Examples
    --------
    >>> from stats.table.network_answers import network_answers
    >>> answers = network_answers([1, 0, 1, 1], [0, 0, 0, 1], ["burst", "burst", "c", "c"])
    >>> clusters_per_category(answers).tolist()
    [2, 1]
    """
    width = int(answers.category.max()) + 1
    pairs = present(answers.cluster.astype(np.int64) * width + answers.category)
    counts = np.bincount(pairs % width)
    return counts[counts > 0]


def _intersections(answers: Answers) -> IntArray:
    """Return a number for each pair of agent and cluster that occurs: (n,) codes from 0."""
    width = int(answers.cluster.max()) + 1
    return renumbered(answers.agent.astype(np.int64) * width + answers.cluster)[1]


def _sums(group: Codes, values: FloatArray) -> FloatArray:
    return np.asarray(np.bincount(group, weights=values), dtype=np.float64)


def _sum_of_squares(group: Codes, residuals: FloatArray) -> float:
    return float((_sums(group, residuals) ** 2).sum())


def _factor(groups: int) -> float:
    return groups / (groups - 1) if groups > 1 else 1.0
