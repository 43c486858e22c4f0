"""A network that was trained elsewhere and taken by its answers is the one that this site would have run."""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.core.management import CommandError, call_command

from attacker import load
from attacker.__main__ import main
from pipeline.attacks.predictions import calibrate, predicted, write_answers
from pipeline.brought.overruling import validated
from pipeline.brought.prediction_packs import PACKED
from pipeline.crops.stimuli import render
from pipeline.datasets import stimuli_at
from pipeline.exports.machine_answers import machine_now
from pipeline.models import AttackerRun
from study.models import Study
from tests.attacker import planted
from tests.pipeline.answered import add_run
from tests.pipeline.studies import draw_photos, imported_study
from tests.remembered import remembered

pytestmark = pytest.mark.django_db
SETTINGS = [f"--set={name}={json.dumps(value)}" for name, value in vars(planted.tiny()).items()]


def study_verb(*words: object) -> str:
    out = io.StringIO()
    call_command("study", *map(str, words), stdout=out)
    return out.getvalue().strip()


@pytest.fixture
@remembered
def study() -> Study:
    study = imported_study(sides=(1.0, 0.5))
    for item in study.items.all():
        render(item, study.levels.get(number=0))
    return study


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    """A network that another lab trains on photos of its own, in its shell."""
    theirs = draw_photos(tmp_path / "theirs", per_class=16, seed=9)
    places = ["--run", str(tmp_path / "run"), "--cache", str(tmp_path / "cache")]
    assert main(["train", str(theirs), *places, "--seeds=1", *SETTINGS]) == 0
    return tmp_path / "run"


def test_the_table_of_a_network_gives_the_numbers_of_its_weights(
    study: Study, run_folder: Path, tmp_path: Path
) -> None:
    pack = tmp_path / "pack.zip"
    assert f"Written: {pack}" in study_verb("pack", study.code, "--out", pack)
    assert main(["answer", str(pack), "--run", str(run_folder), "--out", str(tmp_path)]) == 0
    table = tmp_path / "answers-seed0.csv"
    stated = ("--name", "their net", "--kind", "transfer", "--trained-through", 0, "--source", "lab B")
    assert "are taken" in study_verb("take", study.code, table, *stated)
    own = _run_here(study, run_folder / "seed-0")
    machine = machine_now(study)
    (outside,) = machine.outside
    inside = {answer.stimulus: answer for answer in machine.answers}
    assert len(outside.answers) == len(inside) > 0
    for answer in outside.answers:
        other = inside[answer.stimulus]
        assert (answer.response, answer.correct) == (other.response, other.correct)
        assert answer.logits == pytest.approx(other.logits, abs=2e-5)
    assert validated(study)[outside.number][0] == own.validation_accuracy


def _run_here(study: Study, weights: Path) -> AttackerRun:
    """Let the site test weights as it tests those that it trains."""
    run = add_run(study, 0, 0, skill=0.0)
    run.predictions.all().delete()
    stimuli = list(stimuli_at(study, [0], PACKED))
    logits = predicted(load(weights), stimuli, cast(Any, SimpleNamespace(should_stop=lambda: False)))
    calibrate(run, stimuli, logits)
    write_answers(run, stimuli, logits)
    return run


def test_a_shell_may_look_first_and_says_what_is_wrong(study: Study, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("stimulus,sha256,label\n")
    with pytest.raises(CommandError, match="freeze one with"):
        study_verb("take", study.code, tmp_path / "table.csv", "--name", "net")
    study_verb("pack", study.code, "--out", tmp_path / "pack.zip")
    with pytest.raises(CommandError, match="stimuli without a row"):
        study_verb("take", study.code, tmp_path / "table.csv", "--name", "net")
    rows = study.packs.get().stimuli.values_list("name", "sha256")
    lines = ["stimulus,sha256,label", *(f"{name},{sha256},disc" for name, sha256 in rows)]
    (tmp_path / "table.csv").write_text("\n".join(lines))
    looked = study_verb("take", study.code, tmp_path / "table.csv", "--name", "net", "--look")
    assert looked.endswith(f"named: bar 0, disc {len(rows)}.")
    assert not study.brought_machines.exists()
