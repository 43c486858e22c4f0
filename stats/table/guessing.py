"""The accuracy of guessing: 1/K where all K answers are alike, and what is declared where they are not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from stats.errors import CriteriaError
from stats.table.design_columns import CHANCE
from stats.table.parse import number, refuse
from stats.table.schema import AGENT_TYPES

KINDS = {"people": "human", "machine": "model"}
UNEVEN = 0.01  # difference between levels from which one guessing rate no longer describes a curve
ALIKE = "1/K, for K classes to choose from, all alike"
BY_OPTION, BY_COLUMN = "declared", f"column {CHANCE.name}, mean over classes"


@dataclass(frozen=True)
class Guessing:
    """The accuracy of guessing of one kind of observer.

    Attributes
    ----------
    rate : in (0, 1); 1 where there is a single class to choose and nothing is declared
    source : where it comes from, in words
    by_level : at each level, where a column gives it and levels differ
    """

    rate: float
    source: str
    by_level: Mapping[float, float]

    @property
    def uneven(self) -> str:
        """Why no curve falls to one rate, where levels differ; "" where one rate holds at all."""
        rates = ", ".join(f"{rate:.3g} at level {level:g}" for level, rate in self.by_level.items())
        reason = f"the accuracy of guessing differs between levels ({rates}), and a curve falls to one"
        return reason if rates else ""

    @property
    def alternatives(self) -> int | None:
        """How many equally likely answers guess so well; None where no whole number does."""
        m = round(1 / self.rate)
        return m if m >= 2 and abs(1 / m - self.rate) < 1e-3 / m else None


def guessing(counted: pd.DataFrame, agent_type: str, declared: Mapping[str, float] | None = None) -> Guessing:
    """Return the accuracy of guessing: as declared, else as the column `chance` says, else 1/K.

    Parameters
    ----------
    counted
        Checked rows, from `tidy`.
    agent_type
        "human" or "model".
    declared
        Rate by kind of observer, which counts above the table.

    Raises
    ------
    CriteriaError
        When a declared rate leaves (0, 1).
    TableError
        When the column is blank in some rows of this kind and not in others, or leaves (0, 1).

    Examples
    --------
    Three classes to choose from, a fourth that no photo has, and a "none of these" that half of all guesses
    take.

    >>> from stats.table.tidy import tidy
    >>> rows = pd.DataFrame({"agent_id": "p1", "item_id": list("abc"), "category": list("xyz"), "correct": 1})
    >>> rows = tidy(rows.assign(agent_type="human", crop_level=0, chance=0.125)).primary
    >>> guessing(rows, "human").rate, guessing(rows.drop(columns="chance"), "human").alternatives
    (0.125, 3)
    >>> guessing(rows, "human", {"human": 0.25}).alternatives
    4
    """
    if declared and agent_type in declared:
        return Guessing(_within(declared[agent_type]), BY_OPTION, {})
    if CHANCE.name in counted:
        own = counted.loc[counted["human"] == (agent_type == "human")]
        if own[CHANCE.name].notna().any():
            return _of_column(own)
    return among(max(counted["category"].nunique(), 1))


def among(classes: int) -> Guessing:
    """Return the accuracy of guessing among classes that are all alike.

    Examples
    --------
    >>> among(4).rate
    0.25
    """
    return Guessing(1 / classes, ALIKE, {})


def _within(rate: float) -> float:
    if not 0 < rate < 1:
        raise CriteriaError(f"the accuracy of guessing must lie between 0 and 1, not {rate:g}")
    return rate


def _of_column(own: pd.DataFrame) -> Guessing:
    own = own.reset_index(drop=True)
    rates = number(own, CHANCE.name, optional=False)
    bad = (rates <= 0) | (rates >= 1)
    if bad.any():
        refuse(own, bad, CHANCE.name, "must lie between 0 and 1")
    means = rates.groupby([own["crop_level"], own["category"].astype(object)]).mean()
    by_level = {float(str(level)): float(mean) for level, mean in means.groupby(level=0).mean().items()}
    rate = float(rates.groupby(own["category"].astype(object)).mean().mean())
    uneven = max(by_level.values()) - min(by_level.values()) > UNEVEN
    return Guessing(rate, BY_COLUMN, by_level if uneven else {})


def guessing_of_both(
    counted: pd.DataFrame, declared: Mapping[str, float] | None = None
) -> dict[str, Guessing]:
    """Return the accuracy of guessing of "people" and of "machine", see `guessing`.

    Examples
    --------
    >>> from stats.table.tidy import tidy
    >>> rows = pd.DataFrame({"agent_id": "p1", "item_id": list("ab"), "category": list("xy"), "correct": 1})
    >>> rows = tidy(rows.assign(agent_type="human", crop_level=0)).primary
    >>> {name: of.rate for name, of in guessing_of_both(rows, {"human": 0.4}).items()}
    {'people': 0.4, 'machine': 0.5}
    """
    return {name: guessing(counted, kind, declared) for name, kind in KINDS.items()}


def declared_rates(words: Sequence[str]) -> dict[str, float]:
    """Return rates by kind of observer as they are written in an option.

    Raises
    ------
    CriteriaError
        When a word is no rate, or no kind of observer.

    Examples
    --------
    >>> declared_rates([".2"]), declared_rates(["human=.2", "model=.25"])
    ({'human': 0.2, 'model': 0.2}, {'human': 0.2, 'model': 0.25})
    """
    rates: dict[str, float] = {}
    for word in words:
        kind, equals, rate = word.rpartition("=")
        if equals and kind not in AGENT_TYPES:
            raise CriteriaError(f"--chance {word}: begin with human= or model=, or give a rate alone")
        try:
            rates |= dict.fromkeys([kind] if equals else AGENT_TYPES, _within(float(rate)))
        except ValueError:
            raise CriteriaError(f"--chance {word}: write a rate, as in .2 or human=.2") from None
    return rates
