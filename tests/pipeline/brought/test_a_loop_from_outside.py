"""A small demo and its pack: a shell elsewhere answers with the same weights, and gives the same numbers."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.core.management import call_command

from attacker import load
from pipeline.analysis.analysis_request import request_analysis
from pipeline.analysis.freezing import freeze_with_machine
from pipeline.attacks.predictions import calibrate, predicted, write_answers
from pipeline.attacks.strongest import attacks_by_level
from pipeline.brought.overruling import validated
from pipeline.brought.prediction_packs import PACKED
from pipeline.datasets import config_of, run_directory, stimuli_at
from pipeline.exports.compared_rows import comparison_of
from pipeline.exports.machine_answers import machine_now
from pipeline.loop import advance
from pipeline.models import Analysis, AttackerRun, Loop
from study.freezing.freeze import open_study
from study.models import Item, Study
from study.models.people import Mode
from synthetic import draw_set
from tests.pipeline.answered import add_run
from tests.pipeline.studies import import_folder, make_study, work_off
from tests.study.factories import NOW, player
from tests.study.playing import play_to_the_end

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(900)]
SHARES = (1.0, 0.5)  # of the player, as in the demo
LEVELS = range(len(SHARES))
ROUNDED = 2e-5  # both tables have five decimals
NET = "efficientnet_lite0"
LAB = "lab"


def in_the_shell(*words: object) -> str:
    """Run a command of the attacker in a process of its own, which knows no site."""
    command = [sys.executable, "-m", "attacker", *map(str, words)]
    places = {"PYTHONPATH": str(Path(__file__).parents[3]), "PATH": os.environ["PATH"]}
    ended = subprocess.run(command, capture_output=True, text=True, env=places, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def on_the_site(*words: object) -> str:
    out = io.StringIO()
    call_command("study", *map(str, words), stdout=out)
    return out.getvalue().strip()


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """The demo's study at its end: drawn basketball photos, levels that keep shares of the player."""
    study = make_study(
        sides=SHARES, level_family="subject", seeds=1, image_size=96, max_rounds=1, minimum_levels=1,
        test_time_augmentation=True, trials_per_person=12, block_size=6, practice_trials=0,
    )  # fmt: skip
    import_folder(study, draw_set(tmp_path / "photos", per_class=30, seed=1))
    advance.start(study)
    work_off(study)
    study.loop.refresh_from_db()
    assert study.loop.state == Loop.State.FINISHED, study.loop.reason
    return study


def runs_of(study: Study) -> dict[int, AttackerRun]:
    """The networks that the loop has trained, by the heaviest level that each was trained on."""
    return {run.trained_through: run for run in study.attacker_runs.attackers().trained().networks()}


def taken(study: Study, pack: Path, run: Path, name: str, folder: Path, *stated: object) -> None:
    """Let a shell answer the pack, and take its table."""
    in_the_shell("answer", pack, "--run", run, "--out", folder)
    assert "are taken" in on_the_site(
        "take", study.code, folder / "answers-seed0.csv", "--name", name, *stated
    )


def trained_in_the_shell(study: Study, folder: Path) -> Path:
    """Train the study's recipe elsewhere, on the uncropped photos that the study trains on."""
    for crop in stimuli_at(study, [0], [Item.Split.TRAIN]):
        path = folder / "photos" / crop.item.category.name / f"{crop.item_id}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        with crop.image.open() as file:
            path.write_bytes(file.read())
    settings = vars(config_of(study, NET, seed=0)).items()
    recipe = [f"--set={name}={json.dumps(value)}" for name, value in settings]
    places = ("--run", folder / "run", "--cache", folder / "cache")
    in_the_shell("train", folder / "photos", *places, "--seeds=1", *recipe)
    return folder / "run"


def asked_here(study: Study, weights: Path) -> AttackerRun:
    """Let the site test weights as it tests those that it trains, under a name of their own."""
    run = add_run(study, 0, 0, skill=0.0, net=LAB)
    run.predictions.all().delete()
    stimuli = list(stimuli_at(study, LEVELS, PACKED))
    logits = predicted(load(weights), stimuli, cast(Any, SimpleNamespace(should_stop=lambda: False)))
    calibrate(run, stimuli, logits)
    write_answers(run, stimuli, logits)
    return run


def validation_accuracies(study: Study, run: AttackerRun) -> dict[int, float]:
    by_level = attacks_by_level(study.attacker_runs.attackers())
    return {
        level: accuracy
        for level, attacks in by_level.items()
        for attack in attacks
        for each, accuracy in zip(attack.runs, attack.accuracies, strict=True)
        if each == run
    }


def same_photo_by_photo(study: Study, pairs: Iterable[tuple[str, AttackerRun]]) -> None:
    machine = machine_now(study)
    for name, run in pairs:
        (outside,) = (each for each in machine.outside if each.name == name)
        inside = {answer.stimulus: answer for answer in machine.answers if answer.run == run.pk}
        assert {answer.stimulus for answer in outside.answers} == set(inside)
        assert {answer.level for answer in outside.answers} == set(LEVELS)
        for answer in outside.answers:
            own = inside[answer.stimulus]
            assert (answer.response, answer.correct) == (own.response, own.correct)
            assert answer.logits == pytest.approx(own.logits, abs=ROUNDED)
        there, here = validated(study)[outside.number], validation_accuracies(study, run)
        assert {level: there[level] for level in here} == pytest.approx(here, abs=1e-9)


def analysed(study: Study) -> Analysis:
    version = freeze_with_machine(study, NOW)
    open_study(study)
    for _ in range(4):
        play_to_the_end(player(version, mode=Mode.SIMULATED))
    analysis = request_analysis(study, Mode.SIMULATED)
    work_off(study)
    analysis.refresh_from_db()
    assert analysis.result, analysis.job.error
    return analysis


def test_a_pack_that_a_shell_answers_gives_the_numbers_of_the_site(study: Study, tmp_path: Path) -> None:
    pack = tmp_path / "pack.zip"
    on_the_site("pack", study.code, "--out", pack)
    pairs = []
    for level, run in runs_of(study).items():
        stated = ("--kind", "adaptive", "--trained-through", level)
        taken(study, pack, run_directory(run), f"shell {level}", tmp_path / f"shell-{level}", *stated)
        pairs.append((f"shell {level}", run))
    theirs = trained_in_the_shell(study, tmp_path / "theirs")
    stated = ("--kind", "transfer", "--trained-through", 0, "--trained-on", "training photos, uncropped")
    taken(study, pack, theirs, "another lab", tmp_path / "lab", *stated)
    pairs.append(("another lab", asked_here(study, theirs / "seed-0")))
    assert len(pairs) == len(LEVELS) + 1
    same_photo_by_photo(study, pairs)
    _the_comparison_has_equal_lines(analysed(study))


def _the_comparison_has_equal_lines(analysis: Analysis) -> None:
    comparison = comparison_of(analysis)
    assert comparison is not None
    lines = {
        machine.label: {level.crop_level: level for level in machine.levels}
        for machine in comparison.machines
    }
    for own, kind in ((NET, "adaptive"), (LAB, "adaptive"), (LAB, "transfer")):
        for number, level in lines[f"{own} ({kind})"].items():
            name = "another lab (transfer" if own == LAB else f"shell {number:.0f} (adaptive"
            other = lines[f"{name}, from outside)"][number]
            assert (other.estimate, other.photos) == (level.estimate, level.photos)
            assert (other.ci_low, other.ci_high) == (level.ci_low, level.ci_high)
