"""What one command says of a table that is not as it should be, every command that reads it says.

The kinds: repeated answers that count in silence, names of photos and numbers of levels that never meet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from stats.__main__ import main
from stats.planning.simulated_studies import simulate
from tests.stats.designs.test_split_selection import search
from tests.stats.psychophysics.test_tile_grids import PLANTED, planted_tiles

Captured = pytest.CaptureFixture[str]
Change = Callable[[pd.DataFrame], pd.DataFrame]


def study() -> pd.DataFrame:
    """Six people and three networks, with every column that a command needs."""
    rng = np.random.default_rng(3)
    people = simulate([0.97, 0.9, 0.7], rng, n_agents=6, n_items=30)
    networks = simulate([0.95, 0.7, 0.5], rng, agent_type="model", n_agents=3, n_items=30, crossed=True)
    trials = pd.concat([people, networks], ignore_index=True)
    human = trials["agent_type"] == "human"
    expert = trials["agent_id"].isin(["h0", "h1", "h2"])
    return trials.assign(
        visibility=(np.arange(len(trials)) % 17) / 17,
        person_group=np.where(human, np.where(expert, "expert", "novice"), ""),
    )


def counted(trials: pd.DataFrame, *by: str) -> pd.DataFrame:
    keys = ["agent_type", *by, "category", "crop_level"]
    return trials.groupby(keys)["correct"].agg(n_correct="sum", n="size").reset_index()


def crops() -> pd.DataFrame:
    return search((0.6, 0.4), seed=5, trees=6, people=12, networks=2)


def run(captured: Captured, folder: Path, trials: pd.DataFrame, command: str, *options: str) -> str:
    """Return what the command prints, on one line."""
    return " ".join(" ".join(run_lines(captured, folder, trials, command, *options)).split())


def run_lines(
    captured: Captured, folder: Path, trials: pd.DataFrame, command: str, *options: str
) -> list[str]:
    path = folder / "trials.csv"
    trials.to_csv(path, index=False)
    assert main([command, str(path), *options]) == 0
    return captured.readouterr().out.splitlines()


FEW = ("--resamples", "20")
COMMANDS: dict[str, tuple[str, ...]] = {
    "verdict": (),
    "curves": FEW,
    "consistency": (*FEW, "--least-shared", "4"),
    "groups": (),
    "predictor": (*FEW, "--predictor", "visibility"),
    "monitor": ("--planned", "12"),
    "difficulty": ("--splits", "2"),
    "secondary": FEW,
}


@pytest.mark.parametrize("command", COMMANDS)
def test_repeated_answers_are_counted_in_the_output(command: str, tmp_path: Path, capsys: Captured) -> None:
    trials = study()
    again = trials.iloc[:7].assign(correct=lambda rows: 1 - rows["correct"])
    once = run(capsys, tmp_path, trials, command, *COMMANDS[command])
    twice = run(capsys, tmp_path, pd.concat([trials, again]), command, *COMMANDS[command])
    assert "repeat an observer, photo and level" not in once
    assert "7 trials repeat an observer, photo and level" in twice or "7 answers repeat" in twice


def test_repeated_answers_to_crops_of_a_search_are_counted(tmp_path: Path, capsys: Captured) -> None:
    twice = pd.concat([crops(), crops().iloc[:5]])
    text = run(capsys, tmp_path, twice, "minimal", "--splits", "3")
    assert "5 trials repeat an observer, photo and level" in text


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("command", "by"),
    [(("items", *FEW), "item_id"), (("verdict", "--counts"), "agent_id")],
)
def test_rows_of_counts_that_repeat_others_are_counted(
    command: Sequence[str], by: str, tmp_path: Path, capsys: Captured
) -> None:
    counts = counted(study(), by)
    assert "counts are added" not in run(capsys, tmp_path, counts, *command)
    text = run(capsys, tmp_path, pd.concat([counts, counts.iloc[:4]]), *command)
    assert "4 rows repeat" in text
    assert "their counts are added" in text


def test_a_tile_that_stands_twice_in_its_grid_is_refused(tmp_path: Path, capsys: Captured) -> None:
    tiles = planted_tiles(PLANTED, people=4, spread=0.5)
    path = tmp_path / "tiles.csv"
    pd.concat([tiles, tiles.iloc[:1]]).to_csv(path, index=False)
    assert main(["tiles", str(path)]) == 2
    assert "stands twice in grid" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["verdict", "curves", "items"])
def test_a_file_given_twice_is_refused(command: str, tmp_path: Path, capsys: Captured) -> None:
    trials = counted(study(), "item_id") if command == "items" else study()
    path = tmp_path / "trials.csv"
    trials.to_csv(path, index=False)
    assert main([command, str(path), str(path)]) == 2
    assert "is given twice; name each file once" in capsys.readouterr().err


def other_photos(trials: pd.DataFrame) -> pd.DataFrame:
    human = trials["agent_type"] == "human"
    return trials.assign(item_id=trials["item_id"].where(human, trials["item_id"] + ".png"))


def other_levels(trials: pd.DataFrame) -> pd.DataFrame:
    human = trials["agent_type"] == "human"
    return trials.assign(crop_level=trials["crop_level"].where(human, 10 * (trials["crop_level"] + 1)))


def by_photo(trials: pd.DataFrame) -> pd.DataFrame:
    return counted(trials, "item_id")


OF_BOTH = {name: COMMANDS[name] for name in ("verdict", "curves", "consistency", "secondary")} | {
    "items": FEW
}


@pytest.mark.sampled
@pytest.mark.parametrize("command", [*OF_BOTH, "predictor"])
def test_photos_that_never_meet_are_asked_about(command: str, tmp_path: Path, capsys: Captured) -> None:
    options = (OF_BOTH | COMMANDS)[command]
    trials = other_photos(study())
    text = run(capsys, tmp_path, by_photo(trials) if command == "items" else trials, command, *options)
    assert "do the names of the photos agree?" in text


@pytest.mark.parametrize("command", OF_BOTH)
def test_levels_that_never_meet_are_asked_about(command: str, tmp_path: Path, capsys: Captured) -> None:
    trials = other_levels(study())
    text = run(
        capsys, tmp_path, by_photo(trials) if command == "items" else trials, command, *OF_BOTH[command]
    )
    levels = "people level 0, 1, 2, machine level 10, 20, 30"
    assert f"share no level ({levels}): do the numbers of the levels agree?" in text


def test_crops_that_only_people_judged_are_counted(tmp_path: Path, capsys: Captured) -> None:
    text = run(capsys, tmp_path, other_photos(crops()), "minimal", "--splits", "3")
    assert "18 crops were judged by people and by no network: do the names of the crops agree?" in text


def test_a_centre_beyond_the_levels_is_not_printed(tmp_path: Path, capsys: Captured) -> None:
    people = simulate([0.99, 0.98, 0.96], np.random.default_rng(1), n_agents=8, n_items=60)
    lines = run_lines(capsys, tmp_path, people, "curves", *FEW)
    parameters = lines[next(n for n, line in enumerate(lines) if "Centre mu" in line) + 2]
    assert "outside the range" in parameters


def test_answers_that_are_no_class_are_asked_about(tmp_path: Path, capsys: Captured) -> None:
    trials = study()
    trials["response"] = trials["category"].str.upper()
    text = run(capsys, tmp_path, trials, "consistency", *COMMANDS["consistency"])
    assert "Answers that are no class of the table: DRIBBLE, DUNK, SHOOT." in text


@pytest.mark.thorough
def test_machine_rows_of_other_levels_are_counted_and_named_in_the_headline(
    tmp_path: Path, capsys: Captured
) -> None:
    trials = study()
    human = trials["agent_type"] == "human"
    trained = trials.assign(trained_through=(trials["crop_level"] + 1).where(~human))
    text = run(capsys, tmp_path, trained, "verdict")
    assert "no machine was tested at the level that it was trained through" in text
    left_out = "of networks that were trained through another level than they were tested at"
    assert f"left out: {int((~human).sum())} {left_out}" in text
