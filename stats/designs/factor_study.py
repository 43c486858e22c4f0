"""Accuracy by groups of people and conditions, and whether their differences depend on the level.

Secondary: the verdict is about all people and conditions together, and nothing here can change it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import sqrt

import numpy as np
import pandas as pd
from scipy import linalg, special

from stats.designs.contrasts import CellMeans
from stats.designs.factor_cells import Cell, FactorTable, factor_table
from stats.designs.factor_results import CellAccuracy, Difference, EffectTest, FactorStudy
from stats.errors import CriteriaError
from stats.inference.accuracy import Side, Threshold, accuracy
from stats.table.arrays import FloatArray

ANYTHING = 0.5  # an accuracy is estimated here and tested against nothing
LEVEL = "crop_level"


def factor_study(
    trials: pd.DataFrame,
    *,
    group: str | None = None,
    condition: str | None = None,
    cuts: Sequence[float] = (),
    alpha: float = 0.05,
    mode: str | None = None,
) -> FactorStudy:
    """Estimate people's accuracy by group, condition and level, and test what depends on what.

    Accuracies are those of the verdict: every class weighs the same, over new people of the group and new
    photos. An interaction is that the difference of log odds between values of a factor is not the same
    at all levels; people and photos are random, and who judges several cells is paired with themselves.

    Parameters
    ----------
    trials
        Tidy table with the columns of the factors.
    group, condition, cuts, mode
        See `factor_table`.
    alpha
        Error rate of the two-sided intervals.

    Raises
    ------
    TableError
        When the table cannot be used, see `factor_table`.
    CriteriaError
        When alpha leaves (0, 1).

    References
    ----------
    Cameron, Gelbach & Miller (2011), Robust inference with multiway clustering, J. Bus. Econ. Stat. 29.
    Pustejovsky & Tipton (2018), Small-sample methods for cluster-robust variance estimation and hypothesis
    testing in fixed effects models, J. Bus. Econ. Stat. 36.

    Examples
    --------
    Experts hold at level 1 where novices fall.

    >>> from stats.planning.simulated_studies import simulate
    >>> rng = np.random.default_rng(0)
    >>> experts = simulate([0.95, 0.93], rng, n_agents=16, n_items=96).assign(skill="expert")
    >>> novices = simulate([0.93, 0.55], rng, n_agents=16, n_items=96).assign(skill="novice")
    >>> novices["agent_id"] += "n"
    >>> study = factor_study(pd.concat([experts, novices]), group="skill")
    >>> [(test.effect, test.p < 0.01) for test in study.tests]
    [('skill', True), ('skill x crop_level', True)]
    """
    if not 0 < alpha < 1:
        raise CriteriaError(f"alpha must lie in (0, 1), not {alpha}")
    table = factor_table(trials, group=group, condition=condition, cuts=cuts, mode=mode)
    left_out = _left_out(table)
    return FactorStudy(
        factors=table.factors,
        n_people={factor.name: dict(_people(table, place)) for place, factor in enumerate(table.factors)},
        cells=tuple(_estimated(table, cell, alpha) for cell in table.cells),
        differences=tuple(_differences(table, alpha)),
        tests=tuple(_tests(table, left_out)),
        left_out=left_out,
        alpha=alpha,
    )


def _people(table: FactorTable, place: int) -> Iterator[tuple[str, int]]:
    for value in table.factors[place].labels:
        cells = [cell.answers.agent for cell in table.cells if cell.labels[place] == value]
        yield value, int(np.unique(np.concatenate(cells)).size)


def _named(table: FactorTable, values: Sequence[str]) -> dict[str, str]:
    return {factor.name: value for factor, value in zip(table.factors, values, strict=True)}


def _estimated(table: FactorTable, cell: Cell, alpha: float) -> CellAccuracy:
    threshold = Threshold(ANYTHING, Side.ABOVE, alpha, conditional=False)
    complete = table.complete(cell)
    estimate = accuracy(cell.answers, threshold, table.categories) if complete else None
    return CellAccuracy(cell.crop_level, _named(table, cell.labels), estimate)


def _differences(table: FactorTable, alpha: float) -> Iterator[Difference]:
    """Compare every two values of a factor at a level, at each value of the other factor."""
    for level, cells in table.at_levels():
        for first, second in combinations(cells, 2):
            differ = [place for place, value in enumerate(first.labels) if value != second.labels[place]]
            if len(differ) == 1 and table.complete(first) and table.complete(second):
                yield _difference(table, level, first, second, differ[0], alpha)


def _difference(
    table: FactorTable, level: float, first: Cell, second: Cell, place: int, alpha: float
) -> Difference:
    cells = CellMeans.of([first.answers, second.answers], [first.group, second.group])
    estimate, variance, df = cells.difference(np.array([1.0, -1.0]))
    se = None if variance is None else sqrt(variance)
    half = 2.0 if se is None or df is None else float(special.stdtrit(df, 1 - alpha / 2)) * se
    within = _named(table, first.labels)
    factor = table.factors[place].name
    del within[factor]
    low, high = max(estimate - half, -1.0), min(estimate + half, 1.0)
    names = (first.labels[place], second.labels[place])
    return Difference(level, factor, *names, within, estimate, se, df, low, high)


def _left_out(table: FactorTable) -> dict[float, str]:
    """Return the levels whose log odds cannot be compared, with the reason."""
    reasons = {level: _unusable(table, cells) for level, cells in table.at_levels()}
    return {level: reason for level, reason in reasons.items() if reason}


def _unusable(table: FactorTable, cells: Sequence[Cell]) -> str:
    for cell in cells:
        name = ", ".join(cell.labels)
        if not table.complete(cell):
            return f"{name}: not every class was shown"
        share = float(CellMeans.of([cell.answers], [0]).means[0])
        if share in {0.0, 1.0}:
            return f"{name}: all answers are {'right' if share else 'wrong'}, so that log odds are infinite"
    return ""


def _tests(table: FactorTable, left_out: dict[float, str]) -> Iterator[EffectTest]:
    used = [cell for cell in table.cells if cell.crop_level not in left_out]
    levels = tuple(dict.fromkeys(cell.crop_level for cell in used))
    sizes = [len(levels), *(len(factor.labels) for factor in table.factors)]
    names = [LEVEL, *(factor.name for factor in table.factors)]
    for effect in _effects(len(table.factors)):
        words = " x ".join(names[place] for place in sorted(effect, key=lambda place: place or len(names)))
        if len(levels) < (2 if 0 in effect else 1):
            reason = "it needs two levels that every value of every factor was tested at, see below"
            yield EffectTest(words, None, None, None, None, levels, reason)
            continue
        test = CellMeans.of([cell.answers for cell in used], [cell.group for cell in used]).all_zero(
            effect_contrasts(sizes, effect)
        )
        if test is None:
            reason = "it needs more people in each group, or more photos of each class"
            yield EffectTest(words, None, None, None, None, levels, reason)
        else:
            yield EffectTest(words, *test, levels)


def _effects(factors: int) -> Iterator[tuple[int, ...]]:
    """Iterate over the effects with a factor in them, by their places; 0 is the level."""
    places = range(1, factors + 1)
    for size in places:
        for effect in combinations(places, size):
            yield effect
            yield (0, *effect)


def effect_contrasts(sizes: Sequence[int], effect: Sequence[int]) -> FloatArray:
    """Return contrasts of cells that are all zero where a factorial design has no such effect, (q, C).

    Parameters
    ----------
    sizes
        Values of each factor; the last varies fastest over the cells.
    effect
        Places of the factors in the effect; the others are averaged over.

    Examples
    --------
    The interaction of two factors with two values each is a difference of differences.

    >>> effect_contrasts([2, 2], [0, 1]).round(2).tolist()
    [[0.5, -0.5, -0.5, 0.5]]
    """
    rows = np.ones((1, 1))
    for place, size in enumerate(sizes):
        own = linalg.helmert(size) if place in effect else np.full((1, size), 1 / size)
        rows = np.kron(rows, own)
    return rows
