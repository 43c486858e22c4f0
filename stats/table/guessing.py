"""What guessing is about and how often it is right.

The accuracy of guessing is 1/K where all K answers are alike, and what is declared where they are not; yes-no
questions ask about one class at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from stats.errors import CriteriaError, TableError
from stats.table.design_columns import ASKED, CHANCE, PAIR_QUESTION
from stats.table.labels import labels
from stats.table.parse import number, refuse
from stats.table.schema import AGENT_TYPES

KINDS = {"people": "human", "machine": "model"}
UNEVEN = 0.01  # difference between levels from which one guessing rate no longer describes a curve
ALIKE = "1/K, for K classes to choose from, all alike"
WHICH, SAME = "which", "same"  # what is asked about two photos
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


def asks_yes_no(trials: pd.DataFrame) -> bool:
    """Return whether trials ask if the photo shows a named class.

    Examples
    --------
    >>> asks_yes_no(pd.DataFrame({"asked": ["dunk"]})), asks_yes_no(pd.DataFrame({"asked": [None]}))
    (True, False)
    """
    return ASKED.name in trials and bool(trials[ASKED.name].notna().any())


def shows_pairs(trials: pd.DataFrame) -> bool:
    """Return whether trials show two photos each.

    Examples
    --------
    >>> [shows_pairs(pd.DataFrame({name: ["which"]})) for name in ("pair_question", "asked")]
    [True, False]
    """
    return PAIR_QUESTION.name in trials and bool(trials[PAIR_QUESTION.name].notna().any())


def asks_which_photo(trials: pd.DataFrame) -> bool:
    """Return whether trials ask which of two photos shows a class.

    Examples
    --------
    >>> asks_which_photo(pd.DataFrame({"pair_question": ["which"]}))
    True
    """
    return shows_pairs(trials) and bool((trials[PAIR_QUESTION.name] == WHICH).any())


def asks_if_same(trials: pd.DataFrame) -> bool:
    """Return whether trials ask if two photos show the same class.

    Examples
    --------
    >>> asks_if_same(pd.DataFrame({"pair_question": ["same"]}))
    True
    """
    return shows_pairs(trials) and bool((trials[PAIR_QUESTION.name] == SAME).any())


def shows_asked(trials: pd.DataFrame) -> pd.Series:
    """Return for each trial whether its photo shows the class that is asked about.

    Raises
    ------
    TableError
        When some trials ask about a class and others do not.

    Examples
    --------
    >>> shows_asked(pd.DataFrame({"asked": ["dunk", "dunk"], "category": ["dunk", "shoot"]})).tolist()
    [True, False]
    """
    if trials[ASKED.name].isna().any():
        raise TableError("the column asked is blank in some trials; yes-no trials need a table of their own")
    return trials[ASKED.name].astype(str) == trials["category"].astype(str)


def by_question(trials: pd.DataFrame) -> pd.DataFrame:
    """Return a table in which a photo with another question is another item, of the same source.

    Two observers agree about a photo only where they were asked the same about it.

    Examples
    --------
    >>> rows = pd.DataFrame({"item_id": ["a", "a"], "asked": ["dunk", "shoot"]})
    >>> by_question(rows)[["item_id", "source_id"]].to_dict("list")
    {'item_id': ['a: dunk?', 'a: shoot?'], 'source_id': ['a', 'a']}
    """
    photos = trials["item_id"].astype(str)
    source = trials["source_id"].astype(object) if "source_id" in trials else pd.Series(index=trials.index)
    return trials.assign(
        item_id=labels(photos + ": " + trials[ASKED.name].astype(str) + "?"),
        source_id=labels(source.astype(object).where(source.notna(), photos)),
    )
