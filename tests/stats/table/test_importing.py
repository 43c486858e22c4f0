"""Tables of other programs become tidy, and it is recorded which column became which."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from stats import TableError
from stats.__main__ import main
from stats.table.importing import import_trials

Write = Callable[[str, str], Path]

MODEL_VS_HUMAN = """subj,session,trial,rt,object_response,category,condition,imagename
subject-01,1,1,0.54,oven,oven,c50,0000_con_s01_c50_oven_10_n04_4963.JPEG
subject-01,1,2,NaN,na,boat,c05,0001_con_s01_c05_boat_10_n05_17854.JPEG
vgg19,1,1,NaN,cat,oven,c50,0007_con_dnn_c50_oven_10_n04_4963.JPEG
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, text: str) -> Path:
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return written


def test_model_vs_human_columns_become_tidy(write: Write) -> None:
    table = import_trials(write("a.csv", MODEL_VS_HUMAN), levels=["c50", "c05"]).table
    assert table["agent_type"].tolist() == ["human", "human", "model"]
    assert table["crop_level"].tolist() == [0, 1, 0]
    assert table["correct"].tolist() == [1, 0, 0]
    assert table["response_status"].tolist() == ["answered", "timeout", "answered"]
    assert table["rt_ms"].iloc[0] == pytest.approx(540)
    assert table["item_id"].tolist() == [
        "oven_10_n04_4963.JPEG",
        "boat_10_n05_17854.JPEG",
        "oven_10_n04_4963.JPEG",
    ]


def test_conditions_that_are_words_need_an_order(write: Write) -> None:
    path = write("a.csv", MODEL_VS_HUMAN)
    with pytest.raises(TableError, match=r"conditions are words \(c05, c50\); order them"):
        import_trials(path)
    with pytest.raises(TableError, match="condition c05 is not in --levels"):
        import_trials(path, levels=["c50"])


def jspsych(n: int = 4) -> list[dict[str, object]]:
    instructions = {"trial_type": "instructions", "rt": 9000, "trial_index": 0}
    trials = [
        {"trial_type": "image-button-response", "trial_index": k, "rt": 500 + k, "stimulus": f"p{k}.png",
         "category": "dunk", "level": k % 2, "response": "dunk" if k else "shoot", "correct": k > 0}
        for k in range(n)
    ]  # fmt: skip
    return [instructions, *trials]


@pytest.mark.parametrize("wrapped", [False, True])
def test_jspsych_lines_of_jatos_become_tidy(write: Write, wrapped: bool) -> None:
    people = []
    for person in ("p1", "p2"):
        rows = jspsych()
        people.append(
            {"PROLIFIC_PID": person, "data": rows}
            if wrapped
            else [row | {"subject_id": person} for row in rows]
        )
    imported = import_trials(write("jatos.txt", "\n".join(json.dumps(part) for part in people)))
    assert imported.layout == "jspsych"
    assert imported.dropped == 2
    assert imported.table["agent_id"].value_counts().to_dict() == {"p1": 4, "p2": 4}
    assert imported.table["correct"].tolist() == [0, 1, 1, 1] * 2
    assert imported.table["rt_ms"].tolist() == [500, 501, 502, 503] * 2
    assert imported.mapping["item_id"] == "stimulus"


def test_button_numbers_are_not_taken_for_wrong_answers(write: Write) -> None:
    rows = [{name: value for name, value in row.items() if name != "correct"} for row in jspsych()]
    numbered = [row | {"subject_id": "p", "response": place % 2} for place, row in enumerate(rows)]
    path = write("buttons.json", "\n".join(map(json.dumps, numbered)))
    with pytest.raises(TableError, match=r"no response \(0, 1\) is a .*--map correct=COLUMN"):
        import_trials(path)


def test_psychopy_columns_become_tidy(write: Write) -> None:
    text = (
        "participant,trials.thisN,image,category,level,key_resp.keys,key_resp.corr,key_resp.rt\n"
        "7,,,,,,,\n7,0,a.png,dunk,0,d,1,0.61\n7,1,b.png,shoot,1,None,0,\n"
    )
    imported = import_trials(write("psychopy.csv", text))
    assert imported.layout == "psychopy"
    assert imported.dropped == 1
    assert imported.table["correct"].tolist() == [1, 0]
    assert imported.table["response_status"].tolist() == ["answered", "timeout"]
    assert imported.table["rt_ms"].iloc[0] == pytest.approx(610)


def test_unusual_names_can_be_mapped_and_a_missing_one_is_named(write: Write) -> None:
    text = "rt,who,picture,true_category,level,correct\n400,a,x.png,dunk,0,true\n"
    path = write("odd.csv", text)
    with pytest.raises(TableError, match=r"no column for agent_id .* --map agent_id=COLUMN"):
        import_trials(path, layout="jspsych")
    imported = import_trials(path, layout="jspsych", columns={"agent_id": "who", "item_id": "picture"})
    assert imported.table["agent_id"].tolist() == ["a"]
    with pytest.raises(TableError, match="no column nobody to map"):
        import_trials(path, layout="jspsych", columns={"agent_id": "nobody"})


def test_the_command_shows_the_mapping_and_writes_a_table_that_verdict_reads(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = write("a.csv", MODEL_VS_HUMAN), tmp_path / "trials.csv"
    assert main(["import", str(path), "--levels", "c50,c05", "--out", str(out)]) == 0
    assert "correct <- object_response equals category" in capsys.readouterr().out
    assert main(["verdict", str(out)]) == 0


@pytest.mark.parametrize("text", ["{not json", "[]"])
def test_a_broken_json_file_is_one_clear_error(write: Write, text: str) -> None:
    with pytest.raises(TableError, match=r"broken\.json"):
        import_trials(write("broken.json", text))


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
    parts = [import_trials(path, levels=sorted(shown)).table for path in files]
    accuracies = pd.concat(parts).groupby("condition")["correct"].mean()

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
    parts = [import_trials(path, levels=sorted(shown)).table for path in files]
    table = pd.concat(parts, ignore_index=True)
    named = table["condition"].str.split("-", expand=True)
    ours = named[1] == coherence
    reach = np.log2(named[0][ours].astype(float))
    accuracies = table["correct"][ours].groupby(reach).mean()
    expected = dict(zip(published["condition"], published["humans"], strict=True))
    assert accuracies.to_dict() == pytest.approx(expected, abs=5e-5)
