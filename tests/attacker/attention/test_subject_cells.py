"""Cells of planted subjects, recovered from guesses that are often wrong."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from attacker.attention import subject_cells
from attacker.attention.cell_features import Compression, cells_over_photo, compressed, readable_stages
from attacker.attention.subject_cells import learn_again, shared_among_alike
from attacker.errors import StoppedError
from attacker.networks.staged import staged
from attacker.progress import Monitor


def _planted(photos: int = 40, cells: int = 100) -> tuple[Tensor, Tensor, Tensor]:
    """Cells, wrong guesses and the truth: a tenth is subject, a fourth of the guesses lie."""
    generator = torch.Generator().manual_seed(5)
    truth = torch.rand(photos, cells, generator=generator) < 0.1
    features = torch.randn(photos, cells, 12, generator=generator)
    features[..., 3] += 3.0 * truth
    lies = torch.rand(photos, cells, generator=generator) < 0.25
    guesses = (truth ^ lies).float() + 0.1 * torch.rand(photos, cells, generator=generator)
    return features.half(), guesses, truth


def _precision(values: Tensor, truth: Tensor) -> float:
    """Share of subject among as many cells of highest value as there are of subject."""
    return truth.flatten()[values.flatten().argsort()[-int(truth.sum()) :]].float().mean().item()


@pytest.mark.thorough
def test_what_subjects_look_like_is_learned_from_wrong_guesses() -> None:
    cells, guesses, truth = _planted()
    assert _precision(guesses, truth) < 0.5
    learned = learn_again(cells, guesses, lambda: None)
    assert _precision(learned, truth) > 0.75
    assert 0 <= learned.min() <= learned.max() <= 1
    assert torch.equal(learned, learn_again(cells, guesses, lambda: None))


def test_no_photo_answers_by_its_own_guess(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject_cells, "ROUNDS", 1)
    cells, guesses, _ = _planted()
    contradicted = guesses.clone()
    contradicted[1::2] = 1 - guesses[1::2]
    answers, others = (learn_again(cells, each, lambda: None) for each in (guesses, contradicted))
    assert torch.equal(answers[1::2], others[1::2])
    assert not torch.equal(answers[::2], others[::2])


@pytest.mark.thorough
def test_learning_stops_before_any_fit() -> None:
    cells, guesses, _ = _planted()
    fits: list[None] = []
    learn_again(cells, guesses, lambda: fits.append(None))
    assert len(fits) == 2 * subject_cells.ROUNDS
    monitor = Monitor(should_stop=iter([False, True]).__next__)
    with pytest.raises(StoppedError):
        learn_again(cells, guesses, monitor.check)


def test_bars_around_a_wide_photo_are_not_read() -> None:
    square = torch.full((1, 2, 8, 8), -7.0)
    square[:, :, 2:6] = torch.arange(8.0)
    cells = cells_over_photo(square, [(200, 100)], 16)
    assert cells.shape == (1, 2, 16, 16)
    assert cells.min() == 0
    assert torch.allclose(cells[0, 0, 0], cells[0, 0, 15])
    assert cells[0, 0, 0, 15] == 7


def test_few_standardised_numbers_stand_for_many_channels() -> None:
    generator = torch.Generator().manual_seed(1)
    basis = torch.randn(3, 200, generator=generator)
    maps = [
        (torch.randn(4, 25, 3, generator=generator) @ basis + 50).transpose(1, 2).reshape(4, 200, 5, 5)
        for _ in range(2)
    ]
    cells = Compression.fit(maps[0])(maps[0]).float()
    assert cells.shape == (4, 25, 96)
    assert cells.std((0, 1)).sort().values[-3:].tolist() == pytest.approx([1.0] * 3, abs=0.02)
    (_, first), (_, second) = compressed(iter([[maps[0], maps[0][:, :5]], [maps[1], maps[1][:, :5]]]))
    assert first.shape == second.shape == (4, 25, 96 + 5)
    assert first[..., 96:].float().std((0, 1)).tolist() == pytest.approx([1.0] * 5, abs=0.02)
    assert torch.equal(second[..., :96], Compression.fit(maps[0])(maps[1]))


def test_cells_share_their_value_with_those_near_them_that_look_alike() -> None:
    cells = torch.zeros(1, 10, 10, 2)
    cells[..., 0] = 1.0
    cells[0, 2:5, 2:5] = torch.tensor([0.0, 1.0])
    values = torch.zeros(1, 10, 10)
    values[0, 3, 3] = 1.0
    shared = shared_among_alike(values.flatten(1), cells.flatten(1, 2).half(), lambda: None)
    subject = shared.reshape(10, 10)[2:5, 2:5]
    assert subject.min() > 0.1
    assert shared.sum() == pytest.approx(float(subject.sum()))
    nothing = shared_among_alike(values.flatten(1), torch.zeros(1, 100, 2).half(), lambda: None)
    assert nothing.max() == 0


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("architecture", "side", "stages"),
    [("timm:test_resnet", 160, (3, 4, 5)), ("timm:test_vit", 160, (1, 3, 5)), ("swin_t", 224, (3, 5, 8))],
)
def test_the_last_stage_of_each_of_the_coarsest_grids_is_read(
    architecture: str, side: int, stages: tuple[int, ...]
) -> None:
    assert readable_stages(staged(architecture, "random", side, "frozen", 2), side) == stages
