"""Galleries: photos on which people lie apart from the machine that counts, and from each single machine.

What a machine chose for a photo is read from one table, whether it was trained here, came by a pack or
answered behind an endpoint.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import cast

import pandas as pd

from stats.agreement.apart_results import Answers, Galleries, LevelApart, MachineApart, PhotoApart
from stats.agreement.photos_apart import MOST, answers_by_class, photos_apart
from stats.errors import TableError
from stats.secondary.machines.named_machines import (
    ATTACK,
    IS_OUTSIDE,
    MACHINE,
    NAME,
    in_order,
    named_machines,
    with_people,
)
from stats.table.columns.machine_columns import ANSWER_STATE
from stats.table.tidy import tidy

OF_MACHINES = (MACHINE, NAME, ATTACK, IS_OUTSIDE, ANSWER_STATE.name)


def galleries(
    counted: pd.DataFrame, trials: pd.DataFrame, machines: pd.DataFrame | None, most: int = MOST
) -> Galleries:
    """Return the photos apart of the machine that counts, and of each machine that is compared.

    Parameters
    ----------
    counted
        Rows of people and of the machine that counts, as `photos_apart` takes them.
    trials
        The table of trials, of one mode, for people's rows.
    machines
        Answers of all machines to test photos; None where there is none.
    most
        Photos to return of each level and direction.
    """
    rows = _rows_of_machines(trials, machines)
    if rows is None:
        return Galleries(photos_apart(counted, most), ())
    chosen = _Chosen.by(rows)
    counting = tuple(chosen.added_to(level) for level in photos_apart(counted, most))
    labels = in_order(rows.loc[~rows["human"]])
    return Galleries(counting, tuple(_gallery(label, rows, chosen, most) for label in labels))


def _rows_of_machines(trials: pd.DataFrame, machines: pd.DataFrame | None) -> pd.DataFrame | None:
    """Return the rows that count of people and of all machines; None where no machine is compared."""
    if machines is None:
        return None
    try:
        named = named_machines(machines)
    except TableError:
        return None
    return tidy(with_people(named, trials, OF_MACHINES)).primary


def _gallery(label: str, rows: pd.DataFrame, chosen: _Chosen, most: int) -> MachineApart:
    own = rows[rows[MACHINE] == label]
    asked = rows["human"] & rows["crop_level"].isin(own["crop_level"].unique())
    levels = photos_apart(rows[asked | (rows[MACHINE] == label)], most)
    outside = bool(own[IS_OUTSIDE].iloc[0])
    return MachineApart(label, outside, tuple(chosen.added_to(level, but=label) for level in levels))


@dataclass(frozen=True)
class _Chosen:
    """What each machine answered, by photo and level."""

    answers: dict[tuple[str, float], dict[str, Answers]]

    @classmethod
    def by(cls, rows: pd.DataFrame) -> _Chosen:
        """Return the answers of the machines among these rows."""
        answers: dict[tuple[str, float], dict[str, Answers]] = defaultdict(dict)
        of_machines = rows[~rows["human"]]
        item, machine = (of_machines[name].astype(str) for name in ("item_id", MACHINE))
        keys = [item, of_machines["crop_level"], machine]
        for key, own in of_machines.groupby(keys, observed=True):
            photo, level, label = cast(tuple[str, float, str], key)
            answers[photo, level][label] = answers_by_class(own)
        return cls(dict(answers))

    def added_to(self, level: LevelApart, but: str = "") -> LevelApart:
        """Return a level whose photos say what the machines chose, all but the gallery's own."""
        know, knows = (
            tuple(self._added(photos, level.crop_level, but))
            for photos in (level.people_know, level.machine_knows)
        )
        return replace(level, people_know=know, machine_knows=knows)

    def _added(self, photos: tuple[PhotoApart, ...], level: float, but: str) -> Iterator[PhotoApart]:
        for photo in photos:
            there = self.answers.get((photo.item_id, level), {})
            others = {label: answers for label, answers in there.items() if label != but}
            yield replace(photo, others=others)
