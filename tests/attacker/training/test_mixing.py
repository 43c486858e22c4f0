"""Mixed photos: labels are mixed in the same shares, and a stopped run draws the same mixtures again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from attacker import AttackerConfig, Example
from attacker.errors import ArchitectureError, ConfigError
from attacker.training.mixing import Mixture, mixed_loss, mixture
from attacker.training.run_facts import run_identity
from tests.attacker import planted

SWAPPED = np.array([1, 0])
BEFORE_MIXING = {
    *("architecture", "weights", "image_size", "seed", "head_epochs", "head_lr", "finetune_epochs"),
    *("finetune_lr", "finetune_depth", "layer_decay", "weight_decay", "normalisation", "batch_size"),
    *("patience", "views", "label_smoothing", "class_balance", "test_time_augmentation", "shuffle_labels"),
    *("device", "precision", "compile"),
}


def test_mixup_blends_two_photos() -> None:
    x = torch.stack([torch.zeros(3, 4, 4), torch.ones(3, 4, 4)])
    mixed, share = Mixture(SWAPPED, 0.75, None)(x)
    assert share == 0.75
    torch.testing.assert_close(mixed[0], torch.full((3, 4, 4), 0.25))
    torch.testing.assert_close(mixed[1], torch.full((3, 4, 4), 0.75))


@pytest.mark.parametrize("centre", [(0.5, 0.5), (0.0, 1.0)])
def test_cutmix_puts_a_window_in_and_tells_what_is_left(centre: tuple[float, float]) -> None:
    x = torch.stack([torch.zeros(3, 8, 8), torch.ones(3, 8, 8)])
    mixed, share = Mixture(SWAPPED, 0.75, centre)(x)
    assert mixed[0].unique().tolist() == [0.0, 1.0]
    assert 1 - mixed[0].mean().item() == pytest.approx(share)
    assert share >= 0.75  # at a border, less of the window is in the photo


def test_a_window_in_tokens_is_refused() -> None:
    with pytest.raises(ArchitectureError, match="set mixing to 'mixup'"):
        Mixture(SWAPPED, 0.5, (0.5, 0.5))(torch.zeros(2, 5, 7))


def test_the_loss_of_a_mixed_photo_is_that_of_both_labels() -> None:
    logits, labels = torch.randn(2, 3, generator=torch.Generator().manual_seed(0)), torch.tensor([0, 2])
    weights = torch.tensor([1.0, 3.0])
    own = mixed_loss(logits, labels, weights, 0.0, None)
    theirs = mixed_loss(logits, labels.flip(0), weights.flip(0), 0.0, None)
    mixed = mixed_loss(logits, labels, weights, 0.0, (Mixture(SWAPPED, 0.3, None), 0.3))
    torch.testing.assert_close(mixed, 0.3 * own + 0.7 * theirs)


def test_the_head_learns_from_the_photos_themselves() -> None:
    config = AttackerConfig(mixing="cutmix")
    assert mixture(config, "head", 8, seed=0) is None
    assert mixture(config, "finetune", 8, seed=0) is not None
    assert mixture(replace(config, mixing="none"), "finetune", 8, seed=0) is None


def test_mixing_without_fine_tuning_is_refused() -> None:
    with pytest.raises(ConfigError, match="mixing must be 'none' without fine-tuning"):
        AttackerConfig.probe(mixing="mixup")


@pytest.mark.thorough
@pytest.mark.parametrize("recipe", [{"mixing": "mixup"}, {"mixing": "cutmix"}, {"distortion": "randaugment"}])
@pytest.mark.parametrize("depth", [2, None])
def test_a_stopped_run_of_a_stronger_recipe_ends_like_one_that_was_not(
    recipe: dict[str, str],
    depth: int | None,
    training: list[Example],
    validation: list[Example],
    tmp_path: Path,
) -> None:
    config = planted.tiny(finetune_depth=depth, patience=9, smallest_view=0.3, averaged=0.5, **recipe)
    whole = planted.fit(config, tmp_path / "whole", training, validation)
    planted.stopped(config, tmp_path / "cut", training, validation, after=5)
    resumed = planted.fit(config, tmp_path / "cut", training, validation)
    assert resumed.record.history == whole.record.history
    assert planted.same_weights(whole, resumed)
    plain = planted.fit(
        planted.tiny(finetune_depth=depth, patience=9), tmp_path / "plain", training, validation
    )
    assert not planted.same_weights(whole, plain)


def test_a_run_of_an_older_version_keeps_its_identity() -> None:
    config = planted.tiny()
    before = {name: value for name, value in asdict(config).items() if name in BEFORE_MIXING}
    text = json.dumps([before, ["dunk", "shoot"], "0f"])
    assert run_identity(config, ("dunk", "shoot"), "0f") == hashlib.sha256(text.encode()).hexdigest()
    mixes = replace(config, mixing="mixup")
    assert run_identity(mixes, ("dunk", "shoot"), "0f") != run_identity(config, ("dunk", "shoot"), "0f")
