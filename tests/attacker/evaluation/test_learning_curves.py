from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm

from attacker import Example, StoppedError, train
from attacker.errors import DataError
from attacker.evaluation.learning_curve_intervals import balanced_errors, improvement_for_photos
from attacker.evaluation.learning_curves import learning_curve, nested_part
from attacker.evaluation.power_law import PowerLaw, fit_power_law, improvement
from attacker.features.cache import MemoryStore
from attacker.photos.decoding import hashes_of
from tests.attacker import planted

SIZES = np.array([40, 80, 160, 320, 640, 1280])


@pytest.mark.parametrize("law", [PowerLaw(2.0, 0.6, 0.05), PowerLaw(1.0, 0.3, 0.0), PowerLaw(20.0, 1.2, 0.2)])
def test_a_planted_law_is_recovered_from_its_own_curve(law: PowerLaw) -> None:
    fitted = fit_power_law(SIZES, law.error(SIZES))
    assert fitted.b == pytest.approx(law.b, abs=0.03)
    assert fitted.c == pytest.approx(law.c, abs=0.01)
    assert fitted.gain(1280) == pytest.approx(law.gain(1280), rel=0.05)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("law", "noise"),
    [
        (PowerLaw(2.0, 0.5, 0.05), 0.02),
        (PowerLaw(1.0, 0.15, 0.0), 0.03),  # lies at the limits of slope and floor
        (PowerLaw(0.3, 0.3, 0.25), 0.03),  # nearly flat
    ],
)
def test_intervals_cover_a_planted_gain_and_asymptote_with_three_seeds(law: PowerLaw, noise: float) -> None:
    random, covered = np.random.default_rng(1), []
    for _ in range(200):
        errors = law.error(SIZES)[:, None] + random.normal(0, noise, (len(SIZES), 3))
        result = improvement(SIZES, np.clip(errors, 0, 1))
        gain = result.low <= law.gain(SIZES.max()) <= result.high
        covered.append([gain, result.floor_low <= law.c <= result.floor_high])
    assert np.all(np.mean(covered, axis=0) > 0.9)  # nominal .95; 200 curves have a standard error of .015


@pytest.mark.thorough
def test_intervals_cover_where_all_runs_are_judged_on_the_same_photos() -> None:
    """Each photo is recognised from some size on: a sample of photos makes all runs err together."""
    law, photos, random = PowerLaw(2.0, 0.5, 0.05), 135, np.random.default_rng(0)
    spread = np.exp(0.3 * norm.ppf((np.arange(999) + 0.5) / 999))
    errors = [np.minimum(1, law.error(size * spread)).mean() for size in (1280, 2560)]
    labels, groups = np.arange(photos) % 3, [str(n) for n in range(photos)]
    covered = []
    for _ in range(20):
        share = random.random(photos)
        sizes_needed = np.where(
            share > law.c, (np.maximum(share - law.c, 1e-9) / law.a) ** (-1 / law.b), np.inf
        )
        luck = np.exp(random.normal(0, 0.3, (len(SIZES), 3, photos)))
        right = SIZES[:, None, None] * luck > sizes_needed
        gain = errors[0] - errors[1]
        both = improvement_for_photos(SIZES, right, labels, groups, draws=100)
        runs = improvement(SIZES, balanced_errors(right, labels))
        covered.append([runs.low <= gain <= runs.high, both.low <= gain <= both.high])
    over_runs, over_both = np.mean(covered, axis=0)
    assert over_both > 0.85  # nominal .95; 20 curves have a standard error of .05
    assert over_runs < over_both - 0.1


@pytest.mark.thorough
def test_photos_of_one_group_are_drawn_together() -> None:
    sizes_needed = np.tile(np.geomspace(30, 4000, 8), 2).repeat(10)  # of eight shoots in each of two classes
    labels, groups = np.repeat([0, 1], 80), [str(n // 10) for n in range(160)]
    right = np.repeat((SIZES[:, None] > sizes_needed)[:, None], 3, axis=1)
    alone, together = (
        improvement_for_photos(SIZES, right, labels, named)
        for named in ([str(n) for n in range(160)], groups)
    )
    assert together.high - together.low > 1.5 * (alone.high - alone.low)


def test_answers_to_other_photos_are_refused() -> None:
    with pytest.raises(DataError, match=r"must be \[sizes, runs, photos\]"):
        improvement_for_photos(SIZES, np.ones((6, 3, 4)), [0, 1], ["a", "b"])


def test_more_confidence_is_a_wider_interval_around_the_same_estimate() -> None:
    errors = PowerLaw(2.0, 0.5, 0.05).error(SIZES)[:, None] + np.random.default_rng(2).normal(0, 0.02, (6, 3))
    narrow, wide = (improvement(SIZES, errors, confidence=level) for level in (0.8, 0.99))
    assert narrow.law == wide.law
    assert wide.low < narrow.low < narrow.gain < narrow.high < wide.high
    assert wide.floor_low <= narrow.floor_low <= narrow.law.c <= narrow.floor_high <= wide.floor_high


def test_a_flat_curve_is_exhausted() -> None:
    errors = 0.3 + np.random.default_rng(0).normal(0, 0.005, (6, 5))
    result = improvement(SIZES, errors)
    assert result.is_exhausted(0.02)
    assert result.gain == pytest.approx(0, abs=0.01)


def test_a_falling_curve_is_not_exhausted() -> None:
    errors = PowerLaw(3.0, 0.4, 0.0).error(SIZES)[:, None] + np.random.default_rng(0).normal(0, 0.005, (6, 5))
    result = improvement(SIZES, errors)
    assert not result.is_exhausted(0.02)
    assert result.low > 0.02


@pytest.mark.parametrize(
    ("sizes", "errors"),
    [
        ([1, 2, 3], [0.1] * 3),
        ([1, 2, 3, 4], [0.1, 0.2, 0.3, 1.4]),
        ([0, 2, 3, 4], [0.1] * 4),
        ([1, 2, 3, 4], [0.1]),
    ],
)
def test_points_that_make_no_curve_are_refused(sizes: list[float], errors: list[float]) -> None:
    with pytest.raises(DataError):
        fit_power_law(sizes, errors)


def test_one_repetition_gives_no_interval() -> None:
    with pytest.raises(DataError, match="two repetitions"):
        improvement(SIZES, np.full((6, 1), 0.2))


def test_smaller_parts_lie_inside_larger_ones_and_keep_groups_whole(training: list[Example]) -> None:
    parts = [set(nested_part(training, share, seed=3)) for share in (0.25, 0.5, 1.0)]
    assert parts[0] < parts[1] < parts[2] == set(training)
    for part in parts:
        groups = {example.group for example in part}
        assert part == {example for example in training if example.group in groups}
    assert parts[0] != set(nested_part(training, 0.25, seed=4))


@pytest.mark.thorough
def test_a_curve_is_measured_at_every_size_and_seed(
    training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    done: list[float] = []
    curve = learning_curve(
        planted.tiny(head_epochs=2, finetune_epochs=0),
        planted.CLASSES,
        training,
        validation,
        cache_dir=tmp_path,
        shares=(0.25, 0.5, 0.75, 1.0),
        seeds=(0, 1),
        on_progress=lambda progress: done.append(progress.fraction),
    )
    assert done == [number / 8 for number in range(9)]
    assert curve.sizes.tolist() == [6, 12, 18, 24]
    assert curve.errors.shape == (4, 2)
    assert curve.errors[-1].mean() < curve.errors[0].mean() + 0.05
    assert curve.improvement.size == 24


def test_the_sizes_of_a_curve_are_photos_not_their_crops(
    training: list[Example], validation: list[Example]
) -> None:
    """The planted photos come at two levels each; at a third they are no more photos."""
    crops = [replace(example, level=2) for example in training]
    shares = (0.25, 0.5, 0.75, 1.0)
    config = planted.tiny(head_epochs=1, finetune_epochs=0)
    curve = learning_curve(
        config, planted.CLASSES, [*training, *crops], validation, shares=shares, seeds=(0, 1)
    )
    assert curve.sizes.tolist() == [6, 12, 18, 24]


@pytest.mark.thorough
def test_the_last_point_of_a_curve_is_what_training_on_all_photos_gives(
    training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    config = planted.tiny(head_epochs=2, finetune_epochs=1, seed=5)
    curve = learning_curve(
        config, planted.CLASSES, training, validation, shares=(0.25, 0.5, 0.75, 1.0), seeds=(4, 5)
    )
    alone = train(config, planted.CLASSES, training, validation, run_dir=tmp_path)
    assert curve.errors[-1, 1] == pytest.approx(1 - alone.record.best.validation_accuracy)


@pytest.mark.thorough
def test_a_curve_passes_every_photo_through_the_frozen_layers_once(
    training: list[Example], validation: list[Example], monkeypatch: pytest.MonkeyPatch
) -> None:
    passed: list[str] = []
    put = MemoryStore.put
    monkeypatch.setattr(
        MemoryStore, "put", lambda store, key, array: passed.append(key) or put(store, key, array)
    )
    config = planted.tiny(head_epochs=1, finetune_epochs=1)
    learning_curve(config, planted.CLASSES, training, validation, shares=(0.25, 0.5, 0.75, 1.0), seeds=(0, 1))
    different = len({*hashes_of(training), *hashes_of(validation)})
    assert len(passed) == len(set(passed)) == 2 * different  # maps, and what is pooled of them


def test_parts_of_too_few_sizes_are_refused_before_anything_is_trained(
    validation: list[Example], tmp_path: Path
) -> None:
    few = planted.examples(tmp_path, 3)
    with pytest.raises(DataError, match=r"parts of \[6.0, 6.0, 6.0, 9.0\] photos; a curve needs four"):
        learning_curve(
            planted.tiny(), planted.CLASSES, few, validation, should_stop=lambda: pytest.fail("trained"),
            shares=(0.1, 0.2, 0.5, 1.0),
        )  # fmt: skip


def test_a_curve_stops_when_asked(training: list[Example], validation: list[Example]) -> None:
    with pytest.raises(StoppedError):
        learning_curve(planted.tiny(), planted.CLASSES, training, validation, should_stop=lambda: True)
