"""Photos on which people and machine lie apart are those that were planted, with their answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from stats.agreement.photos_apart import photos_apart
from stats.table.tidy import tidy

CLASSES = ("dunk", "shoot")


def trials(right: dict[str, tuple[int, int, int, int]], level: int = 1) -> pd.DataFrame:
    """By photo: people's right answers of how many, and the networks' right answers of how many."""
    rows = []
    for photo, (people_right, people, machine_right, machine) in right.items():
        for kind, right_ones, count in (("human", people_right, people), ("model", machine_right, machine)):
            for number in range(count):
                correct = number < right_ones
                rows.append(
                    (kind, f"{kind}{number}", photo, "dunk", level, int(correct), CLASSES[not correct])
                )
    columns = ["agent_type", "agent_id", "item_id", "category", "crop_level", "correct", "response"]
    return pd.DataFrame(rows, columns=columns)


def test_each_side_has_the_photos_that_it_alone_knows_the_surest_first() -> None:
    table = trials(
        {
            "few": (3, 3, 0, 3),
            "many": (30, 30, 0, 3),
            "both": (9, 9, 3, 3),
            "machine": (0, 6, 3, 3),
            "halfway": (5, 9, 0, 3),
            "two people": (2, 2, 0, 3),
            "no network": (9, 9, 0, 0),
        }
    )
    (level,) = photos_apart(tidy(table).primary)
    assert [photo.item_id for photo in level.people_know] == ["many", "few"]
    assert [photo.item_id for photo in level.machine_knows] == ["machine"]
    assert (level.photos, level.known_by_people, level.known_by_machine) == (5, 2, 1)
    machine = level.machine_knows[0]
    assert (machine.people_right, machine.people, machine.machine_right) == (0, 6, 3)
    assert (machine.people_answers, machine.machine_answers) == ({"shoot": 6}, {"dunk": 3})


def test_a_trial_without_an_answer_is_counted_as_none() -> None:
    table = trials({"a": (3, 4, 0, 1)}).assign(response_status="answered")
    table.loc[3, ["response", "response_status"]] = [None, "timeout"]
    (level,) = photos_apart(tidy(table).primary)
    assert level.people_know[0].people_answers == {"dunk": 3, "no answer": 1}


@pytest.mark.thorough
def test_the_order_of_rows_changes_nothing() -> None:
    rng = np.random.default_rng(0)
    photos = {f"p{number}": (int(rng.integers(0, 6)), 6, int(rng.integers(0, 3)), 3) for number in range(40)}
    table = pd.concat([trials(photos), trials(photos, level=2)], ignore_index=True)
    shuffled = table.sample(frac=1, random_state=1)
    assert photos_apart(tidy(table).primary) == photos_apart(tidy(shuffled).primary)


def test_no_more_photos_than_asked_for_but_all_are_counted() -> None:
    (level,) = photos_apart(tidy(trials({f"p{number}": (6, 6, 0, 3) for number in range(9)})).primary, most=4)
    assert [photo.item_id for photo in level.people_know] == ["p0", "p1", "p2", "p3"]
    assert level.known_by_people == 9
