"""A search for minimal crops: the winner's curse is seen and out of the estimate, planted drops come back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from stats.__main__ import main
from stats.designs.minimal_crops.crop_trees import Rule, crop_trees
from stats.designs.minimal_crops.split_selection import selected_crops
from stats.errors import CriteriaError, TableError

TREE = ["photo", "photo/a", "photo/b"]


def search(
    accuracies: tuple[float, float], seed: int, trees: int = 40, people: int = 40, networks: int = 0
) -> pd.DataFrame:
    """A photo and two crops of it, each judged by everybody; nothing else makes them differ."""
    rng = np.random.default_rng(seed)
    rows = [
        (kind, f"{kind[0]}{who}", f"{tree}{name}", f"{tree}photo" if "/" in name else None, accuracy)
        for kind, many in (("human", people), ("model", networks))
        for who in range(many)
        for tree in range(trees)
        for name, accuracy in zip(TREE, (accuracies[0], *[accuracies[1]] * 2), strict=True)
    ]
    table = pd.DataFrame(rows, columns=["agent_type", "agent_id", "item_id", "parent_id", "accuracy"])
    table["correct"] = (rng.random(len(table)) < table.pop("accuracy")).astype(int)
    return table.assign(category="dunk", crop_level=0)


def test_where_no_crop_is_easier_the_same_people_see_a_drop_and_others_do_not() -> None:
    selected = selected_crops(search((0.5, 0.5), seed=1, people=16), splits=30)
    flattered, honest = selected.flattered.drop, selected.people.drop
    assert flattered.ci_low is not None
    assert flattered.ci_low > 0.05
    assert honest.ci_low is not None
    assert honest.ci_high is not None
    assert honest.ci_low < 0 < honest.ci_high
    assert honest.estimate is not None
    assert flattered.estimate is not None
    assert abs(honest.estimate) < flattered.estimate / 3


@pytest.mark.thorough
def test_a_planted_drop_comes_back_within_its_interval() -> None:
    drop = selected_crops(search((0.7, 0.3), seed=2, trees=60), splits=30).people
    for share, planted in ((drop.crop, 0.7), (drop.children, 0.3), (drop.drop, 0.4)):
        assert share.ci_low is not None
        assert share.ci_high is not None
        assert share.ci_low < planted < share.ci_high
        assert share.ci_high - share.ci_low < 0.2


@pytest.mark.thorough
def test_networks_that_do_not_drop_are_seen_on_the_crops_that_people_selected() -> None:
    table = search((0.8, 0.2), seed=3, networks=3)
    network = table["agent_type"] == "model"
    table.loc[network, "correct"] = np.random.default_rng(3).integers(0, 2, network.sum())
    selected = selected_crops(table, splits=20)
    assert selected.machine is not None
    low, high = selected.machine.drop.ci_low, selected.machine.drop.ci_high
    assert low is not None
    assert high is not None
    assert low < 0 < high < 0.3
    alone = selected_crops(table[~network | (table["agent_id"] == "m0")], splits=20)
    assert alone.machine is not None
    assert alone.machine.n_agents == 1
    assert alone.machine.drop.ci_high != 1


def test_a_crop_is_minimal_where_it_is_recognised_and_all_its_children_are_judged_and_lost() -> None:
    parent = np.array([-1, 0, 0, 1, 1])
    rule = Rule(criterion=0.5, least=4)

    def minimal(right: list[int], answers: list[int]) -> list[int]:
        chosen = rule.minimal(np.array(right, float), np.array(answers, float), parent)
        return np.flatnonzero(chosen).tolist()

    assert minimal([4, 2, 1, 0, 1], [4, 4, 4, 4, 4]) == [1]
    assert minimal([4, 1, 1, 0, 1], [4, 4, 4, 4, 4]) == [0]
    assert minimal([4, 1, 1, 0, 1], [4, 4, 3, 4, 4]) == []  # a child that three people judged is not lost yet
    assert minimal([4, 4, 1, 0, 0], [4, 4, 4, 0, 0]) == []  # children that nobody saw are no children
    assert minimal([4, 2, 1, 0, 0], [4, 4, 4, 4, 0]) == [1]


@pytest.mark.thorough
def test_candidates_say_how_many_halves_select_them_again() -> None:
    selected = selected_crops(search((0.9, 0.1), seed=4, trees=10), splits=10)
    assert [(crop.item_id, crop.chosen) for crop in selected.candidates] == [
        (f"{tree}photo", 1.0) for tree in range(10)
    ]
    by_luck = selected_crops(search((0.5, 0.5), seed=4, trees=10), splits=10)
    assert all(crop.chosen < 0.9 for crop in by_luck.candidates)


def test_trees_that_cannot_be_are_refused() -> None:
    table = search((0.6, 0.4), seed=6, trees=2, people=4)
    with pytest.raises(TableError, match="no column parent_id"):
        crop_trees(table.drop(columns="parent_id"))
    with pytest.raises(TableError, match="in a circle"):
        crop_trees(table.assign(parent_id=table["parent_id"].fillna("0photo/a")))
    twice = table.assign(parent_id=table["parent_id"].where(table.index != 1, "1photo"))
    with pytest.raises(TableError, match="parent_id differs from that in another row of this item_id"):
        crop_trees(twice)
    with pytest.raises(TableError, match="halves of people need 4"):
        selected_crops(table[table["agent_id"] < "h2"])
    with pytest.raises(CriteriaError, match="must be a share of right answers"):
        Rule(criterion=50)


def test_a_search_in_which_nothing_is_recognised_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "trials.csv"
    search((0.6, 0.4), seed=9, trees=3, people=12).assign(correct=0).to_csv(path, index=False)
    assert main(["minimal", str(path), "--splits", "3"]) == 0
    text = capsys.readouterr().out
    assert "No half of the people selects a crop" in text
    assert "Crops that everybody together selects" not in text


def test_parents_that_were_never_shown_are_named() -> None:
    table = search((0.6, 0.4), seed=7, trees=3)
    trees = crop_trees(table[table["item_id"] != "1photo"])
    assert trees.never_shown == ("1photo",)


def test_the_command_names_the_curse_and_gives_the_flattered_line_no_interval(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "trials.csv"
    search((0.6, 0.4), seed=8, trees=20).drop(columns="crop_level").to_csv(path, index=False)
    assert main(["minimal", str(path), "--splits", "10"]) == 0
    text = capsys.readouterr().out
    assert "The winner's curse" in text
    assert "40 people, 60 crops of 20 photos" in text
    assert "Crops that everybody together selects" in text
    (flattered, _) = [line for line in text.splitlines() if line.startswith("everybody, everybody")]
    assert "[" not in flattered
