"""How many independent photos the answers of trained networks are worth."""

from __future__ import annotations

from stats.inference import binomial
from stats.inference.clustered import MacroMean, class_means, clusters_per_category, photo_variance
from stats.table.arrays import Answers, FloatArray


def independent_photos(answers: Answers, mean: MacroMean, alpha: float) -> float:
    """Return of how many independent photos one share would vary as much as one network's macro average.

    All photos, where no two share a source and classes are equally large. Otherwise the number of Korn and
    Graubard, at most K^2 / sum 1/n_c for K classes of n_c photos: that bound alone is right only where all
    classes are equally hard. Without any spread to estimate the number from, the sources of each class take
    the place of its photos.

    Parameters
    ----------
    answers
        One network's answers, one entry per photo.
    mean
        Their `macro_mean`.
    alpha
        Two-sided level of the interval that the number is for.

    Returns
    -------
    At most the number of photos; need not be whole.

    References
    ----------
    Korn & Graubard (1998), Confidence intervals for proportions with small expected number of positive
    counts estimated from survey data, Survey Methodology 24.

    Examples
    --------
    Forty photos of twenty bursts whose two photos are answered alike are worth about twenty:

    >>> from stats.inference.clustered import macro_mean
    >>> from stats.table.network_answers import network_answers
    >>> answers = network_answers([1, 1] * 12 + [0, 0] * 8, [0] * 40, [photo // 2 for photo in range(40)])
    >>> round(independent_photos(answers, macro_mean(answers), alpha=0.05), 1)
    17.7
    """
    counts = class_means(answers)[1]
    photos = _in_equal_classes(counts)
    if mean.n_clusters == answers.n_items and counts.min() == counts.max():
        return photos
    variance, df = photo_variance(answers)
    if variance is None or variance == 0 or not 0 < mean.estimate < 1:
        return independent_sources(answers, mean)
    return binomial.units_under_clustering(mean.estimate, variance, df, photos, alpha)


def independent_sources(answers: Answers, mean: MacroMean) -> float:
    """Return the independent photos behind answers without spread; a small class holds the others back.

    Parameters
    ----------
    answers
        Answers of any number of networks to the same photos.
    mean
        Their `macro_mean`.

    Returns
    -------
    K^2 / sum 1/J_c for J_c independent photos of class c, at most all sources.

    Examples
    --------
    >>> from stats.inference.clustered import macro_mean
    >>> from stats.table.network_answers import network_answers
    >>> answers = network_answers([1] * 6, [0, 0, 0, 1, 1, 1], ["burst", "burst", "c", "d", "e", "f"])
    >>> round(independent_sources(answers, macro_mean(answers)), 1)
    4.8
    """
    if answers.photos_unknown:
        return _in_equal_classes(class_means(answers)[1] / mean.n_agents)
    sources = _in_equal_classes(clusters_per_category(answers).astype(float))
    return min(sources, float(mean.n_clusters))


def fewest_units(answers: Answers) -> float:
    """Return agents or independent photos, whichever are fewer; a small class holds the photos back.

    A class of one photo makes up its whole share of the macro average, however many people saw it and
    however many photos the other classes have.

    Examples
    --------
    >>> from stats.table.network_answers import network_answers
    >>> answers = network_answers([[1] * 60] * 30, [0] * 30 + [1] * 29 + [2], range(60))
    >>> round(fewest_units(answers), 1), answers.independent_units
    (8.4, 30.0)
    """
    if answers.photos_unknown:
        return answers.independent_units
    return min(answers.independent_units, _in_equal_classes(clusters_per_category(answers).astype(float)))


def _in_equal_classes(counts: FloatArray) -> float:
    """Return how many photos in equally large classes tell as much as `counts`, (K,): all, when they are."""
    return float(counts.size**2 / (1 / counts).sum())
