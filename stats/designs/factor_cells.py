"""People's answers by level and by factors beside it: groups of people, and conditions of trials."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from stats.errors import CriteriaError, TableError
from stats.table.arrays import Answers, Coded, encode
from stats.table.design_columns import CONDITION, GROUP
from stats.table.labels import labels
from stats.table.parse import refuse
from stats.table.tidy import tidy
from stats.table.words import blanked


@dataclass(frozen=True)
class Factor:
    """A factor beside the level.

    Attributes
    ----------
    name : its column
    labels : its values, in alphabetical order, numbers by size, ages as they were cut
    between : whether it tells people apart; otherwise it may differ from trial to trial
    """

    name: str
    labels: tuple[str, ...]
    between: bool


@dataclass(frozen=True)
class Cell:
    """The answers of one value of every factor at one level.

    Attributes
    ----------
    crop_level : the level
    labels : values of the factors, in their order
    answers : with people, photos and classes numbered alike in all cells
    group : number of the group of people, 0 where people are not grouped
    """

    crop_level: float
    labels: tuple[str, ...]
    answers: Answers
    group: int


@dataclass(frozen=True)
class FactorTable:
    """People's answers by level and factors.

    Attributes
    ----------
    factors : groups first
    cells : levels light to heavy, then the values of the factors in their order
    categories : class names by code
    """

    factors: tuple[Factor, ...]
    cells: tuple[Cell, ...]
    categories: tuple[str, ...]

    def complete(self, cell: Cell) -> bool:
        """Return whether a cell was answered in every class: only their averages can be compared."""
        return cell.answers.categories.size == len(self.categories)

    def at_levels(self) -> Iterator[tuple[float, tuple[Cell, ...]]]:
        """Iterate over (level, its cells)."""
        levels = dict.fromkeys(cell.crop_level for cell in self.cells)
        for level in levels:
            yield level, tuple(cell for cell in self.cells if cell.crop_level == level)


def declared_factors(trials: pd.DataFrame) -> tuple[str | None, str | None]:
    """Return the columns of group and condition under their declared names; None for one that is not there.

    Examples
    --------
    >>> declared_factors(pd.DataFrame({"person_group": ["expert"], "trial_condition": [None]}))
    ('person_group', None)
    """
    group, condition = (
        column.name if column.name in trials and trials[column.name].notna().any() else None
        for column in (GROUP, CONDITION)
    )
    return group, condition


def cut_into_groups(ages: pd.Series, cuts: Sequence[float]) -> pd.Series:
    """Return the groups of a number, such as age, by cut points; blank stays blank.

    Parameters
    ----------
    ages
        Numbers.
    cuts
        Ascending; a person on a cut point belongs above it.

    Raises
    ------
    CriteriaError
        When the cut points do not ascend.

    Examples
    --------
    >>> cut_into_groups(pd.Series([25, 30, 71, None]), [30, 60]).tolist()
    ['under 30', '30 to under 60', '60 and over', nan]
    """
    if not cuts or list(cuts) != sorted(set(cuts)):
        raise CriteriaError("cut points of a group must ascend, for example 30,60")
    inner = [f"{low:g} to under {high:g}" for low, high in pairwise(cuts)]
    names = [f"under {cuts[0]:g}", *inner, f"{cuts[-1]:g} and over"]
    return pd.Series(pd.cut(ages.astype(float), [-np.inf, *cuts, np.inf], right=False, labels=names))


def factor_table(
    trials: pd.DataFrame,
    *,
    group: str | None,
    condition: str | None,
    cuts: Sequence[float] = (),
    mode: str | None = None,
) -> FactorTable:
    """Sort people's answers by level, group and condition.

    Parameters
    ----------
    trials
        Tidy table with the columns of the factors.
    group
        Column that tells people apart; a person has one value in it.
    condition
        Column that may differ from trial to trial.
    cuts
        Cut points that make groups of a number, such as age.
    mode
        Which human rows to analyse when the table holds several modes.

    Raises
    ------
    TableError
        When a column is missing, a person's cell is blank, a person is in two groups, or a factor has a
        single value.

    Examples
    --------
    >>> from stats.planning.simulated_studies import simulate
    >>> trials = simulate([0.95, 0.6], np.random.default_rng(0), n_agents=6, n_items=12)
    >>> trials["expertise"] = np.where(trials["agent_id"] < "h3", "expert", "novice")
    >>> table = factor_table(trials, group="expertise", condition=None)
    >>> [(cell.crop_level, *cell.labels, cell.answers.n_agents) for cell in table.cells]
    [(0.0, 'expert', 3), (0.0, 'novice', 3), (1.0, 'expert', 3), (1.0, 'novice', 3)]
    """
    names = [name for name in (group, condition) if name]
    if not names:
        raise TableError(
            f"name the column of a group of people or of a condition (--group, --condition), or call it "
            f"{GROUP.name} or {CONDITION.name}"
        )
    if missing := [name for name in names if name not in trials]:
        raise TableError(f"the table has no column {', '.join(missing)}; check its name")
    people = tidy(trials, mode).primary
    people = people.loc[people["human"]].reset_index(drop=True)
    if people.empty:
        raise TableError("groups and conditions are about people, and the table holds none")
    factors, codes = [], []
    for name in names:
        values = _values(people, name, cuts if name == group else ())
        factors.append(Factor(name, tuple(map(str, values.cat.categories)), between=name == group))
        codes.append(values.cat.codes.to_numpy())
    if group:
        _refuse_two_groups(people, codes[0], factors[0])
    coded = encode(people)
    return FactorTable(tuple(factors), tuple(_cells(coded, people, factors, codes)), coded.categories)


def _values(people: pd.DataFrame, name: str, cuts: Sequence[float]) -> pd.Series:
    """Return the values of a factor, none blank and at least two different."""
    if cuts:
        numbers = pd.to_numeric(people[name].astype(object), errors="coerce")
        values = cut_into_groups(numbers, cuts).cat.remove_unused_categories()
    else:
        values = labels(blanked(people[name]))
        values = values.cat.remove_unused_categories()
        values = values.cat.reorder_categories(_in_order(list(values.cat.categories)))
    blank = values.isna()
    if blank.any():
        rule = (
            "must be a number for every person"
            if cuts
            else "must not be blank for people, or a word for no value"
        )
        refuse(people, blank, name, rule)
    if len(values.cat.categories) < 2:
        raise TableError(f"{name}: all people's rows hold {values.iloc[0]!r}; a factor needs two values")
    return values


def _in_order(names: list[str]) -> list[str]:
    """Return names in alphabetical order, and numbers such as durations by their size."""
    try:
        return sorted(names, key=float)
    except ValueError:
        return sorted(names)


def _refuse_two_groups(people: pd.DataFrame, codes: NDArray[np.integer], factor: Factor) -> None:
    groups = pd.Series(codes).groupby(people["agent_id"].astype(object)).nunique()
    several = groups[groups > 1]
    if len(several):
        raise TableError(
            f"{factor.name}: {len(several)} people, {several.index[0]} among them, have two values or more; "
            "a factor that differs within people is a condition (--condition)"
        )


def _cells(
    coded: Coded, people: pd.DataFrame, factors: Sequence[Factor], codes: Sequence[NDArray[np.integer]]
) -> Iterator[Cell]:
    for place, level in enumerate(coded.levels.tolist()):
        at_level = (people["crop_level"] == level).to_numpy()
        own = [code[at_level] for code in codes]
        for combination in product(*(range(len(factor.labels)) for factor in factors)):
            rows = np.logical_and.reduce(
                [code == value for code, value in zip(own, combination, strict=True)]
            )
            values = tuple(factor.labels[value] for factor, value in zip(factors, combination, strict=True))
            group = combination[0] if factors[0].between else 0
            yield Cell(level, values, coded.human[place].where(rows), group)
