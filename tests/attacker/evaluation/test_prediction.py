from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from attacker import Example, LeakError, StoppedError, TrainedAttacker, predict
from attacker.errors import DataError
from attacker.evaluation.prediction import Predictions
from attacker.features.extractor import Frozen
from tests.attacker import planted


def test_predictions_keep_the_photos_order_and_levels(
    trained: TrainedAttacker, held_out: list[Example], training: list[Example]
) -> None:
    photos = [*reversed(held_out), training[1]]
    answers = predict(trained, photos)
    assert answers.items == tuple(example.item for example in photos)
    assert answers.levels[-1] == 1
    one_by_one = np.concatenate([predict(trained, [photo]).logits for photo in photos])
    np.testing.assert_allclose(answers.logits, one_by_one, atol=1e-4)


def test_logits_probabilities_and_classes_agree(trained: TrainedAttacker, held_out: list[Example]) -> None:
    answers = predict(trained, held_out)
    assert answers.logits.dtype == np.float32
    np.testing.assert_allclose(answers.probabilities.sum(1), 1, rtol=1e-5)
    np.testing.assert_array_equal(answers.predicted, answers.probabilities.argmax(1))
    assert answers.accuracy() == pytest.approx((answers.predicted == answers.labels).mean())


def test_balanced_accuracy_weighs_classes_not_photos() -> None:
    photos = tuple(Example(Path("x"), label, "x", 0, "x") for label in (0, 0, 0, 1))
    logits = np.array([[1, 0], [1, 0], [1, 0], [1, 0]], dtype=np.float32)
    answers = Predictions(photos, ("a", "b"), logits)
    assert (answers.accuracy(), answers.balanced_accuracy()) == (0.75, 0.5)
    assert answers.shifted(np.array([-2.0, 0.0])).predicted.tolist() == [1, 1, 1, 1]


@pytest.mark.thorough
def test_the_cache_changes_no_prediction(
    trained: TrainedAttacker, held_out: list[Example], tmp_path: Path
) -> None:
    plain = predict(trained, held_out).logits
    for _ in range(2):
        np.testing.assert_array_equal(predict(trained, held_out, cache_dir=tmp_path).logits, plain)


def test_further_views_are_averaged_in(trained: TrainedAttacker, held_out: list[Example]) -> None:
    without, two = (
        predict(replace(trained, config=replace(trained.config, test_views=views)), held_out).logits
        for views in (0, 2)
    )
    further = (4 * two - 2 * without) / 2  # the photo and its mirror image are two of the four
    assert not np.allclose(further, without, atol=1e-2)
    assert np.corrcoef(further.ravel(), without.ravel())[0, 1] > 0.5


@pytest.mark.thorough
def test_averaging_over_the_mirror_image_forgets_left_and_right(
    trained: TrainedAttacker, held_out: list[Example], tmp_path: Path
) -> None:
    path = tmp_path / "mirrored.png"
    Image.open(held_out[0].path).transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(path)
    mirrored = Example(path, 0, "mirrored", 0, "mirrored")
    pair = [held_out[0], mirrored]
    plain = predict(trained, pair, test_time_augmentation=False).logits
    averaged = predict(trained, pair, test_time_augmentation=True).logits
    assert np.abs(plain[0] - plain[1]).max() > 1e-3
    np.testing.assert_allclose(averaged[0], averaged[1], atol=2e-3)
    np.testing.assert_allclose(averaged[0], plain.mean(0), atol=2e-3)


@pytest.mark.thorough
def test_the_config_decides_whether_the_mirror_image_counts(
    trained: TrainedAttacker, held_out: list[Example]
) -> None:
    plainly = replace(trained, config=replace(trained.config, test_time_augmentation=False))
    with_mirror, without = (
        predict(trained, held_out, test_time_augmentation=choice).logits for choice in (True, False)
    )
    assert np.abs(with_mirror - without).max() > 1e-3
    np.testing.assert_array_equal(predict(trained, held_out).logits, with_mirror)
    np.testing.assert_array_equal(predict(plainly, held_out).logits, without)


def test_photos_that_were_learned_from_are_no_test(
    trained: TrainedAttacker, training: list[Example], held_out: list[Example]
) -> None:
    trained.require_unseen(held_out)
    with pytest.raises(LeakError, match="1 groups"):
        trained.require_unseen([*held_out, training[0]])


def test_prediction_stops_when_asked(trained: TrainedAttacker, held_out: list[Example]) -> None:
    with pytest.raises(StoppedError):
        predict(trained, held_out, should_stop=lambda: True)


def test_no_photos_to_predict_is_an_error(trained: TrainedAttacker) -> None:
    with pytest.raises(DataError, match="no photos"):
        predict(trained, [])


@pytest.mark.thorough
def test_a_frozen_probe_predicts_again_from_cached_features(
    held_out: list[Example],
    training: list[Example],
    validation: list[Example],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    probe = planted.tiny(head_epochs=1, finetune_epochs=0, finetune_depth=None)
    trained = planted.fit(probe, tmp_path / "run", training, validation)
    first = predict(trained, held_out, cache_dir=tmp_path)
    monkeypatch.setattr(Frozen, "__call__", lambda *_: pytest.fail("the lower layers ran again"))
    assert (predict(trained, held_out, cache_dir=tmp_path).logits == first.logits).all()
