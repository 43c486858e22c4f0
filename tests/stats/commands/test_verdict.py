"""`python -m stats verdict`: numbers in text and JSON, one line and code 2 for wrong input."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from stats.__main__ import main
from tests.stats.tables import block, table

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def study(tmp_path: Path) -> Path:
    path = tmp_path / "trials.csv"
    rows = [block(kind, n, 40, wrong, level)
            for level, people_wrong, net_wrong in [(0, 4, 5), (1, 8, 90)]
            for kind, n, wrong in [("human", 20, people_wrong), ("model", 5, net_wrong)]]  # fmt: skip
    table(*rows).to_csv(path, index=False)
    return path


def refused(argv: list[str], capsys: Captured) -> str:
    """Run, expect exit code 2, and return the single line on stderr."""
    code: object
    try:
        code = main(argv)
    except SystemExit as stop:
        code = stop.code
    out, err = capsys.readouterr()
    assert code == 2
    assert out == ""
    assert err.count("\n") == 1
    return err


def test_it_prints_the_headline_and_the_table_of_levels(study: Path, capsys: Captured) -> None:
    assert main(["verdict", str(study)]) == 0
    out = capsys.readouterr().out
    assert "Sweet spot supported at level 1;" in out
    assert "20 × 40" in out


def test_another_separator_than_the_comma_is_named(study: Path, capsys: Captured) -> None:
    study.write_text(study.read_text().replace(",", ";"))
    assert "its separator is not a comma" in refused(["verdict", str(study)], capsys)


@pytest.mark.thorough
def test_people_and_machine_may_come_in_separate_files(study: Path, tmp_path: Path) -> None:
    trials = pd.read_csv(study)
    for kind, part in trials.groupby("agent_type"):
        part.to_csv(tmp_path / f"{kind}.csv", index=False)
    assert main(["verdict", str(study), "--json", str(tmp_path / "one.json")]) == 0
    parts = [str(tmp_path / "human.csv"), str(tmp_path / "model.csv")]
    assert main(["verdict", *parts, "--json", str(tmp_path / "two.json")]) == 0
    of_one_file, of_two = (json.loads((tmp_path / name).read_text()) for name in ("one.json", "two.json"))
    assert of_one_file == of_two
    assert of_one_file["sweet_levels"] == [1]


@pytest.mark.thorough
def test_as_a_program_it_ends_with_one_line_and_code_2(study: Path) -> None:
    study.write_text(study.read_text().replace("human", "person", 1))
    done = subprocess.run(
        [sys.executable, "-m", "stats", "verdict", str(study)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "trials.csv, row 2: agent_type must be one of human, model, found 'person'" in done.stderr


def test_a_wrong_value_is_named_with_file_and_row(study: Path, capsys: Captured) -> None:
    lines = study.read_text().splitlines()
    lines[41] = lines[41][:-1] + "3"
    study.write_text("\n".join(lines))
    assert f"{study}, row 42: correct must be 0 or 1, found 3" in refused(["verdict", str(study)], capsys)


def test_the_row_is_the_line_of_the_file_even_after_blank_lines(study: Path, capsys: Captured) -> None:
    lines = study.read_text().splitlines()
    lines[41] = lines[41][:-1] + "no"
    study.write_text("\n".join([*lines[:3], "", *lines[3:]]))
    assert "row 43: correct" in refused(["verdict", str(study)], capsys)


def test_a_missing_column_names_its_file(study: Path, tmp_path: Path, capsys: Captured) -> None:
    pd.read_csv(study).drop(columns="category").to_csv(tmp_path / "half.csv", index=False)
    line = refused(["verdict", str(study), str(tmp_path / "half.csv")], capsys)
    assert "half.csv: missing column category" in line


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "is empty"), (b"agent_type,agent_id\n", "no trials"), (b"\xff\xfe\x00bin\x00", "not a CSV")],
)
def test_an_unusable_file_is_refused(tmp_path: Path, content: bytes, message: str, capsys: Captured) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    assert message in refused(["verdict", str(path)], capsys)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path, capsys: Captured) -> None:
    assert "cannot be read" in refused(["verdict", str(tmp_path / "none.csv")], capsys)
    assert "cannot be read" in refused(["verdict", str(tmp_path)], capsys)


@pytest.mark.parametrize(
    "options", [["--floor", ".7", "--ceiling", ".75"], ["--alpha", "1"], ["--floor", "high"], ["--nonsense"]]
)
def test_bad_options_are_refused(study: Path, options: list[str], capsys: Captured) -> None:
    refused(["verdict", str(study), *options], capsys)


def test_ids_keep_their_leading_zeros_and_words_like_na(study: Path, tmp_path: Path) -> None:
    trials = pd.read_csv(study, dtype=str)
    trials["item_id"] = "00" + trials["item_id"].str.removeprefix("dunk")
    trials["category"] = "NA"
    trials.to_csv(study, index=False)
    assert main(["verdict", str(study), "--json", str(tmp_path / "out.json")]) == 0
    assert list(json.loads((tmp_path / "out.json").read_text())["per_class"]) == ["NA"]
