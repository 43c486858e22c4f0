"""People's published accuracies come back from their published answers, to four decimals."""

from __future__ import annotations

import os
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from stats.imports.import_options import ImportOptions
from stats.imports.importing import import_trials

REAL = os.environ.get("SWEETSPOT_HUMAN_VS_DNN", "")
EXPERIMENTS = ("colour", "contrast", "contrast-png", "false-colour", "highpass", "lowpass", "noise",
               "phase-scrambling", "power-equalisation", "rotation")  # fmt: skip


@pytest.mark.slow
@pytest.mark.skipif(not REAL, reason="SWEETSPOT_HUMAN_VS_DNN does not name the data of Geirhos et al. (2018)")
@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_published_human_accuracies_are_reproduced_to_four_decimals(experiment: str) -> None:
    published = pd.read_csv(
        Path(REAL, "human-accuracies", f"{experiment}_accuracies_sums_TF.csv"), dtype={"condition": str}
    )
    files = sorted(Path(REAL, "humans", f"{experiment}-experiment").glob("*.csv"))
    shown = {level for path in files for level in pd.read_csv(path, dtype=str)["condition"]}
    imported = import_trials(files, ImportOptions(levels=sorted(shown)))
    assert not imported.preview.dropped
    assert imported.preview.test == imported.preview.rows
    assert not imported.preview.networks
    accuracies = imported.table["correct"].astype(float).groupby(imported.table["condition"]).mean()

    expected = {
        plain_name(experiment, name): value
        for name, value in zip(published["condition"], published["humans"], strict=True)
    }
    ours = {plain_name(experiment, name): value for name, value in accuracies.items()}
    assert ours == pytest.approx(expected, abs=5e-5)


PUBLISHED_AS = {
    ("colour", "cr"): "colour",
    ("colour", "bw"): "greyscale",
    ("false-colour", "false"): "opponent",
    ("power-equalisation", "0"): "original",
    ("power-equalisation", "pow"): "equalised",
    ("highpass", "inf"): "Inf",
}


def plain_name(experiment: str, condition: str) -> float | str:
    """Words were renamed for publication; "c05" and "0.10" are also written as 5 and 0.1."""
    name = PUBLISHED_AS.get((experiment, condition), condition)
    return float(name.removeprefix("c")) if re.fullmatch(r"c?[\d.]+", name) else name


@pytest.mark.slow
@pytest.mark.skipif(not REAL, reason="SWEETSPOT_HUMAN_VS_DNN does not name the data of Geirhos et al. (2018)")
@pytest.mark.parametrize("coherence", ["0", "3", "10"])
def test_published_accuracies_of_the_eidolons_are_reproduced_too(coherence: str) -> None:
    """Conditions are reach-coherence-grain; each coherence was published apart, by the reach's logarithm."""
    published = pd.read_csv(Path(REAL, "human-accuracies", f"eidolon_accuracies_coh_{coherence}_sums_TF.csv"))
    files = sorted(Path(REAL, "humans", "eidolon-experiment").glob("*.csv"))
    shown = {level for path in files for level in pd.read_csv(path, dtype=str)["condition"]}
    table = import_trials(files, ImportOptions(levels=sorted(shown))).table
    named = table["condition"].str.split("-", expand=True)
    ours = named[1] == coherence
    reach = np.log2(named[0][ours].astype(float))
    accuracies = table["correct"][ours].astype(float).groupby(reach).mean()
    expected = dict(zip(published["condition"], published["humans"], strict=True))
    assert accuracies.to_dict() == pytest.approx(expected, abs=5e-5)
