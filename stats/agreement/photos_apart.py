"""Photos that people know and the machine does not, and the reverse, with what each answered."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from stats.agreement.apart_results import Answers, LevelApart, PhotoApart
from stats.table.columns.machine_columns import ANSWER_STATE

KNOWS, DOES_NOT = 2 / 3, 1 / 3  # shares of right answers
LEAST_PEOPLE = 3
MOST = 12  # photos that are shown of a level and a direction


def photos_apart(trials: pd.DataFrame, most: int = MOST) -> tuple[LevelApart, ...]:
    """Return the photos on which people and machine lie apart, level by level.

    A side knows a photo when at least two thirds of its answers are right, and does not when at most one
    third is. At least three people must have answered. Photos are sorted by the difference of the two shares,
    each with one right and one wrong answer added, so that few answers do not lead.

    Parameters
    ----------
    trials
        Rows of `Tidy.primary` with the column `response`; of networks, those trained for the level.
    most
        Photos to return of each level and direction.

    Examples
    --------
    Three people know photo a, which no network does; photo b is the other way round.

    >>> trials = pd.DataFrame({
    ...     "human": [True] * 6 + [False] * 2, "agent_id": list("xyzxyz") + ["net"] * 2,
    ...     "item_id": list("aaabbb") + ["a", "b"], "category": "dunk", "crop_level": 1.0,
    ...     "correct": [1.0] * 3 + [0.0] * 3 + [0.0, 1.0],
    ...     "response": ["dunk"] * 3 + ["shoot"] * 4 + ["dunk"],
    ... })
    >>> (level,) = photos_apart(trials)
    >>> level.people_know[0].item_id, level.people_know[0].machine_answers, level.machine_knows[0].item_id
    ('a', {'shoot': 1}, 'b')
    """
    levels = sorted(trials["crop_level"].unique().tolist())
    return tuple(_apart(level, trials[trials["crop_level"] == level], most) for level in levels)


def _apart(level: float, rows: pd.DataFrame, most: int) -> LevelApart:
    counts = _counts(rows)
    share = counts["right"] / counts["answers"]
    by_people = counts[(share["people"] >= KNOWS) & (share["machine"] <= DOES_NOT)]
    by_machine = counts[(share["machine"] >= KNOWS) & (share["people"] <= DOES_NOT)]
    return LevelApart(
        crop_level=level,
        photos=len(counts),
        known_by_people=len(by_people),
        known_by_machine=len(by_machine),
        people_know=tuple(_photos(by_people, rows, most)),
        machine_knows=tuple(_photos(by_machine, rows, most)),
    )


def _counts(rows: pd.DataFrame) -> pd.DataFrame:
    """Return right and all answers of both sides by photo; photos that too few answered are left out."""
    side = pd.Series(np.where(rows["human"], "people", "machine"), index=rows.index, name="side")
    item = rows["item_id"].astype(str)
    grouped = rows["correct"].groupby([item, side]).agg(right="sum", answers="size")
    columns = pd.MultiIndex.from_product([["right", "answers"], ["people", "machine"]])
    counts = grouped.unstack(fill_value=0).reindex(columns=columns, fill_value=0)
    enough = (counts["answers", "people"] >= LEAST_PEOPLE) & (counts["answers", "machine"] > 0)
    return counts[enough].astype(int)


def _photos(counts: pd.DataFrame, rows: pd.DataFrame, most: int) -> Iterator[PhotoApart]:
    smoothed = (counts["right"] + 1) / (counts["answers"] + 2)
    gap = (smoothed["people"] - smoothed["machine"]).abs().rename("gap").reset_index()
    first = gap.sort_values(["gap", "item_id"], ascending=[False, True])["item_id"].head(most)
    for name in first:
        answers, count = rows[rows["item_id"].astype(str) == name], counts.loc[name]
        yield PhotoApart(
            item_id=str(name),
            category=str(answers["category"].iloc[0]),
            people_right=int(count["right", "people"]),
            people=int(count["answers", "people"]),
            machine_right=int(count["right", "machine"]),
            machine=int(count["answers", "machine"]),
            people_answers=answers_by_class(answers[answers["human"]]),
            machine_answers=answers_by_class(answers[~answers["human"]]),
        )


def answers_by_class(rows: pd.DataFrame) -> Answers:
    """Count answers by class, the most frequent first.

    A row without an answer counts by how it ended, where the table tells, else as `no answer`.

    Parameters
    ----------
    rows
        With the column `response`, and perhaps `answer_state`.

    Examples
    --------
    >>> answers_by_class(pd.DataFrame({
    ...     "response": ["dunk", None, "dunk"], "answer_state": ["answered", "refused", "answered"],
    ... }))
    {'dunk': 2, 'refused': 1}
    """
    answers, states = rows["response"].astype(object), rows.get(ANSWER_STATE.name, "no answer")
    given = answers.where(answers.notna(), states).fillna("no answer").astype(str)
    counted = given.value_counts().rename_axis("answer").reset_index(name="n")
    ordered = counted.sort_values(["n", "answer"], ascending=[False, True])
    return {str(name): int(count) for name, count in zip(ordered["answer"], ordered["n"], strict=True)}
