"""Each machine has a gallery of its own, and every photo says what all machines chose for it."""

from __future__ import annotations

import pandas as pd
import pytest

from stats.agreement.apart_results import Galleries
from stats.secondary.machines.galleries import galleries
from stats.table.tidy import tidy

DUNK, SHOOT = "dunk", "shoot"
Row = dict[str, object]


def person(number: int, photo: str, response: str, level: int) -> Row:
    return answer(photo, response, level) | {"agent_type": "human", "agent_id": f"p{number}"}


def answer(photo: str, response: str | None, level: int) -> Row:
    return {
        "item_id": photo, "category": DUNK, "crop_level": level, "response": response,
        "correct": int(response == DUNK), "answer_state": "answered" if response else "refused",
    }  # fmt: skip


def network(photo: str, response: str, level: int, through: int) -> Row:
    own = {"agent_type": "model", "agent_id": "net-seed0", "architecture": "net", "trained_through": through}
    return answer(photo, response, level) | own


def outside(name: str, photo: str, response: str | None, level: int) -> Row:
    return answer(photo, response, level) | {
        "agent_type": "model", "agent_id": name, "architecture": name, "brought_as": "zero-shot",
    }  # fmt: skip


@pytest.fixture
def trials() -> pd.DataFrame:
    """Four people know photo `a` and not `b`, at both levels; each network of the study knows neither."""
    people = [
        person(number, photo, response, level)
        for number in range(4)
        for photo, response in (("a", DUNK), ("b", SHOOT))
        for level in (0, 1)
    ]
    machine = [network(photo, SHOOT, level, level) for photo in "ab" for level in (0, 1)]
    return pd.DataFrame([*people, *machine]).drop(columns=["answer_state", "brought_as"], errors="ignore")


@pytest.fixture
def machines() -> pd.DataFrame:
    """The study's network, one from outside that refuses photo `a`, and one that answers level 1 alone."""
    own = [network(photo, SHOOT, level, level) for photo in "ab" for level in (0, 1)]
    refusing = [outside("vlm", "a", None, level) for level in (0, 1)]
    refusing += [outside("vlm", "b", DUNK, level) for level in (0, 1)]
    return pd.DataFrame([*own, *refusing, outside("late", "a", SHOOT, 1), outside("late", "b", SHOOT, 1)])


def of(trials: pd.DataFrame, machines: pd.DataFrame | None) -> Galleries:
    return galleries(tidy(trials).primary, trials, machines)


def test_each_machine_has_its_own_photos_whatever_its_kind(
    trials: pd.DataFrame, machines: pd.DataFrame
) -> None:
    own, late, vlm = of(trials, machines).machines
    labels = ["net (adaptive)", "late (zero-shot, from outside)", "vlm (zero-shot, from outside)"]
    assert [each.label for each in (own, late, vlm)] == labels
    assert [each.outside for each in (own, late, vlm)] == [False, True, True]
    for level in vlm.levels:
        assert [photo.item_id for photo in level.people_know] == ["a"]
        assert [photo.item_id for photo in level.machine_knows] == ["b"]
    assert [level.machine_knows for level in own.levels] == [(), ()]


def test_a_refusal_is_shown_as_one(trials: pd.DataFrame, machines: pd.DataFrame) -> None:
    *_, vlm = of(trials, machines).machines
    (photo,) = vlm.levels[0].people_know
    assert (photo.machine_right, photo.machine, photo.machine_answers) == (0, 1, {"refused": 1})
    assert photo.people_answers == {DUNK: 4}


def test_a_machine_has_the_levels_that_it_answered(trials: pd.DataFrame, machines: pd.DataFrame) -> None:
    _, late, vlm = of(trials, machines).machines
    assert [level.crop_level for level in late.levels] == [1]
    assert [level.crop_level for level in vlm.levels] == [0, 1]


def test_every_photo_says_what_all_other_machines_chose(trials: pd.DataFrame, machines: pd.DataFrame) -> None:
    found_apart = of(trials, machines)
    light, heavy = found_apart.counting
    net, late, vlm = "net (adaptive)", "late (zero-shot, from outside)", "vlm (zero-shot, from outside)"
    assert light.people_know[0].others == {net: {SHOOT: 1}, vlm: {"refused": 1}}
    assert heavy.people_know[0].others == {net: {SHOOT: 1}, late: {SHOOT: 1}, vlm: {"refused": 1}}
    (photo,) = found_apart.machines[2].levels[1].people_know
    assert photo.others == {net: {SHOOT: 1}, late: {SHOOT: 1}}


def test_without_a_table_of_machines_the_one_that_counts_has_the_only_gallery(trials: pd.DataFrame) -> None:
    alone = of(trials, None)
    assert alone.machines == ()
    assert [photo.item_id for photo in alone.counting[0].people_know] == ["a"]
    assert alone.counting[0].people_know[0].others == {}


def test_a_network_of_another_level_alone_is_no_machine_of_a_gallery(trials: pd.DataFrame) -> None:
    between = pd.DataFrame([network("a", SHOOT, 0, 1), network("b", SHOOT, 0, 1)])
    assert of(trials, between).machines == ()
