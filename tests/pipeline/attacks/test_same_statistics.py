"""The same answers give the same numbers on the site, in the shell of the attacker and in the statistics."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from attacker import Example, Predictions, SeedResults
from attacker.evaluation.baseline_classifier import result_of
from attacker.evaluation.seed_results import measured_accuracy
from pipeline.attacks.predictions import calibrate, write_answers
from pipeline.attacks.strongest import attacks_by_level
from pipeline.exports.predicted_rows import all_predictions
from pipeline.models import AttackerRun
from stats.inference.balanced_accuracy import balanced_accuracy
from stats.machine.bias_correction import bias_corrected_by_level
from stats.machine.class_offsets import class_offsets
from study.models import Item, Stimulus, StudyVersion
from tests.pipeline.answered import add_run
from tests.remembered import remembered
from tests.study.factories import CLASSES, draft_study, frozen_version

pytestmark = pytest.mark.django_db


@pytest.fixture
@remembered
def version() -> StudyVersion:
    """Test photos in pairs of near duplicates: the same source shows twice."""
    study = draft_study(sides=(1.0, 0.6), test_photos=16, validation_photos=12)
    photos = list(study.items.filter(split=Item.Split.TEST).order_by("category", "pk"))
    for first, second in zip(photos[::2], photos[1::2], strict=True):
        Item.objects.filter(pk=second.pk).update(cluster=first.cluster)
    return frozen_version(study)


def _stimuli(version: StudyVersion, split: str) -> list[Stimulus]:
    of_study = Stimulus.objects.filter(item__study=version.study, item__split=split, level__number=0)
    return list(of_study.select_related("item__category", "level").order_by("pk"))


def _logits(stimuli: list[Stimulus], seed: int) -> NDArray[np.float64]:
    """A network that calls too many photos by the second name, and near duplicates alike."""
    clusters = [stimulus.item.cluster for stimulus in stimuli]  # their names are drawn anew in each test
    number_of = {cluster: number for number, cluster in enumerate(dict.fromkeys(clusters))}
    noise = np.random.default_rng(seed).normal(size=(len(number_of), len(CLASSES)))
    noise = noise[[number_of[cluster] for cluster in clusters]]
    right = np.eye(len(CLASSES))[[stimulus.item.category.position for stimulus in stimuli]]
    return (noise + 2.0 * right + np.array([0.0, 2.0, 0.0])).round(5)


def _predictions(stimuli: list[Stimulus], seed: int) -> Predictions:
    examples = [
        Example(Path("unread"), photo.item.category.position, str(photo.item_id), 0, photo.item.cluster)
        for photo in stimuli
    ]
    return Predictions(tuple(examples), CLASSES, _logits(stimuli, seed).astype(np.float32))


def _on_the_site(version: StudyVersion, seeds: tuple[int, ...]) -> list[AttackerRun]:
    stimuli = _stimuli(version, Item.Split.VALIDATION) + _stimuli(version, Item.Split.TEST)
    runs = [add_run(version.study, 0, seed, skill=1.0) for seed in seeds]
    for run in runs:
        parts = [_logits(_stimuli(version, split), run.seed) for split in ("validation", "test")]
        calibrate(run, stimuli, np.concatenate(parts))
        write_answers(run, stimuli, np.concatenate(parts))
    return runs


@pytest.mark.sampled
@pytest.mark.parametrize("seeds", [(3,), (3, 4, 5)])
def test_offsets_accuracies_and_intervals_agree(version: StudyVersion, seeds: tuple[int, ...]) -> None:
    runs = _on_the_site(version, seeds)
    validated = [_predictions(_stimuli(version, Item.Split.VALIDATION), seed) for seed in seeds]
    tested = tuple(_predictions(_stimuli(version, Item.Split.TEST), seed) for seed in seeds)
    offsets = tuple(class_offsets(answers.logits, answers.labels) for answers in validated)
    shell = SeedResults(seeds, tested, offsets)
    measured = measured_accuracy(tested)
    ((before, after),) = bias_corrected_by_level(pd.DataFrame(all_predictions(version))).values()

    for run, answers, shift in zip(runs, validated, offsets, strict=True):
        assert run.offsets == pytest.approx(shift, abs=1e-6)
        assert run.validation_accuracy == answers.balanced_accuracy()
    assert shell.accuracy == pytest.approx(before.estimate, abs=1e-12)
    assert shell.corrected_accuracy == pytest.approx(after.estimate, abs=1e-12)
    assert after.estimate > before.estimate
    assert (measured.estimate, measured.ci_low, measured.ci_high, measured.method) == (
        pytest.approx(before.estimate),
        pytest.approx(before.ci_low),
        pytest.approx(before.ci_high),
        before.method,
    )


def test_a_baseline_is_judged_as_a_network_is(version: StudyVersion) -> None:
    answers = _predictions(_stimuli(version, Item.Split.TEST), seed=3)
    groups = [example.group for example in answers.examples]
    baseline = result_of(answers.correct, answers.labels, groups, 1 / len(CLASSES))
    network = measured_accuracy([answers])
    assert (baseline.accuracy, baseline.low, baseline.high, baseline.p_value) == (
        network.estimate,
        network.ci_low,
        network.ci_high,
        network.p,
    )
    assert baseline.independent < baseline.photos


def test_the_accuracy_that_the_database_averages_is_the_balanced_one(version: StudyVersion) -> None:
    """A run of the next level recognises the first class only, and is tested on fewer photos of it."""
    stimuli = _stimuli(version, Item.Split.VALIDATION)[8:]
    run = add_run(version.study, 1, seed=3, skill=1.0)
    write_answers(run, stimuli, np.tile([1.0, 0.0, 0.0], (len(stimuli), 1)))
    (attack,) = attacks_by_level(version.study.attacker_runs.attackers())[0]
    labels = np.array([stimulus.item.category.position for stimulus in stimuli])
    assert np.bincount(labels).tolist() == [4, 12, 12]
    assert attack.accuracies == (pytest.approx(balanced_accuracy(labels == 0, labels)),)
    assert attack.accuracies == (pytest.approx(1 / 3),)
