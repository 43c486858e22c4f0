"""Every command gives text for people, strict JSON for programs and SVG for papers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from stats.__main__ import main
from stats.planning.simulated_studies import simulate

Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> str:
    rng = np.random.default_rng(3)
    people = simulate([0.97, 0.93, 0.88, 0.6], rng, n_agents=12, n_items=48)
    seeds = simulate([0.96, 0.8, 0.5, 0.4], rng, agent_type="model", n_agents=3, n_items=48, crossed=True)
    trials = pd.concat([people, seeds])
    trials["response"] = trials["category"].where(trials["correct"] == 1, "dunk")
    path = tmp_path_factory.mktemp("cli") / "trials.csv"
    trials.to_csv(path, index=False)
    return str(path)


def strict(path: Path) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(
        path.read_text(), parse_constant=lambda word: pytest.fail(f"{word} is not JSON")
    )
    return values


@pytest.mark.parametrize(
    ("command", "options", "printed", "keys"),
    [
        ("verdict", [], "No sweet spot", {"levels", "sweet_levels"}),
        (
            "curves",
            ["--resamples", "100"],
            "people fall below the floor .85",
            {"x_human", "certified", "gaps"},
        ),
        ("consistency", ["--resamples", "30"], "human-machine", {"error_consistency", "confusion"}),
    ],
)
def test_a_command_prints_writes_and_draws(
    study: str,
    tmp_path: Path,
    capsys: Captured,
    command: str,
    options: list[str],
    printed: str,
    keys: set[str],
) -> None:
    out, figure = tmp_path / "out.json", tmp_path / "out.svg"
    assert main([command, study, *options, "--json", str(out), "--figure", str(figure)]) == 0
    assert printed in capsys.readouterr().out
    assert keys <= set(strict(out))
    assert figure.read_text().startswith("<?xml")


def test_monitor_prints_what_the_plan_allows_to_say_now(study: str, tmp_path: Path, capsys: Captured) -> None:
    out = tmp_path / "out.json"
    assert main(["monitor", study, "--planned", "24", "--looks", ".5", "1", "--json", str(out)]) == 0
    text, state = capsys.readouterr().out, strict(out)
    assert "12 of 24 planned people." in text
    assert "not shown" in text
    assert state["due"] == 0
    assert [level["crop_level"] for level in state["levels"]] == [0, 1, 2, 3]


def test_power_answers_how_many_people(tmp_path: Path, capsys: Captured) -> None:
    figure, out = tmp_path / "power.svg", tmp_path / "power.json"
    accuracies = ["--human", ".97,.93", "--machine", ".96,.4"]
    sizes = ["--people", "5,10", "--photos", "30", "--runs", "5"]
    assert main(["power", *accuracies, *sizes, "--figure", str(figure), "--json", str(out)]) == 0
    out_text = capsys.readouterr().out
    rows = [line.split()[:4] for line in out_text.splitlines() if re.match(r" *\d+ +\d+ ", line)]
    assert rows == [["5", "30", "5", "150"], ["10", "30", "5", "300"]]
    assert [size["people"] for size in strict(out)["power"]] == [5, 10]
    assert figure.read_text().startswith("<?xml")
    assert "shown to reach" in " ".join(out_text.split())


@pytest.mark.parametrize("goal", [".5", ".99"])
def test_consistency_power_answers_how_many_photos_or_that_none_are_enough(
    goal: str, tmp_path: Path, capsys: Captured
) -> None:
    out = tmp_path / "photos.json"
    assumed = ["--human", ".8", "--machine", ".7", "--kappa", ".5", ".1", "--people", "6"]
    argv = [*assumed, "--photos", "20,200", "--runs", "20", "--goal", goal, "--json", str(out)]
    assert main(["consistency-power", *argv]) == 0
    printed, progress = capsys.readouterr()
    text, plan = " ".join(printed.split()), strict(out)
    assert [power["photos"] for power in plan["powers"]] == [20, 200]
    assert "20 photos: " in progress
    if goal == ".5":
        assert plan["smallest"]["photos"] == 200
        assert "200 photos are the fewest of these shown to reach a power of .50" in text
    else:
        assert plan["smallest"] is None
        assert "None of these numbers is shown to reach a power of .99" in text


@pytest.mark.thorough
def test_power_takes_what_no_option_gives_from_a_pilot(study: str, capsys: Captured) -> None:
    argv = [
        "power",
        "--pilot",
        study,
        "--people",
        "4",
        "--photos",
        "40",
        "--runs",
        "2",
        "--machine",
        ".9,.5,.4,.4",
    ]
    assert main([*argv, "--person-sd", "0.25"]) == 0
    out, progress = capsys.readouterr()
    text = " ".join(out.split())
    assert "The pilot has 12 people" in text
    assert "machine .900, .500, .400, .400" in text
    assert "people 0.25 and photos" in text
    assert "4 people × 40 photos × 5 networks" in progress


def test_power_says_which_spread_a_pilot_of_one_does_not_tell(tmp_path: Path, capsys: Captured) -> None:
    pilot = tmp_path / "pilot.csv"
    simulate([0.9, 0.7], np.random.default_rng(0), n_agents=1, n_items=24).to_csv(pilot, index=False)
    argv = ["power", "--pilot", str(pilot), "--people", "4", "--photos", "40", "--runs", "2"]
    assert main([*argv, "--machine", ".9,.5"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "The pilot has 1 person, 0 networks and 24 photos" in text
    assert "No spread follows from 1 person and 0 networks: the usual one is assumed." in text


def test_monitor_takes_its_plan_from_the_frozen_design(study: str, tmp_path: Path, capsys: Captured) -> None:
    design = {"floor": 0.5, "ceiling": 0.4, "competence": 0.8, "alpha": 0.10, "target_completes": 24}
    exported = tmp_path / "dataset_description.json"
    exported.write_text(json.dumps({"name": "s", "config": {"design": design | {"human_gate": "loss"}}}))
    assert main(["monitor", study, "--design", str(exported)]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "12 of 24 planned people. Looks: none is planned before the study has closed." in text
    assert "Tested: people above .50, error .05." in text
    assert "asks for people's loss against uncropped photos" in text
    exported.write_text(json.dumps({"config": {"design": design | {"target_completes": None}}}))
    assert main(["monitor", study, "--design", str(exported)]) == 2
    assert "give --planned instead" in capsys.readouterr().err


def test_monitor_takes_its_looks_from_the_frozen_design(study: str, tmp_path: Path, capsys: Captured) -> None:
    design = {"floor": 0.5, "ceiling": 0.4, "competence": 0.8, "alpha": 0.10, "target_completes": 24}
    exported = tmp_path / "dataset_description.json"

    def monitored(**looks: object) -> str:
        exported.write_text(json.dumps({"config": {"design": design | looks}}))
        assert main(["monitor", study, "--design", str(exported)]) == 0
        return " ".join(capsys.readouterr().out.split())

    planned = monitored(look_plan="planned", look_shares=[0.5, 1])
    assert "Looks: planned, with O'Brien-Fleming boundaries" in planned
    assert re.search(r"50% +\.\d+ +\d\.\d+ +now", planned)
    at_any_time = monitored(look_plan="sequence")
    assert "Looks: at any time, by the confidence sequence" in at_any_time
    assert "Looks are planned at any time: only the confidence sequence counts" in at_any_time
    assert "This look was not planned" in monitored()


def test_monitor_refuses_looks_beside_those_of_the_frozen_design(
    study: str, tmp_path: Path, capsys: Captured
) -> None:
    exported = tmp_path / "dataset_description.json"
    design = {"floor": 0.5, "ceiling": 0.4, "competence": 0.8, "alpha": 0.10, "target_completes": 24}
    exported.write_text(json.dumps({"config": {"design": design}}))
    assert main(["monitor", study, "--design", str(exported), "--looks", ".5", "1"]) == 2
    assert "the frozen design states its looks" in capsys.readouterr().err


@pytest.mark.thorough
@pytest.mark.parametrize(("name", "begin"), [("a.svg", b"<?xml"), ("a.pdf", b"%PDF"), ("a.PNG", b"\x89PNG")])
def test_a_figure_is_what_its_name_says(name: str, begin: bytes, study: str, tmp_path: Path) -> None:
    assert main(["consistency", study, "--resamples", "5", "--figure", str(tmp_path / name)]) == 0
    assert (tmp_path / name).read_bytes().startswith(begin)


def test_a_figure_of_an_unknown_kind_is_refused(study: str, tmp_path: Path, capsys: Captured) -> None:
    assert main(["consistency", study, "--resamples", "5", "--figure", str(tmp_path / "a.docx")]) == 2
    assert "let the name end in one of these" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["curves", "secondary", "predictor", "items", "consistency"])
def test_no_resample_is_one_line_and_code_2(command: str, study: str, capsys: Captured) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([command, study, "--resamples", "0"])
    assert capsys.readouterr().err.endswith("invalid whole number from 1 value: '0'\n")


@pytest.mark.parametrize(
    "argv",
    [
        ["power", "--human", "high", "--machine", ".5", "--people", "5"],
        ["monitor", "STUDY", "--planned", "10", "--looks", ".5"],
        ["monitor", "STUDY", "--design", "STUDY"],
        ["power", "--people", "5", "--machine", ".5"],
        ["power", "--human", ".9", "--machine", ".5", "--people", "5", "--photos", "30", "--level", "3"],
        ["verdict", "STUDY", "--json", "/no/such/folder/out.json"],
        ["import", "STUDY", "--out", "x.csv", "--map", "nonsense"],
        ["curves", "/no/such/file.csv"],
        ["groups", "STUDY"],
        ["minimal", "STUDY"],
        ["predictor", "STUDY", "--predictor", "weather"],
        ["items", "STUDY"],
        ["difficulty", "STUDY", "--stretches", "1000"],
        ["score", "STUDY", "--slips", "3"],
        [*["consistency-power", "--human", ".8", "--machine", ".7", "--kappa", ".3", ".3", "--people", "6"]],
        [
            *[
                "consistency-power",
                "--human",
                ".8",
                "--machine",
                ".7,.6",
                "--kappa",
                ".3",
                ".2",
                "--people",
                "6",
            ]
        ],
        [
            *[
                "consistency-power",
                "--human",
                ".8",
                "--machine",
                ".7",
                "--kappa",
                ".4",
                ".2",
                "--people",
                "6",
                "--photos",
                "many",
            ]
        ],
    ],
)
def test_wrong_input_is_one_line_and_code_2(study: str, argv: list[str], capsys: Captured) -> None:
    assert main([study if word == "STUDY" else word for word in argv]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
