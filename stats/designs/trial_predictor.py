"""Accuracy along a continuous predictor of the trial, such as visibility or size, in place of levels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import numpy as np
import pandas as pd

from stats.decision.criteria import Criteria
from stats.designs.predictor_bins import Binned, binned, no_common_value
from stats.errors import TableError
from stats.inference.two_way_bootstrap import resample
from stats.psychophysics.observer_curves import Curve, FittedObservers
from stats.psychophysics.thresholds import Place
from stats.table.arrays import Answers, Coded, FloatArray, encode
from stats.table.guessing import Guessing, guessing_of_both
from stats.table.parse import number, refuse
from stats.table.tidy import tidy

RESAMPLES = 2000


@dataclass(frozen=True)
class Axis:
    """How a predictor becomes the axis of a falling curve.

    Attributes
    ----------
    column : of the table
    falls : whether accuracy falls where the predictor rises; it rises with visibility and size
    logarithmic : whether equal ratios of the predictor are equal steps
    """

    column: str
    falls: bool = False
    logarithmic: bool = False

    def onto(self, x: FloatArray) -> FloatArray:
        """Return places on the axis, on which accuracy falls."""
        scaled = np.log(x) if self.logarithmic else x
        return scaled if self.falls else -scaled

    def back(self, z: FloatArray | float) -> Any:
        """Return values of the predictor at places on the axis."""
        scaled = np.asarray(z) if self.falls else -np.asarray(z)
        return np.exp(scaled) if self.logarithmic else scaled

    def shown(self, curve: Curve) -> Curve:
        """Return a curve in units of the predictor."""
        x, grid = (tuple(self.back(np.array(z)).tolist()) for z in (curve.x, curve.grid))
        fit = replace(curve.fit, missed=tuple(self.back(np.array(curve.fit.missed)).tolist()))
        return replace(curve, mu=float(self.back(curve.mu)), x=x, grid=grid, fit=fit)

    def place(self, place: Place) -> Place:
        """Return a crossing in units of the predictor; nothing lies outside the values that were shown."""
        ends = (place.ci_low, place.ci_high) if self.falls else (place.ci_high, place.ci_low)
        values = [None if z is None else float(self.back(z)) for z in (place.estimate, *ends)]
        return Place(*values)


@dataclass(frozen=True)
class PredictorCurve:
    """The curve of one kind of observer along a predictor, in its units.

    Attributes
    ----------
    accuracy : that the threshold is about
    threshold : where the curve crosses it
    curve : fitted to bins of the predictor; its width is in units of the logarithm on such an axis
    centre : of the curve, as far as it lies among the values that were shown
    s_low, s_high : interval of the width; None for one person
    guessing : what the curve falls to
    n_agents, n_items, n_trials : behind it
    left_out : trials without a value of the predictor
    warnings : what a reader must know
    """

    accuracy: float
    threshold: Place
    curve: Curve
    centre: Place
    s_low: float | None
    s_high: float | None
    guessing: Guessing
    n_agents: int
    n_items: int
    n_trials: int
    left_out: int
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class PredictorStudy:
    """Curves along a predictor; why one is missing is in `reasons`, what concerns both in `warnings`."""

    axis: Axis
    curves: dict[str, PredictorCurve]
    reasons: dict[str, str]
    alpha: float
    resamples: int
    seed: int
    warnings: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        values: dict[str, Any] = msgspec.to_builtins(self)
        return values


def predictor_study(
    trials: pd.DataFrame,
    axis: Axis,
    *,
    floor: float = 0.85,
    ceiling: float = 0.75,
    alpha: float = 0.05,
    resamples: int = RESAMPLES,
    seed: int = 0,
    chance: Mapping[str, float] | None = None,
    mode: str | None = None,
) -> PredictorStudy:
    """Fit accuracy along a predictor, and find where people cross the floor and the machine the ceiling.

    The curve is that of levels, p(x) = chance + (1 - chance - lapse) expit(-(x - mu) / s), fitted to up to 20
    bins of trials in which every class weighs the same; intervals are over new people or networks and new
    photos, by the two-way bootstrap.

    Parameters
    ----------
    trials
        Tidy table; crop levels in it do not count.
    axis
        The predictor.
    floor, ceiling, alpha
        See `Criteria`.
    resamples, seed
        Of the two-way bootstrap.
    chance
        Accuracy of guessing by kind of observer, where it is not what the table says; see `guessing`.
    mode
        Which human rows to analyse when the table holds several modes.

    Raises
    ------
    TableError
        When the column is missing or holds no number, or no kind of observer has a curve.
    CriteriaError
        When a threshold leaves (0, 1).

    References
    ----------
    Owen (2007), The pigeonhole bootstrap, Ann. Appl. Stat. 1.
    Wichmann & Hill (2001), The psychometric function I, Percept. Psychophys. 63.

    Examples
    --------
    Accuracy rises with visibility and crosses .80 at .45.

    >>> from scipy import special
    >>> rng = np.random.default_rng(0)
    >>> person, photo = (code.ravel() for code in np.indices((20, 60)))
    >>> visibility = rng.random(1200)
    >>> right = rng.random(1200) < 0.5 + 0.5 * special.expit((visibility - 0.45 + 0.04) / 0.1)
    >>> trials = pd.DataFrame({"agent_id": person, "item_id": photo, "correct": right.astype(int)})
    >>> trials = trials.assign(agent_type="human", category=np.where(photo % 2, "dunk", "shoot"),
    ...     crop_level=0, visibility=visibility)
    >>> study = predictor_study(trials, Axis("visibility"), floor=0.80, resamples=200)
    >>> place = study.curves["people"].threshold
    >>> place.ci_low < 0.45 < place.ci_high
    True
    """
    criteria = Criteria(floor, ceiling, alpha=alpha)
    if axis.column not in trials:
        raise TableError(f"the table has no column {axis.column}; name the predictor (--predictor)")
    counted = tidy(trials, mode).primary.reset_index(drop=True).assign(crop_level=0.0)
    x = _values(counted, axis)
    guess = guessing_of_both(counted, chance)
    coded = encode(counted)
    sides = {
        "people": (coded.human[0], x[counted["human"]], criteria.floor),
        "machine": (coded.machine[0], x[~counted["human"]], criteria.ceiling),
    }
    curves, reasons = {}, {}
    for name, (answers, values, accuracy) in sides.items():
        if not answers.agent.size:
            continue
        try:
            side = _Side(answers, values, accuracy, coded.categories, guess[name], name == "machine")
            curves[name] = side.curve(axis, alpha, resamples, seed)
        except TableError as reason:
            reasons[name] = str(reason)
    if not curves:
        raise TableError("; ".join(f"{name}: {reason}" for name, reason in reasons.items()))
    shown = {name: values for name, (_, values, _) in sides.items() if name in curves}
    photos = "people and machine have no photo in common: do the names of the photos agree?"
    apart = [photos] * bool(coded.without_shared_photos())
    warnings = (*apart, *no_common_value(shown, axis.column))
    return PredictorStudy(axis, curves, reasons, alpha, resamples, seed, warnings)


def _values(counted: pd.DataFrame, axis: Axis) -> FloatArray:
    """Return the predictor of each row; NaN where it is blank."""
    values = number(counted, axis.column)
    if axis.logarithmic and (values <= 0).any():
        refuse(counted, values <= 0, axis.column, "must be above 0 on a logarithmic axis")
    return values.to_numpy(dtype=np.float64)


@dataclass(frozen=True)
class _Side:
    """One kind of observer: answers with the predictor of each, and what is asked."""

    answers: Answers
    x: FloatArray
    accuracy: float
    categories: tuple[str, ...]
    guess: Guessing
    network: bool

    def curve(self, axis: Axis, alpha: float, resamples: int, seed: int) -> PredictorCurve:
        if self.guess.rate == 1:
            raise TableError("one class alone has no guessing; declare its accuracy (--chance)")
        known = ~np.isnan(self.x)
        if not known.any():
            raise TableError(f"no trial has a value of {axis.column}")
        answers = self.answers.where(known)
        fitted = self._fitted(binned(answers, axis.onto(self.x[known])), resamples, seed)
        curve = fitted.curve(alpha)
        s_low, s_high = _interval(fitted, fitted.curves.s, alpha)
        return PredictorCurve(
            accuracy=self.accuracy,
            threshold=axis.place(fitted.crossing(self.accuracy, alpha).place()),
            curve=axis.shown(curve),
            centre=axis.place(fitted.centre(alpha).place()),
            s_low=s_low,
            s_high=s_high,
            guessing=self.guess,
            n_agents=answers.n_agents,
            n_items=answers.n_items,
            n_trials=answers.n_trials,
            left_out=int((~known).sum()),
            warnings=tuple(_warnings(fitted, curve, axis, alpha)),
        )

    def _fitted(self, bins: Binned, resamples: int, seed: int) -> FittedObservers:
        nobody = tuple(level.where(level.agent < 0) for level in bins.levels)
        coded = Coded(bins.places, self.categories, bins.levels, nobody)
        return FittedObservers.fitted(
            bins.levels,
            resample(coded, resamples, seed).human,
            bins.places,
            self.categories,
            network=self.network,
            chance=self.guess.rate,
        )


def _interval(
    fitted: FittedObservers, values: FloatArray, alpha: float
) -> tuple[float, float] | tuple[None, None]:
    """Return the interval of a parameter of the observed curve, then of the resampled ones."""
    if not fitted.resampled:
        return None, None
    low, high = np.quantile(values[1:], [alpha / 2, 1 - alpha / 2])
    return float(low), float(high)


def _warnings(fitted: FittedObservers, curve: Curve, axis: Axis, alpha: float) -> Iterator[str]:
    if not fitted.resampled:
        yield "one person only: no interval holds for other people"
    if fitted.network and fitted.n_agents == 1:
        yield "one network only: intervals are conditional on this one trained network"
    if curve.monotone.p < alpha:
        expected, seen = ("falls", "rises") if axis.falls else ("rises", "falls")
        other = "without --falls" if axis.falls else "with --falls"
        yield (
            f"accuracy {seen} somewhere where {axis.column} rises, and the curve only {expected}: it "
            f"misleads; if it should be the other way round, try {other}"
        )
