"""The verdict from counts: same estimates as from trials, and honest about the photos it does not know."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from stats import Criteria, TableError, verdict
from stats.__main__ import main
from stats.decision.from_counts import verdict_from_counts
from tests.stats.tables import block, table


@pytest.fixture
def trials() -> pd.DataFrame:
    dunk = [block("human", 8, 40, 20), block("model", 3, 40, 6)]
    shoot = [block("human", 8, 40, 30, category="shoot"), block("model", 3, 40, 4, category="shoot")]
    return table(*dunk, *shoot)


@pytest.fixture
def counts(trials: pd.DataFrame) -> pd.DataFrame:
    keys = ["agent_type", "agent_id", "category", "crop_level"]
    return trials.groupby(keys)["correct"].agg(n_correct="sum", n="size").reset_index()


def test_estimates_are_those_of_the_trials(trials: pd.DataFrame, counts: pd.DataFrame) -> None:
    whole, counted = verdict(trials).levels[0], verdict_from_counts(counts, Criteria()).levels[0]
    assert counted.human.estimate == pytest.approx(whole.human.estimate)
    assert counted.human.n_trials == whole.human.n_trials
    assert counted.human.n_items is None
    assert counted.human.df == 7
    assert "conditional on these photos" in counted.human.method


def test_it_warns_that_photos_are_unknown(counts: pd.DataFrame) -> None:
    assert any(
        "do not say which photos" in warning for warning in verdict_from_counts(counts, Criteria()).warnings
    )


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("n_correct", 41, "must not exceed n"),
        ("n", 0, "whole number from 1"),
        ("n_correct", 1.5, "whole number from 0"),
    ],
)
def test_impossible_counts_are_refused(counts: pd.DataFrame, column: str, value: float, message: str) -> None:
    counts[column] = counts[column].astype(float)
    counts.loc[3, column] = value
    with pytest.raises(TableError, match=message):
        verdict_from_counts(counts, Criteria())


def test_the_command_reads_counts(
    counts: pd.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counts.to_csv(tmp_path / "counts.csv", index=False)
    assert main(["verdict", "--counts", str(tmp_path / "counts.csv")]) == 0
    assert "photos unknown" in capsys.readouterr().out
    pd.DataFrame({"n": [1]}).to_csv(tmp_path / "counts.csv", index=False)
    assert main(["verdict", "--counts", str(tmp_path / "counts.csv")]) == 2
