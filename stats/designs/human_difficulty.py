"""The machine's accuracy as a function of people's: stimuli are placed by how hard they are for people.

Stimuli that few of some people recognise look harder than they are, as chance had its part in it. So one half
of the people sorts the stimuli and the other half says how hard they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import reduce

import numpy as np
import pandas as pd
from numpy.random import Generator

from stats.decision.primary_analysis import own_level_only
from stats.designs.difficulty_results import DifficultyStudy, LevelPlace, Stretch
from stats.designs.interval_widths import Share, half_width
from stats.errors import CriteriaError, TableError
from stats.table.arrays import Answers, BoolArray, Coded, FloatArray, IntArray, encode
from stats.table.labels import present
from stats.table.tidy import tidy

SPLITS, STRETCHES = 100, 5
FEWEST_PEOPLE = 4  # two of them sort, two estimate
FEWEST_STIMULI = 4  # in a stretch, on average
PRIOR = 2.0  # answers as right as those to its level, that each stimulus is sorted with


def by_difficulty(
    trials: pd.DataFrame,
    *,
    stretches: int = STRETCHES,
    splits: int = SPLITS,
    alpha: float = 0.05,
    seed: int = 0,
    mode: str | None = None,
) -> DifficultyStudy:
    """Estimate accuracy of people and machine on stimuli that are about as hard for people.

    Each half of the people sorts the stimuli for the other. The estimate is the median over random halves,
    and its interval runs from the median lower to the median upper bound of intervals at 1 - alpha / 2, which
    covers at 1 - alpha at least. Stimuli are those that both people and machine judged.

    Parameters
    ----------
    trials
        Tidy table of people and machine.
    stretches
        Into how many equally large parts the stimuli are sorted.
    splits, seed
        Random halves, and the seed of their generator.
    alpha
        Error rate of the two-sided intervals.
    mode
        Which human rows to analyse when the table holds several modes.

    Raises
    ------
    TableError
        When people or machine are missing, judged nothing in common, or are too few for halves or stretches.
    CriteriaError
        When alpha leaves (0, 1), or there is no split or stretch.

    References
    ----------
    Xu, Luo, Dickens & Mok (2026), Do machines fail like humans?, arXiv 2603.07462 (stimuli placed by the
    accuracy of people).
    Chernozhukov, Demirer, Duflo & Fernandez-Val (2018), Generic machine learning inference on heterogeneous
    treatment effects in randomized experiments, NBER 24678 (medians over sample splits).

    Examples
    --------
    A machine that is right whatever people find hard:

    >>> rng = np.random.default_rng(0)
    >>> person, photo = (code.ravel() for code in np.indices((30, 80)))
    >>> people = pd.DataFrame({"agent_type": "human", "agent_id": person, "item_id": photo})
    >>> people["correct"] = (rng.random(2400) < 0.2 + 0.01 * (photo % 80)).astype(int)
    >>> seeds = people[person < 4].assign(agent_type="model", correct=lambda rows: rng.random(320) < 0.6)
    >>> trials = pd.concat([people, seeds]).assign(category="dunk", crop_level=0)
    >>> study = by_difficulty(trials.assign(correct=trials["correct"].astype(int)), stretches=4, splits=10)
    >>> [round(part.people.estimate, 1) for part in study.stretches]
    [0.3, 0.5, 0.7, 0.9]
    """
    if not 0 < alpha < 1 or splits < 1 or stretches < 1:
        raise CriteriaError(
            "alpha must lie in (0, 1), and there must be a split and a stretch, not "
            f"{alpha}, {splits} and {stretches}"
        )
    judged = _Judged.of(encode(own_level_only(tidy(trials, mode).primary)))
    people = present(judged.people.agent)
    _refuse_too_few(people.size, judged.n_stimuli, stretches)
    rng = np.random.default_rng(seed)
    halves = (rng.permutation(people)[: people.size // 2] for _ in range(splits))
    folds = (np.isin(judged.people.agent, half).astype(np.int64) for half in halves)
    parts = [_stretches(judged, fold, stretches, alpha / 2, rng) for fold in folds]
    return DifficultyStudy(
        levels=_levels(judged, alpha),
        stretches=tuple(_median(of_stretch) for of_stretch in zip(*parts, strict=True)),
        splits=splits,
        alpha=alpha,
        seed=seed,
        n_people=people.size,
        n_networks=judged.machine.n_agents,
        n_stimuli=judged.n_stimuli,
        left_out=judged.left_out,
        least_answers=int(judged.counts(judged.people).min()),
    )


def _refuse_too_few(people: int, stimuli: int, stretches: int) -> None:
    if people < FEWEST_PEOPLE:
        raise TableError(f"halves of people need {FEWEST_PEOPLE} people at least, and there are {people}")
    needed = FEWEST_STIMULI * stretches
    if stimuli < needed:
        raise TableError(
            f"{stretches} stretches need {needed} stimuli that people and machine judged, and there are "
            f"{stimuli}; ask for fewer (--stretches)"
        )


@dataclass(frozen=True)
class _Judged:
    """Answers to the stimuli that both judged: items are stimuli from 0 on, clusters those of photos."""

    people: Answers
    machine: Answers
    level: FloatArray  # of each stimulus
    left_out: int

    @classmethod
    def of(cls, coded: Coded) -> _Judged:
        people, machine = (_over_levels(side) for side in (coded.human, coded.machine))
        if not people.item.size or not machine.item.size:
            lacking = "person" if not people.item.size else "network"
            raise TableError(f"no {lacking} was tested: nothing can be compared with people's difficulty")
        shared = np.intersect1d(people.item, machine.item).astype(np.int64)
        if not shared.size:
            raise TableError("people and machine judged no photo at the same level: do the names agree?")
        left_out = np.union1d(people.item, machine.item).size - shared.size
        level = coded.levels[shared % len(coded.levels)]
        return cls(_only(people, shared), _only(machine, shared), level, left_out)

    @property
    def n_stimuli(self) -> int:
        return self.level.size

    def counts(self, answers: Answers) -> FloatArray:
        return np.bincount(answers.item, answers.trials, self.n_stimuli).astype(np.float64)

    def rates(self, answers: Answers) -> FloatArray:
        """Return the share of right answers to each stimulus, as if `PRIOR` more were like its level's."""
        right = np.bincount(answers.item, answers.correct, self.n_stimuli)
        _, place = np.unique(self.level, return_inverse=True)
        totals = (np.bincount(place, values) for values in (right, self.counts(answers)))
        usual = np.divide(*totals)[place]
        return (right + PRIOR * usual) / (self.counts(answers) + PRIOR)


def _over_levels(side: Sequence[Answers]) -> Answers:
    """Return the answers to all levels; their items are stimuli."""
    numbered = [
        replace(answers, item=answers.item.astype(np.int64) * len(side) + place)
        for place, answers in enumerate(side)
    ]
    return reduce(Answers.joined, numbered)


def _only(answers: Answers, shared: IntArray) -> Answers:
    """Return the answers to these stimuli, which are numbered anew."""
    of_both = answers.where(np.isin(answers.item, shared))
    return replace(of_both, item=np.searchsorted(shared, of_both.item))


def _levels(judged: _Judged, alpha: float) -> tuple[LevelPlace, ...]:
    """Place the levels by people's accuracy, the easiest first; nothing is selected, so nobody is split."""
    everybody = np.zeros(judged.people.item.size, np.int64)
    places = {
        float(level): _stretch(judged, (judged.level == level)[None], everybody, alpha)
        for level in np.unique(judged.level)
    }
    shares = {level: place.people.estimate or 0.0 for level, place in places.items()}
    easiest_first = sorted(places, key=lambda level: -shares[level])
    lightest = shares[min(places)]
    return tuple(LevelPlace(level, places[level], lightest - shares[level]) for level in easiest_first)


def _stretches(
    judged: _Judged, fold: IntArray, stretches: int, alpha: float, rng: Generator
) -> list[Stretch]:
    """Return the stretches of one split: each fold answers about what the other has sorted."""
    parts = np.array(
        [_sorted_into(judged, judged.people.where(fold != own), stretches, rng) for own in (0, 1)]
    )
    return [_stretch(judged, parts == number, fold, alpha) for number in range(stretches)]


def _sorted_into(judged: _Judged, sorting: Answers, stretches: int, rng: Generator) -> IntArray:
    """Return the stretch of each stimulus, the hardest first; chance decides between equals."""
    shuffled = rng.permutation(judged.n_stimuli)
    order = shuffled[np.argsort(judged.rates(sorting)[shuffled], kind="stable")]
    part = np.empty(order.size, np.int64)
    part[order] = np.arange(order.size) * stretches // order.size
    return part


def _stretch(judged: _Judged, chosen: BoolArray, fold: IntArray, alpha: float) -> Stretch:
    """Estimate a stretch from the stimuli that were chosen for each fold, (F, S), and the people in it."""
    people, machine = judged.people, judged.machine
    counts = np.array([judged.counts(people.where(fold == own)) for own in range(len(chosen))])
    counted = chosen & (counts > 0)
    share = counted / max(counted.sum(), 1)
    of_people = (share / np.maximum(counts, 1))[fold, people.item]
    of_machine = (share.sum(axis=0) / judged.counts(machine))[machine.item]
    sides = [_weighted(people, of_people), _weighted(machine, of_machine)]
    photos = np.median([present(people.where(row[people.item]).cluster).size for row in counted])
    return Stretch(
        _mean(*sides[0], alpha, single=False),
        _mean(*sides[1], alpha, single=judged.machine.n_agents == 1),
        _gap(sides, alpha),
        float(np.median(counted.sum(axis=1))),
        float(photos),
    )


def _weighted(answers: Answers, weights: FloatArray) -> tuple[Answers, FloatArray, float]:
    """Return the answers that weigh anything, their residuals, and the mean."""
    mean = float(weights @ answers.correct)
    weighing = weights > 0
    return answers.where(weighing), (weights * (answers.correct - answers.trials * mean))[weighing], mean


def _mean(answers: Answers, residuals: FloatArray, mean: float, alpha: float, *, single: bool) -> Share:
    half = half_width(answers, residuals, alpha, single)
    return Share(mean, max(mean - half, 0.0), min(mean + half, 1.0))


def _gap(sides: Sequence[tuple[Answers, FloatArray, float]], alpha: float) -> Share:
    (people, of_people, mean), (machine, of_machine, other) = sides
    joined, residuals = people.joined(machine), np.concatenate([of_people, -of_machine])
    half = half_width(joined, residuals, alpha, single=False)
    return Share(mean - other, max(mean - other - half, -1.0), min(mean - other + half, 1.0))


def _median(parts: Sequence[Stretch]) -> Stretch:
    """Return the median of each figure over the splits."""
    return Stretch(
        _median_share([part.people for part in parts]),
        _median_share([part.machine for part in parts]),
        _median_share([part.gap for part in parts]),
        float(np.median([part.n_stimuli for part in parts])),
        float(np.median([part.n_photos for part in parts])),
    )


def _median_share(means: Sequence[Share]) -> Share:
    return Share(
        *(float(np.median([getattr(mean, field.name) for mean in means])) for field in fields(Share))
    )
