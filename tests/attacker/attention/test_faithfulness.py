"""Is attention faithful? Planted squares say what the maps ought to be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from attacker import (
    Example,
    StoppedError,
    TrainedAttacker,
    attention_maps,
    deletion,
    insertion,
    measure_faithfulness,
    predict,
    stability,
)
from attacker.attention.faithfulness_results import Contrast, Faithfulness, Margin
from attacker.attention.imputation import impute
from attacker.attention.pixel_order import pixel_order
from attacker.errors import DataError

GRID = 12
SHARES = (0.0, 0.15, 0.3)


def _true_maps(examples: list[Example]) -> np.ndarray:
    """Attention as it ought to be: on the planted square."""
    squares = [np.asarray(Image.open(e.path))[..., e.label] == 240 for e in examples]
    return np.stack([s.reshape(GRID, 4, GRID, 4).mean((1, 3)) for s in squares])


@pytest.mark.thorough
def test_attention_on_the_planted_square_is_faithful(
    trained: TrainedAttacker, held_out: list[Example]
) -> None:
    faithfulness = measure_faithfulness(trained, held_out, _true_maps(held_out), shares=SHARES)
    assert faithfulness.is_faithful()
    assert faithfulness.summary().startswith("Attention is faithful on 18 photos.")
    assert faithfulness.deletion.with_interval() in faithfulness.summary()
    assert faithfulness.insertion.with_interval() in faithfulness.summary()
    assert faithfulness.own.low > 0
    assert faithfulness.own.with_interval() in faithfulness.summary()


@pytest.mark.thorough
def test_one_map_for_all_photos_is_not_faithful_though_it_beats_random_regions(
    trained: TrainedAttacker, held_out: list[Example]
) -> None:
    """Subjects are often in the middle: a map of the middle finds them, and has looked at no photo."""
    usual = np.repeat(_true_maps(held_out).mean(0, keepdims=True), len(held_out), axis=0)
    faithfulness = measure_faithfulness(trained, held_out, usual, shares=SHARES)
    assert not faithfulness.is_faithful()
    assert (faithfulness.own.advantage, faithfulness.own.low) == (0.0, 0.0)


def test_maps_of_other_photos_on_the_right_place_are_not_faithful() -> None:
    sure = Contrast((0.1,), np.ones(1), np.zeros(1), 0.2, 0.1, 0.3)
    faithfulness = Faithfulness(sure, sure, Margin(0.01, -0.02, 0.04), 30)
    assert not faithfulness.is_faithful()
    assert "on the right place, but not shown to be each photo's own" in faithfulness.summary()
    assert Faithfulness(sure, sure, Margin(0.05, 0.02, 0.08), 30).is_faithful()


@pytest.mark.thorough
def test_photos_of_one_burst_prove_nothing(trained: TrainedAttacker, held_out: list[Example]) -> None:
    burst = [replace(example, group="burst") for example in held_out]
    with pytest.raises(DataError, match="of at least two groups"):
        measure_faithfulness(trained, burst, _true_maps(burst), shares=SHARES)
    halves = [replace(example, group=str(number % 2)) for number, example in enumerate(held_out)]
    apart = measure_faithfulness(trained, held_out, _true_maps(held_out), shares=SHARES).deletion
    faithfulness = measure_faithfulness(trained, halves, _true_maps(halves), shares=SHARES).deletion
    assert faithfulness.advantage == apart.advantage
    assert faithfulness.high - faithfulness.low != pytest.approx(apart.high - apart.low)


def test_attention_on_the_background_is_not_faithful(
    trained: TrainedAttacker, held_out: list[Example]
) -> None:
    faithfulness = measure_faithfulness(trained, held_out, 1 - _true_maps(held_out), shares=SHARES)
    assert not faithfulness.deletion.is_faithful()
    assert not faithfulness.insertion.is_faithful()
    assert "not shown to be faithful" in faithfulness.summary()


@pytest.mark.thorough
def test_random_attention_is_not_faithful(trained: TrainedAttacker, held_out: list[Example]) -> None:
    maps = np.random.default_rng(3).random((len(held_out), 4, 4))
    assert not measure_faithfulness(trained, held_out, maps, shares=SHARES).is_faithful()


def test_curves_begin_at_the_photo_and_at_nothing(trained: TrainedAttacker, held_out: list[Example]) -> None:
    maps, answers = _true_maps(held_out), predict(trained, held_out, test_time_augmentation=False)
    hidden = deletion(trained, held_out, maps, shares=(0.0, 0.5, 1.0))
    shown = insertion(trained, held_out, maps, shares=(0.0, 0.5, 1.0))
    whole = pytest.approx(answers.probabilities[range(18), answers.labels].mean(), abs=1e-3)
    assert hidden.attended_first[0] == hidden.random_first[0] == shown.attended_first[-1] == whole
    assert hidden.attended_first[-1] == hidden.random_first[-1] == pytest.approx(shown.attended_first[0])


@pytest.mark.thorough
def test_attention_of_an_attacker_can_be_checked_end_to_end(
    trained: TrainedAttacker, held_out: list[Example]
) -> None:
    reports: list[float] = []
    faithfulness = measure_faithfulness(
        trained,
        held_out,
        attention_maps(trained, held_out),
        on_progress=lambda progress: reports.append(progress.fraction),
    )
    assert faithfulness.deletion.shares == faithfulness.insertion.shares == (0.0, 0.1, 0.2, 0.3, 0.5, 0.7)
    assert reports == sorted(reports)
    assert reports[-1] == 1.0


def test_a_check_stops_when_asked(trained: TrainedAttacker, held_out: list[Example]) -> None:
    with pytest.raises(StoppedError):
        measure_faithfulness(trained, held_out, _true_maps(held_out), should_stop=lambda: True)


def test_maps_for_other_photos_are_refused(trained: TrainedAttacker, held_out: list[Example]) -> None:
    with pytest.raises(DataError, match="18 photos"):
        deletion(trained, held_out, np.ones((3, 4, 4)))


def test_what_is_hidden_leaves_no_trace_in_what_replaces_it() -> None:
    random = torch.Generator().manual_seed(0)
    photo, hidden = torch.rand(1, 3, 32, 32, generator=random), torch.zeros(1, 1, 32, 32)
    hidden[..., 8:20, 4:28] = 1
    other = torch.where(hidden.bool(), torch.rand(1, 3, 32, 32, generator=random) * 9, photo)
    torch.testing.assert_close(impute(photo, hidden), impute(other, hidden))
    torch.testing.assert_close(impute(photo, hidden)[..., :8, :], photo[..., :8, :])


def test_a_hole_in_an_even_photo_is_closed() -> None:
    photo = torch.full((1, 3, 40, 40), 0.7)
    hidden = torch.zeros(1, 1, 40, 40)
    hidden[..., 5:30, 5:30] = 1
    assert (impute(photo, hidden) - 0.7).abs().max() < 0.15
    assert (impute(photo, hidden) - 0.7).abs().mean() < 0.02


@pytest.mark.parametrize("shape", [(48, 24), (24, 48), (48, 48)])
def test_only_pixels_of_the_photo_are_ordered(shape: tuple[int, int]) -> None:
    maps = np.zeros((1, 4, 4), dtype=np.float32)
    maps[0, 0, 0] = 1.0
    width, height = shape
    order = pixel_order(maps, [shape], 48)
    whole, quarter = order.first(1.0)[0, 0], order.first(0.0625)[0, 0]
    left, top = (48 - width) // 2, (48 - height) // 2
    assert whole.sum() == width * height
    assert whole[top : top + height, left : left + width].all()
    assert quarter[top : top + height // 4, left : left + width // 4].mean() > 0.8


def test_maps_that_agree_are_stable_and_unrelated_ones_are_not() -> None:
    random = np.random.default_rng(0)
    maps = random.random((20, 8, 8))
    assert stability([maps, maps * 3, maps**2]) == pytest.approx(1.0)
    assert abs(stability([maps, random.random((20, 8, 8))])) < 0.1
    assert stability([maps, -maps]) == pytest.approx(-1.0)


def test_a_map_without_evidence_does_not_count_in_stability() -> None:
    maps = np.random.default_rng(0).random((3, 8, 8))
    silent = maps.copy()
    silent[0] = 0
    assert stability([maps, silent]) == pytest.approx(1.0)
    assert np.isnan(stability([maps[:1], silent[:1]]))
