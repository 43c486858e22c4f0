"""`python -m stats calibration`: rates in text, JSON and SVG; a broken promise is exit code 1."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from stats.__main__ import main
from stats.planning import calibration_runs
from stats.planning.rates import Rate, rate

DOCUMENTED = Path(__file__).parents[3] / "docs" / "method"
PEOPLE = "people at 0.85: 18 people x 100 photos"
POOLED = "rejection of a binomial over pooled trials"
EVERY_RATE = [name for scenario in calibration_runs.scenarios() for name in scenario.counted]
KEPT_PROMISE = rate("rejection", [True] + 19 * [False], goal=(0.03, 0.07))
BROKEN_PROMISE = rate("coverage", 20 * [False], goal=(0.93, 0.975))


def simulated(*rates: Rate) -> Callable[..., list[Rate]]:
    """Stand in for ten minutes of simulation."""

    def calibrate(
        runs: int, seed: int, on_progress: Callable[[str], None], known: Mapping[str, Rate]
    ) -> list[Rate]:
        for each in rates:
            on_progress(f"{each.name} of {runs} runs with seed {seed}")
        return list(rates)

    return calibrate


@pytest.fixture
def few_kinds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Simulate some kinds of studies only, and return the names of their rates: all of them take long."""
    few = [each for each in calibration_runs.scenarios() if each.name in {PEOPLE, POOLED}]
    monkeypatch.setattr(calibration_runs, "scenarios", lambda: iter(few))
    return [name for scenario in few for name in scenario.counted]


@pytest.mark.thorough
def test_it_prints_every_rate_and_writes_numbers_and_figure(
    few_kinds: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["calibration", "--runs", "4", "--out", str(tmp_path / "new")])
    assert code in {0, 1}  # four studies prove nothing
    assert "rejection, people at 0.85" in capsys.readouterr().out
    numbers = json.loads((tmp_path / "new" / "calibration.json").read_text())
    assert (numbers["runs"], numbers["seed"]) == (4, 20260101)
    assert [rate["name"] for rate in numbers["rates"]] == few_kinds
    assert "promised range" in (tmp_path / "new" / "calibration.svg").read_text()
    page = (tmp_path / "new" / "calibration.md").read_text()
    assert all(f"| {name} |" in page for name in few_kinds)


def test_the_documented_rates_are_of_all_that_is_simulated_today_and_in_their_ranges() -> None:
    numbers = json.loads((DOCUMENTED / "calibration.json").read_text())
    assert numbers["runs"] == 2000
    assert [rate["name"] for rate in numbers["rates"]] == EVERY_RATE
    assert all(rate["met"] for rate in numbers["rates"])
    page = (DOCUMENTED / "calibration.md").read_text()
    assert all(f"| {rate['name']} | {rate['rate']:.4f} [" in page for rate in numbers["rates"])


def test_kept_promises_are_exit_code_0(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(calibration_runs, "calibrate", simulated(KEPT_PROMISE))
    assert main(["calibration", "--runs", "20", "--seed", "3"]) == 0
    out = capsys.readouterr().out
    assert out == "rejection of 20 runs with seed 3\nAll 1 rates are in the promised ranges\n"


def test_a_broken_promise_is_exit_code_1_and_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(calibration_runs, "calibrate", simulated(KEPT_PROMISE, BROKEN_PROMISE))
    assert main(["calibration"]) == 1
    assert capsys.readouterr().err == "python -m stats calibration: outside the promised range: coverage\n"


@pytest.mark.usefixtures("few_kinds")
def test_only_what_is_not_counted_yet_is_simulated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["calibration", "--runs", "2", "--out", str(tmp_path)])
    first, file = capsys.readouterr().out, tmp_path / "calibration.json"
    numbers = json.loads(file.read_text())
    lacking = numbers | {"rates": [rate for rate in numbers["rates"] if "pooled" not in rate["name"]]}
    file.write_text(json.dumps(lacking))
    main(["calibration", "--runs", "2", "--out", str(tmp_path), "--keep"])
    second = capsys.readouterr().out
    assert [line for line in second.splitlines() if "[" in line] == [
        line for line in first.splitlines() if "pooled" in line
    ]
    assert json.loads(file.read_text()) == numbers


def test_rates_of_other_runs_are_not_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calibration", "--runs", "2", "--out", str(tmp_path), "--keep"]) == 2
    assert "no calibration.json to keep rates of" in capsys.readouterr().err
    (tmp_path / "calibration.json").write_text('{"runs": 3, "seed": 20260101, "rates": []}')
    assert main(["calibration", "--runs", "2", "--out", str(tmp_path), "--keep"]) == 2
    assert "has 3 runs and seed 20260101" in capsys.readouterr().err
