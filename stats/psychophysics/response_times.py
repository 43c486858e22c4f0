"""Response times: medians, a lognormal mixed model, timeouts, and speed and accuracy in one score."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from stats.errors import TableError
from stats.inference import binomial
from stats.inference.mixed_model import CrossedFit, fit_crossed
from stats.table.arrays import FloatArray
from stats.table.tidy import tidy

SAME_TIMES = 1e-6  # log units; less is no spread that a model could divide
LARGEST_MODEL = 4000  # people plus photos; beyond it the model takes minutes and is left out, with a note

Estimate = tuple[float | None, float | None, float | None]  # value, ci_low, ci_high


@dataclass(frozen=True)
class LevelTimes:
    """Response times of people at one level.

    Attributes
    ----------
    crop_level : the level
    median_ms, ci_low, ci_high : median over people of their median, with a bootstrap interval over people;
        None for one person, and where all people (resampled) have the same median
    model_ms, model_low, model_high : geometric mean of the lognormal mixed model, for right answers
    timeout_rate, timeout_low, timeout_high : share of trials without an answer; interval over people, exact
        for as many people where they do not differ
    bis : mean balanced integration score: z(accuracy) - z(mean time of right answers), over people and levels
    n_people, n_trials : sizes
    """

    crop_level: float
    median_ms: float | None
    ci_low: float | None
    ci_high: float | None
    model_ms: float | None
    model_low: float | None
    model_high: float | None
    timeout_rate: float
    timeout_low: float
    timeout_high: float
    bis: float | None
    n_people: int
    n_trials: int


@dataclass(frozen=True)
class ResponseTimes:
    """Response times over the levels.

    Attributes
    ----------
    levels : light to heavy
    sd_people, sd_photos, sd_trials : of log response time in the mixed model; None where it was not fitted
    note : why the model was not fitted, or ""
    """

    levels: tuple[LevelTimes, ...]
    sd_people: float | None
    sd_photos: float | None
    sd_trials: float | None
    note: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


def response_times(
    trials: pd.DataFrame,
    *,
    alpha: float = 0.05,
    resamples: int = 2000,
    seed: int = 0,
    mode: str | None = None,
) -> ResponseTimes:
    """Summarise people's response times per level.

    Parameters
    ----------
    trials
        Tidy table with `rt_ms`, in milliseconds.
    alpha
        Of the intervals.
    resamples, seed
        Of the bootstrap over people.
    mode
        Which human rows to analyse when the table holds several modes.

    Raises
    ------
    TableError
        When there is no `rt_ms` or the table cannot be used.

    References
    ----------
    Liesefeld & Janczyk (2019), Combining speed and accuracy to control for speed-accuracy trade-offs(?),
    Behav. Res. Methods 51 (balanced integration score).

    Examples
    --------
    Heavier crops take twice as long.

    >>> import numpy as np
    >>> from stats.planning.simulated_studies import simulate
    >>> rng = np.random.default_rng(0)
    >>> trials = simulate([0.95, 0.90], rng, n_agents=12, n_items=40)
    >>> times = 600 * 2.0 ** trials["crop_level"] * np.exp(rng.normal(0, 0.1, len(trials)))
    >>> light, heavy = response_times(trials.assign(rt_ms=times), resamples=99).levels
    >>> round(heavy.median_ms / light.median_ms, 1), heavy.ci_low < heavy.median_ms < heavy.ci_high
    (2.0, True)
    """
    people = tidy(trials, mode).primary
    if "rt_ms" not in people or not people.loc[people["human"], "rt_ms"].notna().any():
        raise TableError("response times need the column rt_ms, in milliseconds, in people's rows")
    people = people.loc[people["human"]]
    answered = people.loc[people["answered"] & (people["rt_ms"] > 0)]
    levels = np.sort(people["crop_level"].unique())
    fit, note = _mixed_model(answered, levels)
    scores = _balanced_integration(people, answered)
    bootstrap = _Bootstrap(alpha, resamples, np.random.default_rng(seed))
    rows = []
    for place, level in enumerate(levels.tolist()):
        at_level = people.loc[people["crop_level"] == level]
        median = bootstrap.median(answered.loc[answered["crop_level"] == level])
        modelled = _geometric_mean(fit, place, answered, alpha)
        sizes = (at_level["agent_id"].nunique(), len(at_level))
        timeouts = bootstrap.timeout_rate(at_level)
        rows.append(LevelTimes(level, *median, *modelled, *timeouts, scores.get(level), *sizes))
    if fit is None:
        return ResponseTimes(tuple(rows), None, None, None, note)
    return ResponseTimes(tuple(rows), fit.sd_first, fit.sd_second, fit.sd_error, note)


@dataclass(frozen=True)
class _Bootstrap:
    """Intervals over people.

    Attributes
    ----------
    alpha : error rate of the two-sided intervals
    resamples : number of resamples of people
    rng : source of chance
    """

    alpha: float
    resamples: int
    rng: np.random.Generator

    def _resampled(self, people: FloatArray) -> FloatArray:
        """Return resamples of the entries of people, (resamples, people, ...)."""
        return people[self.rng.integers(0, len(people), (self.resamples, len(people)))]

    def _interval(self, drawn: FloatArray) -> tuple[float, float]:
        low, high = np.quantile(drawn, [self.alpha / 2, 1 - self.alpha / 2])
        return float(low), float(high)

    def median(self, answered: pd.DataFrame) -> Estimate:
        """Return the median over people of their median time."""
        medians = answered.groupby("agent_id")["rt_ms"].median().to_numpy(dtype=float)
        if medians.size == 0:
            return None, None, None
        if medians.size == 1:  # one person says nothing about others
            return float(medians[0]), None, None
        low, high = self._interval(np.median(self._resampled(medians), axis=1))
        known = high > low  # people who are all alike (or nearly) do not show how others differ
        return float(np.median(medians)), low if known else None, high if known else None

    def timeout_rate(self, people: pd.DataFrame) -> tuple[float, float, float]:
        """Return the share of trials without an answer; exact for as many people where they do not differ."""
        missed = (~people["answered"]).groupby(people["agent_id"]).agg(["sum", "size"]).to_numpy(dtype=float)
        share = float(missed[:, 0].sum() / missed[:, 1].sum())
        drawn = self._resampled(missed).sum(axis=1)  # (resamples, 2): unanswered, all
        low, high = self._interval(drawn[:, 0] / drawn[:, 1])
        if low == high:
            low, high = binomial.interval(share, len(missed), self.alpha)
        return share, low, high


def _mixed_model(answered: pd.DataFrame, levels: FloatArray) -> tuple[CrossedFit | None, str]:
    """Fit log times of right answers by level, with people and photos as random effects; or say why not."""
    right = answered.loc[answered["correct"] == 1]
    people, photos = right["agent_id"].nunique(), right["item_id"].nunique()
    if people < 2 or photos < 2 or right["crop_level"].nunique() < len(levels):
        return (
            None,
            "mixed model not fitted: it needs two people, two photos and right answers at every level",
        )
    if people + photos > LARGEST_MODEL:
        return None, f"mixed model not fitted: {people + photos} people and photos exceed {LARGEST_MODEL}"
    times = pd.Series(np.log(right["rt_ms"].to_numpy(dtype=float)), right.index)
    if (times - times.groupby(right["crop_level"]).transform("mean")).std(ddof=0) < SAME_TIMES:
        return None, "mixed model not fitted: within every level all right answers took equally long"
    design = (right["crop_level"].to_numpy(dtype=float)[:, None] == levels[None, :]).astype(float)  # (n, L)
    codes = [pd.factorize(right[name], sort=True)[0] for name in ("agent_id", "item_id")]
    return fit_crossed(times.to_numpy(), design, *codes), ""


def _geometric_mean(fit: CrossedFit | None, place: int, answered: pd.DataFrame, alpha: float) -> Estimate:
    """Return the modelled time of a level; people, fewer than photos and more varied, give the df."""
    if fit is None:
        return None, None, None
    people = answered.loc[answered["correct"] == 1, "agent_id"].nunique()
    quantile = float(special.stdtrit(max(people - 1, 1), 1 - alpha / 2))
    half = quantile * float(np.sqrt(fit.covariance[place, place]))
    low, middle, high = np.exp(fit.effects[place] + np.array([-half, 0, half]))
    return float(middle), float(low), float(high)


def _balanced_integration(people: pd.DataFrame, answered: pd.DataFrame) -> dict[float, float]:
    """Return the mean score per level; people without a right answer at a level have no time and drop out."""
    keys = ["agent_id", "crop_level"]
    right = answered.loc[answered["correct"] == 1]
    cells = pd.DataFrame(
        {"accuracy": people.groupby(keys)["correct"].mean(), "time": right.groupby(keys)["rt_ms"].mean()}
    ).dropna()
    spread = cells.std(ddof=0)
    if len(cells) < 2 or (spread == 0).any():
        return {}
    z = (cells - cells.mean()) / spread
    scores = (z["accuracy"] - z["time"]).groupby(level="crop_level").mean()
    return {float(level): float(score) for level, score in zip(scores.index.to_numpy(), scores, strict=True)}
