"""The page about published answers of people and networks tells what the product computes from them."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pandas as pd
import pytest

from stats import verdict
from stats.apa import estimate
from stats.imports.import_options import ImportOptions
from stats.imports.importing import import_trials
from stats.inference.estimates import Accuracy

REAL = os.environ.get("SWEETSPOT_HUMAN_VS_DNN", "")
PAGE = Path(__file__).parents[2] / "docs" / "method" / "human-vs-dnn.md"
CHAPTERS = {"Low-pass": "lowpass", "Contrast": "contrast-png", "Rotation": "rotation"}
NETWORKS = {"resnet152": 1, "vgg19": 2, "googlenet": 3, "session": 4}  # "session": all three
THRESHOLDS = {"floor": 0.79, "ceiling": 0.65, "competence": 0.72}


def rows_of_page(chapter: str) -> list[list[str]]:
    """Cells of the table of levels: condition, people, three networks alone, three together, verdict."""
    text = PAGE.read_text(encoding="utf-8").split(f"## {chapter}")[1].split("\n## ")[0]
    return [line.strip("| ").split(" | ")[1:] for line in text.splitlines() if re.match(r"\| \d", line)]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_page_has_a_row_per_condition_with_an_interval_for_everyone(chapter: str) -> None:
    rows = rows_of_page(chapter)
    assert len(rows) == {"Rotation": 4}.get(chapter, 8)
    for row in rows:
        for cell in row[1:6]:
            middle, low, high = map(float, re.findall(r"\d*\.\d+", cell))
            assert low < middle < high


def test_thresholds_are_those_of_three_classes_at_the_same_share_of_the_way_to_perfect() -> None:
    for name, three in {"floor": 0.85, "ceiling": 0.75, "competence": 0.80}.items():
        sixteen = 1 / 16 + (three - 1 / 3) / (2 / 3) * 15 / 16
        assert THRESHOLDS[name] == pytest.approx(sixteen, abs=0.005)


@pytest.mark.slow
@pytest.mark.skipif(not REAL, reason="SWEETSPOT_HUMAN_VS_DNN does not name the data of Geirhos et al. (2018)")
@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_page_tells_what_is_computed_from_the_data(chapter: str, network: str) -> None:
    rows = rows_of_page(chapter)
    answer = verdict(trials(CHAPTERS[chapter], network, [row[0] for row in rows]), **THRESHOLDS)
    assert answer.assay.passed
    for level, row in zip(answer.levels, rows, strict=True):
        assert printed(level.human) == row[1]
        assert printed(level.machine) == row[NETWORKS[network] + 1]
        if network == "session":
            assert str(level.verdict) == row[6]
        else:
            assert "conditional on this one trained network" in level.machine.method


def trials(experiment: str, network: str, levels: list[str]) -> pd.DataFrame:
    files = [
        *Path(REAL, "humans", f"{experiment}-experiment").glob("*.csv"),
        *Path(REAL, "networks", f"{experiment}-experiment").glob(f"*{network}*.csv"),
    ]
    return import_trials(sorted(files), ImportOptions(levels=levels)).table


def printed(side: Accuracy) -> str:
    return estimate(side.estimate, side.ci_low, side.ci_high)
