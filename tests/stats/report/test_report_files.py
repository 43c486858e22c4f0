"""`python -m stats report` writes page, PDF and numbers from a table alone."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from stats import verdict
from stats.__main__ import main
from stats.apa import share
from stats.commands.report_source import facts_of, stimuli_sha256
from stats.secondary.material import Material
from tests.stats.report.studies import pdf_text, trials_of


def test_stimuli_have_one_hash_whatever_the_order_of_rows() -> None:
    trials = trials_of().assign(stim_sha256=lambda rows: rows["item_id"] + "-pixels")
    first = stimuli_sha256(trials, None)
    assert first == stimuli_sha256(trials.sample(frac=1, random_state=1), None)
    other = trials.assign(stim_sha256=trials["stim_sha256"].replace({trials["stim_sha256"].iloc[0]: "x"}))
    assert first != stimuli_sha256(other, None)
    assert stimuli_sha256(trials_of(), None) == ""


def test_files_of_one_name_keep_their_own_hash_and_the_time_has_its_zone(tmp_path: Path) -> None:
    paths = [tmp_path / folder / "t.csv" for folder in "ab"]
    for path in paths:
        path.parent.mkdir()
        path.write_text(path.parent.name)
    trials = trials_of()
    now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    facts = facts_of("x", list(map(str, paths)), Material(trials, verdict(trials)), now)
    assert len({facts.hashes[str(path)] for path in paths}) == 2
    assert facts.created == "2026-03-02 09:00 UTC"


def test_the_shell_writes_page_pdf_and_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, out = tmp_path / "trials.csv", tmp_path / "report"
    trials_of().to_csv(table, index=False)
    assert main(["report", str(table), "--out", str(out), "--title", "My study", "--resamples", "100"]) == 0
    assert "Sweet spot supported at level 1" in capsys.readouterr().out
    numbers = json.loads((out / "report.json").read_text())
    estimate = numbers["verdict"]["levels"][1]["human"]["estimate"]
    assert share(estimate) in (out / "report.html").read_text()
    assert share(estimate) in pdf_text((out / "report.pdf").read_bytes())
    assert len(numbers["hashes"]["trials.csv"]) == 64
    assert set(numbers["secondary"]) >= {"gap", "curves", "consistency"}
    assert numbers["attack_matrix"]["rows"][1][1]["kind"] == "adaptive"


@pytest.mark.thorough
def test_a_folder_that_cannot_be_written_is_an_error_with_advice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "trials.csv"
    trials_of().to_csv(table, index=False)
    (tmp_path / "file").write_text("")
    assert main(["report", str(table), "--out", str(tmp_path / "file"), "--resamples", "50"]) == 2
    assert "choose another folder" in capsys.readouterr().err
