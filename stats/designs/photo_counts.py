"""Counts of right answers by photo, without who answered: what can be computed, and why the rest cannot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from math import sqrt
from typing import Any

import numpy as np
import pandas as pd
from scipy import special, stats

from stats.decision.from_counts import coded_counts
from stats.decision.warnings import never_meet
from stats.decision.wording import repeats
from stats.errors import CriteriaError, TableError
from stats.inference import binomial
from stats.inference.accuracy import Side, Threshold, logit_t
from stats.inference.clustered import (
    between_clusters,
    class_means,
    macro_mean,
    photo_df,
    photo_variance,
    residuals_of,
)
from stats.inference.independent_photos import independent_sources
from stats.table.arrays import Answers, FloatArray, IntArray
from stats.table.labels import Codes

RESAMPLES = 2000
FEWEST_PHOTOS = 8  # of a correlation
PEOPLE, MACHINE = "people", "machine"
REPEATED = "rows repeat a photo, level and kind of observer: their counts are added"
NOT_COMPUTED = {
    "verdict, gates, planned looks": "how far an accuracy holds for new people or networks depends on how "
    "much they differ, and counts by photo do not tell them apart; add a column agent_id (verdict --counts), "
    "or export the trials",
    "loss against uncropped photos": "it is paired by person",
    "error consistency": "it compares the answers of two observers to each photo",
    "confusion matrices": "they need what was answered, not only whether it was right",
    "response times": "they are of single trials",
    "groups and conditions": "they need who answered",
}


@dataclass(frozen=True)
class PhotoAccuracy:
    """Accuracy of one kind of observer at a level, conditional on these observers.

    Attributes
    ----------
    crop_level, observers : whose
    estimate : every class weighs the same, and in it photos as the answers that they got
    ci_low, ci_high : over new photos
    n_items, n_trials : photos and answers
    least, most : answers to a photo
    """

    crop_level: float
    observers: str
    estimate: float
    ci_low: float
    ci_high: float
    n_items: int
    n_trials: int
    least: int
    most: int


@dataclass(frozen=True)
class PhotoGap:
    """People minus machine on the photos that both judged, conditional on these observers.

    Attributes
    ----------
    crop_level, estimate, ci_low, ci_high, n_items : difference of the accuracies, paired by photo
    correlation, correlation_low, correlation_high : Pearson's r of the shares right of a photo, people with
        machine, within classes; None for few photos, or where shares do not vary
    people_reliability, machine_reliability : share of the variance between photos that is not chance of few
        answers; r can hardly exceed the square root of their product. None where shares do not vary
    """

    crop_level: float
    estimate: float
    ci_low: float
    ci_high: float
    n_items: int
    correlation: float | None
    correlation_low: float | None
    correlation_high: float | None
    people_reliability: float | None
    machine_reliability: float | None


@dataclass(frozen=True)
class PhotoCounts:
    """What counts by photo allow to say.

    Attributes
    ----------
    accuracies, gaps : by level
    not_computed : what else the product computes, and why not here
    alpha, resamples, seed : how it was computed
    warnings : what a reader must know
    """

    accuracies: tuple[PhotoAccuracy, ...]
    gaps: tuple[PhotoGap, ...]
    not_computed: dict[str, str]
    alpha: float
    resamples: int
    seed: int
    warnings: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


def photo_counts(
    counts: pd.DataFrame, *, alpha: float = 0.05, resamples: int = RESAMPLES, seed: int = 0
) -> PhotoCounts:
    """Estimate accuracies, gaps and the agreement about photos from counts by photo.

    All intervals are over new photos and conditional on these people and networks, who are not told apart.

    Parameters
    ----------
    counts
        Columns `agent_type, item_id, category, crop_level, n_correct, n`, and `source_id` where it is known.
    alpha
        Error rate of the two-sided intervals.
    resamples, seed
        Of the bootstrap over photos.

    Raises
    ------
    TableError
        When a column is missing, a count is no whole number, or more answers are right than were given.
    CriteriaError
        When alpha leaves (0, 1).

    References
    ----------
    Cameron, Gelbach & Miller (2011), Robust inference with multiway clustering, J. Bus. Econ. Stat. 29.

    Examples
    --------
    >>> rows = [(kind, f"photo{n}", "dunk" if n % 2 else "shoot", 0, (right + n) % 21, 20)
    ...     for kind, right in (("human", 12), ("model", 5)) for n in range(8)]
    >>> names = ["agent_type", "item_id", "category", "crop_level", "n_correct", "n"]
    >>> result = photo_counts(pd.DataFrame(rows, columns=names), resamples=100)
    >>> [(of.observers, round(of.estimate, 3)) for of in result.accuracies]
    [('people', 0.775), ('machine', 0.425)]
    >>> round(result.gaps[0].estimate, 2), round(result.gaps[0].correlation, 2)
    (0.35, 1.0)
    """
    if not 0 < alpha < 1:
        raise CriteriaError(f"alpha must lie in (0, 1), not {alpha}")
    if "agent_id" in counts:
        raise TableError("this table tells who answered; give it to verdict --counts, which uses that")
    coded = coded_counts(counts)
    rng = np.random.default_rng(seed)
    return PhotoCounts(
        accuracies=tuple(
            _accuracy(level, name, answers, alpha)
            for level, people, machine in coded.pairs()
            for name, answers in ((PEOPLE, people), (MACHINE, machine))
            if answers.agent.size
        ),
        gaps=tuple(
            gap
            for level, people, machine in coded.pairs()
            if (gap := _gap(level, people, machine, alpha, resamples, rng))
        ),
        not_computed=NOT_COMPUTED,
        alpha=alpha,
        resamples=resamples,
        seed=seed,
        warnings=(*never_meet(coded), *repeats(coded.repeated(), REPEATED)),
    )


def _accuracy(level: float, name: str, answers: Answers, alpha: float) -> PhotoAccuracy:
    estimate = float(class_means(answers)[0].mean())
    variance, df = photo_variance(answers)
    per_photo = np.bincount(answers.item, answers.trials)
    per_photo = per_photo[per_photo > 0]
    if variance and df and 0 < estimate < 1:
        threshold = Threshold(0.5, Side.ABOVE, alpha, conditional=True)  # only its interval is used
        low, high = logit_t(estimate, variance, df, threshold)[2:4]
    else:
        low, high = binomial.interval(estimate, independent_sources(answers, macro_mean(answers)), alpha)
    sizes = (answers.n_items, answers.n_trials, int(per_photo.min()), int(per_photo.max()))
    return PhotoAccuracy(level, name, estimate, low, high, *sizes)


def _gap(
    level: float, people: Answers, machine: Answers, alpha: float, resamples: int, rng: np.random.Generator
) -> PhotoGap | None:
    """Compare people and machine on the photos that both judged; None where there is none."""
    shared = np.intersect1d(people.item, machine.item)
    if not shared.size:
        return None
    sides = [side.where(np.isin(side.item, shared)) for side in (people, machine)]
    parts = [residuals_of(side) for side in sides]
    estimate = float(parts[0][0].mean() - parts[1][0].mean())
    both = sides[0].joined(sides[1])
    variance, df = between_clusters(both, np.concatenate([parts[0][1], -parts[1][1]])), photo_df(both)
    half = float(special.stdtrit(df, 1 - alpha / 2)) * sqrt(variance) if variance and df else np.inf
    first, second = (_Photos.of(side, shared) for side in sides)
    r, r_low, r_high = _correlation(first.within, second.within, first.cluster, alpha, resamples, rng)
    low, high = max(estimate - half, -1.0), min(estimate + half, 1.0)
    reliabilities = (first.reliability, second.reliability)
    return PhotoGap(level, estimate, low, high, shared.size, r, r_low, r_high, *reliabilities)


@dataclass(frozen=True)
class _Photos:
    """Shares right of the same photos by one kind of observer.

    Attributes
    ----------
    share, answers : (J,) share right and number of answers of each photo
    within : (J,) share right minus the mean share of the photo's class
    cluster, category : (J,) of the photo
    """

    share: FloatArray
    answers: FloatArray
    within: FloatArray
    cluster: IntArray
    category: IntArray

    @classmethod
    def of(cls, answers: Answers, photos: Codes) -> _Photos:
        place = np.searchsorted(photos, answers.item)
        right, given = (np.bincount(place, each) for each in (answers.correct, answers.trials))
        cluster, category = np.zeros(photos.size, dtype=np.int64), np.zeros(photos.size, dtype=np.int64)
        cluster[place], category[place] = answers.cluster, answers.category
        share = np.asarray(right / given, dtype=np.float64)
        means = np.bincount(category, share) / np.maximum(np.bincount(category), 1)
        return cls(share, np.asarray(given, dtype=np.float64), share - means[category], cluster, category)

    @property
    def reliability(self) -> float | None:
        """Share of the variance within classes that is not the chance of few answers."""
        several = self.answers > 1
        free = self.share.size - np.unique(self.category).size
        if free < 1 or not several.all():
            return None
        total = float((self.within**2).sum() / free)
        chance = float((self.share * (1 - self.share) / (self.answers - 1)).mean())
        return max(0.0, 1 - chance / total) if total > 0 else None


def _correlation(
    first: FloatArray,
    second: FloatArray,
    cluster: IntArray,
    alpha: float,
    resamples: int,
    rng: np.random.Generator,
) -> tuple[float, float, float] | tuple[None, None, None]:
    """Return r with its interval by a bootstrap over sources of photos."""
    if first.size < FEWEST_PHOTOS or np.ptp(first) == 0 or np.ptp(second) == 0:
        return None, None, None
    observed = float(stats.pearsonr(first, second).statistic)
    drawn = np.array(list(_resampled(first, second, cluster, resamples, rng)))
    low, high = np.nanquantile(drawn, [alpha / 2, 1 - alpha / 2])
    return observed, float(low), float(high)


def _resampled(
    first: FloatArray, second: FloatArray, cluster: IntArray, resamples: int, rng: np.random.Generator
) -> Iterator[float]:
    place = np.unique(cluster, return_inverse=True)[1]
    sources = int(place.max()) + 1
    for _ in range(resamples):
        weight = np.bincount(rng.integers(0, sources, sources), minlength=sources)[place].astype(float)
        total = weight.sum()
        x, y = (values - (weight @ values) / total for values in (first, second))
        spread = np.sqrt((weight @ x**2) * (weight @ y**2))
        yield float((weight @ (x * y)) / spread) if spread > 0 else np.nan
