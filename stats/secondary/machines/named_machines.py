"""Which machines a table holds: its rows by network or owner's name, and by kind of attack."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from stats.errors import TableError
from stats.machine.comparison import machine_label
from stats.table.column import Column
from stats.table.columns.machine_columns import (
    ARCHITECTURE,
    BROUGHT_AS,
    ROUND,
    SEARCHED,
    TRAINED,
    TRAINED_ON,
)

ADAPTIVE, TRANSFER, UNKNOWN = "adaptive", "transfer", "unknown"
FIRST = (ADAPTIVE, TRANSFER)  # kinds of attack of networks of this study, before all others
UNNAMED = "networks"
NAME, ATTACK, IS_OUTSIDE, MACHINE = "machine_name", "attack", "is_outside", "machine"


def named_machines(trials: pd.DataFrame) -> pd.DataFrame:
    """Return the machine rows of a table that belong to a comparison, each with its machine.

    A machine from outside has the kind of attack that its owner states. A network of this study is adaptive
    at the level that it was trained through, and a transfer attack at heavier levels where it was trained on
    the lightest alone; its other rows belong to the attack matrix, and are left out. Where a table does not
    tell through which level, whether crops of the level were among the training photos decides. Rounds of
    retraining are machines of their own.

    Parameters
    ----------
    trials
        A table of trials; people's rows play no part.

    Returns
    -------
    The rows with `machine_name`, `attack`, `is_outside` and `machine`, which is all three in words;
    `agent_id` begins with the machine, as one network may be two of them.

    Raises
    ------
    TableError
        When no machine row is left.

    Examples
    --------
    >>> rows = pd.DataFrame({
    ...     "agent_type": "model", "agent_id": ["net-seed0"] * 3, "architecture": "net",
    ...     "trained_through": [0, 0, 1], "crop_level": [0, 1, 1],
    ... })
    >>> named_machines(rows)["machine"].tolist()
    ['net (adaptive)', 'net (transfer)', 'net (adaptive)']
    """
    rows = trials.loc[trials["agent_type"] == "model"]
    brought = _column(rows, BROUGHT_AS)
    outside = brought.notna()
    attack = brought.where(outside, _own_attacks(rows))
    named = rows.assign(**{NAME: _names(rows, outside), ATTACK: attack, IS_OUTSIDE: outside})
    named = named.loc[named[ATTACK].notna()]
    if named.empty:
        raise TableError("there are no machine rows to put side by side")
    labels = [
        machine_label(name, kind, outside=is_outside)
        for name, kind, is_outside in zip(named[NAME], named[ATTACK], named[IS_OUTSIDE], strict=True)
    ]
    agents = [f"{label}: {agent}" for label, agent in zip(labels, named["agent_id"], strict=True)]
    return named.assign(**{MACHINE: labels, "agent_id": agents})


def in_order(named: pd.DataFrame) -> list[str]:
    """Return the machines of such rows in the order in which they are shown: those of this study first.

    Parameters
    ----------
    named
        As `named_machines` returns them.

    Examples
    --------
    >>> rows = {"agent_type": "model", "agent_id": ["vlm", "net"], "brought_as": ["few-shot", None]}
    >>> in_order(named_machines(pd.DataFrame(rows | {"architecture": ["vlm", "net"], "crop_level": 0})))
    ['net (kind unknown)', 'vlm (few-shot, from outside)']
    """
    kinds = named[[IS_OUTSIDE, NAME, ATTACK, MACHINE]].drop_duplicates().itertuples(index=False)
    places = {label: (outside, name, attack not in FIRST, attack) for outside, name, attack, label in kinds}
    return sorted(places, key=lambda label: places[label])


def with_people(named: pd.DataFrame, trials: pd.DataFrame, of_machines: Iterable[str] = ()) -> pd.DataFrame:
    """Return people's rows of a table of trials and those of machines, in the columns that both have.

    Parameters
    ----------
    named
        As `named_machines` returns them.
    trials
        Of people; its machine rows play no part.
    of_machines
        Columns of machines that stay, blank in people's rows.

    Examples
    --------
    >>> trials = pd.DataFrame({"agent_type": ["human", "model"], "agent_id": ["p1", "net"], "mode": "live"})
    >>> with_people(pd.DataFrame({"agent_type": ["model"], "agent_id": ["vlm"]}), trials)["agent_id"].tolist()
    ['p1', 'vlm']
    """
    people = trials.loc[trials["agent_type"] == "human"]
    if people.empty:
        return named.reset_index(drop=True)
    both = [name for name in named if name in trials]
    own = [name for name in of_machines if name in named and name not in both]
    return pd.concat([people[both].reindex(columns=[*both, *own]), named[[*both, *own]]], ignore_index=True)


def is_several(trials: pd.DataFrame) -> bool:
    """Return whether a table holds anything to compare: two machines, or one from outside."""
    try:
        named = named_machines(trials)
    except TableError:
        return False
    return bool(named[IS_OUTSIDE].any()) or len(named[MACHINE].unique()) > 1


def _own_attacks(rows: pd.DataFrame) -> pd.Series:
    """Return the kind of attack of networks of this study; none where it belongs to the matrix alone."""
    level = pd.to_numeric(rows["crop_level"])
    through, trained_on = (pd.to_numeric(_column(rows, column)) for column in (TRAINED, TRAINED_ON))
    attack = pd.Series(UNKNOWN, rows.index, dtype=object)
    attack = attack.mask(trained_on == 1, ADAPTIVE).mask(trained_on == 0, TRANSFER)
    attack = attack.mask(through.notna(), None)
    attack = attack.mask(through == level, ADAPTIVE)
    return attack.mask((through == level.min()) & (level > through), TRANSFER)


def _names(rows: pd.DataFrame, outside: pd.Series) -> pd.Series:
    """Return what each machine is called; several rounds of training, and a searched recipe, are in it.

    Networks of no known architecture may be seeds of one: they are one machine, as in the verdict.
    """
    networks = _column(rows, ARCHITECTURE)
    names = networks.fillna(UNNAMED).where(~outside, rows["agent_id"]).astype(str)
    searched = _column(rows, SEARCHED).where(~outside)
    names = names.where(searched.isna(), names + ", searched recipe " + searched.astype(str))
    rounds = _column(rows, ROUND).where(~outside).astype(object)
    several = rounds.groupby(names).transform("nunique") > 1
    return names.where(~several, names + ", round " + rounds.astype(str))


def _column(rows: pd.DataFrame, column: Column) -> pd.Series:
    """Return a column that the table may not have; blank text is none."""
    if column.name not in rows:
        return pd.Series(None, rows.index, dtype=object)
    values = rows[column.name].astype(object)
    return values.where(values.notna() & (values != ""), None)
