"""Several seeds of one recipe, trained beside each other and tested together."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from attacker import Example, Predictions, TrainedAttacker, load, predict, train
from attacker.errors import CheckpointError, ConfigError, LeakError
from attacker.evaluation.seed_results import SeedResults, evaluate_seeds
from attacker.progress import Progress
from attacker.training.seeds import best_seed, folder_of, load_seeds, train_seeds
from attacker.training.trained import Epoch
from stats.machine.class_offsets import class_offsets
from tests.attacker import planted

CONFIG = planted.tiny(head_epochs=2, finetune_epochs=1)


@pytest.fixture(scope="module")
def root(
    tmp_path_factory: pytest.TempPathFactory, training: list[Example], validation: list[Example]
) -> Path:
    """Three seeds, the first of them 4."""
    root = tmp_path_factory.mktemp("seeds")
    config = replace(CONFIG, seed=4)
    train_seeds(config, planted.CLASSES, training, validation, seeds=3, root=root)
    return root


@pytest.mark.thorough
def test_every_seed_is_the_training_that_it_would_be_alone(
    training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    config, given = replace(CONFIG, seed=4), (planted.CLASSES, training, validation)
    runs = train_seeds(config, *given, seeds=2, root=tmp_path / "seeds")
    assert [run.config.seed for run in runs] == [4, 5]
    alone = train(replace(CONFIG, seed=5), *given, run_dir=tmp_path / "alone")
    assert planted.same_weights(runs[1], alone)
    assert not planted.same_weights(runs[0], runs[1])


@pytest.mark.thorough
def test_what_is_trained_is_not_trained_again(
    root: Path, training: list[Example], validation: list[Example]
) -> None:
    before = (folder_of(root, 4) / "model.json").stat().st_mtime_ns
    news: list[Progress] = []
    config = replace(CONFIG, seed=4)
    train_seeds(config, planted.CLASSES, training, validation, seeds=3, root=root, on_progress=news.append)
    assert (folder_of(root, 4) / "model.json").stat().st_mtime_ns == before
    assert not any(progress.loss for progress in news)


def test_progress_goes_once_from_nothing_to_everything(
    tmp_path: Path, training: list[Example], validation: list[Example]
) -> None:
    news: list[Progress] = []
    config = replace(CONFIG, head_epochs=1, finetune_epochs=0)
    train_seeds(
        config, planted.CLASSES, training, validation, seeds=2, root=tmp_path, on_progress=news.append
    )
    shares = [progress.fraction for progress in news]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert 0.5 in shares


def test_less_than_one_seed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="at least 1, not 0"):
        train_seeds(CONFIG, planted.CLASSES, [], [], seeds=0, root=tmp_path)


@pytest.mark.thorough
def test_seeds_are_in_the_order_of_their_numbers(root: Path, tmp_path: Path) -> None:
    for source, number in ((4, 10), (5, 9)):
        folder_of(tmp_path, number).symlink_to(folder_of(root, source))
    folder_of(tmp_path, 11).mkdir()  # begun, not finished
    assert [run.config.seed for run in load_seeds(tmp_path)] == [5, 4]


@pytest.mark.thorough
def test_a_run_by_itself_is_one_seed(root: Path) -> None:
    (only,) = load_seeds(folder_of(root, 5))
    assert planted.same_weights(only, load(folder_of(root, 5)))


@pytest.mark.thorough
def test_a_run_is_no_place_for_other_seeds(
    root: Path, tmp_path: Path, training: list[Example], validation: list[Example]
) -> None:
    alone = tmp_path / "alone"
    shutil.copytree(folder_of(root, 5), alone)
    with pytest.raises(CheckpointError, match="itself a finished run"):
        train_seeds(CONFIG, planted.CLASSES, training, validation, seeds=1, root=alone)
    folder_of(alone, 4).symlink_to(folder_of(root, 4))
    with pytest.raises(CheckpointError, match="itself a finished run"):
        load_seeds(alone)


def test_a_folder_without_a_finished_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="no finished run here"):
        load_seeds(tmp_path)


@pytest.mark.thorough
def test_seeds_of_different_recipes_are_not_one_attacker(
    root: Path, tmp_path: Path, training: list[Example], validation: list[Example]
) -> None:
    folder_of(tmp_path, 4).symlink_to(folder_of(root, 4))
    other = replace(CONFIG, seed=5, head_epochs=1)
    train(other, planted.CLASSES, training, validation, run_dir=folder_of(tmp_path, 5))
    with pytest.raises(CheckpointError, match="trained in different ways"):
        load_seeds(tmp_path)


def test_the_best_seed_is_the_one_that_validation_prefers() -> None:
    def run(accuracy: float, loss: float) -> TrainedAttacker:
        return SimpleNamespace(record=SimpleNamespace(best=Epoch("head", 1, 0, 0, accuracy, loss)))  # type: ignore[return-value]

    runs = [run(0.8, 0.5), run(0.9, 0.6), run(0.9, 0.4), run(0.9, 0.4)]
    assert best_seed(runs) is runs[2]


def test_results_are_means_over_seeds_with_spread_and_interval() -> None:
    """Two seeds of 40 photos: 30 right and 20 right."""
    examples = tuple(Example(Path("x"), number % 2, str(number), 0, str(number)) for number in range(40))
    truth = np.array([example.label for example in examples])

    def answers_with(right: int) -> Predictions:
        answers = np.where(np.arange(40) < right, truth, 1 - truth)
        return Predictions(examples, ("dunk", "shoot"), np.eye(2, dtype=np.float32)[answers])

    results = SeedResults((0, 1), (answers_with(30), answers_with(20)), (np.zeros(2), np.zeros(2)))
    assert results.accuracies.tolist() == [0.75, 0.5]
    assert results.accuracy == 0.625
    assert results.spread == pytest.approx(np.std([0.75, 0.5], ddof=1))
    assert results.of_class(0) == 0.625
    assert "0.625 [0.014, 0.995] on 40 photos (mean of 2 seeds, SD 0.177)" in results.summary()
    assert "all seeds together: 0.625 [0.458, 0.773]" in results.summary()  # 25 of 40, exact


def test_an_attacker_that_calls_everything_by_one_name_is_corrected() -> None:
    examples = tuple(Example(Path("x"), number % 2, str(number), 0, str(number)) for number in range(10))
    logits = np.array([[5.0, 0.0] if example.label == 0 else [3.0, 0.0] for example in examples], np.float32)
    biased = Predictions(examples, ("dunk", "shoot"), logits)
    results = SeedResults((0,), (biased,), (np.array([-4.0, 0.0]),))
    assert results.accuracy == 0.5
    assert results.corrected_accuracy == 1
    assert results.spread is None
    assert "one seed; more would show how much results vary between seeds" in results.summary()


@pytest.mark.thorough
def test_no_photo_that_a_seed_learned_from_is_put_to_any(
    root: Path, training: list[Example], validation: list[Example]
) -> None:
    with pytest.raises(LeakError):
        evaluate_seeds(load_seeds(root), training, validation)


@pytest.mark.thorough
def test_no_offset_is_refitted_on_photos_that_a_seed_learned_from(
    root: Path, training: list[Example], held_out: list[Example]
) -> None:
    with pytest.raises(LeakError):
        evaluate_seeds(load_seeds(root), held_out, training)


@pytest.mark.thorough
def test_each_seed_answers_as_it_does_alone(
    root: Path, held_out: list[Example], validation: list[Example]
) -> None:
    runs, news = load_seeds(root), []
    results = evaluate_seeds(runs, held_out, validation, on_progress=news.append)
    assert results.seeds == (4, 5, 6)
    for run, answers, shift in zip(runs, results.members, results.shifts, strict=True):
        np.testing.assert_array_equal(answers.logits, predict(run, held_out).logits)
        known = predict(run, validation)
        np.testing.assert_array_equal(shift, class_offsets(known.logits, known.labels))
    shares = [progress.fraction for progress in news]
    assert shares == sorted(shares)
    assert shares[-1] == 1
