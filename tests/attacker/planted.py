"""Photos whose class is known by construction, and a network small enough to learn it in a second."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from attacker import AttackerConfig, Example, Progress, StoppedError, TrainedAttacker, train

CLASSES = ("red", "green", "blue")
SIDE = 48


def tiny(**changes: object) -> AttackerConfig:
    """A residual network of half a million random weights, its upper two stages trained."""
    settings = {
        "architecture": "timm:test_resnet",
        "weights": "random",
        "image_size": SIDE,
        "head_epochs": 4,
        "head_lr": 0.05,
        "finetune_lr": 3e-3,
        "finetune_epochs": 3,
        "finetune_depth": 2,
        "batch_size": 8,
        "views": 2,
        "device": "cpu",
        "precision": "fp32",
    }
    return AttackerConfig(**{**settings, **changes})


def fit(
    config: AttackerConfig, run_dir: Path, training: Sequence[Example], validation: Sequence[Example], **more
) -> TrainedAttacker:
    return train(config, CLASSES, training, validation, run_dir=run_dir, **more)


def stopped(
    config: AttackerConfig,
    run_dir: Path,
    training: Sequence[Example],
    validation: Sequence[Example],
    *,
    after: int,
) -> None:
    """A run that is stopped once so many epochs are done."""
    epochs: list[Progress] = []
    with pytest.raises(StoppedError):
        fit(
            config,
            run_dir,
            training,
            validation,
            on_progress=lambda news: epochs.extend([news] if news.loss is not None else []),
            should_stop=lambda: len(epochs) == after,
        )


def same_weights(a: TrainedAttacker, b: TrainedAttacker) -> bool:
    first, second = a.network.state_dict(), b.network.state_dict()
    return first.keys() == second.keys() and all(torch.equal(first[name], second[name]) for name in first)


def photo(label: int, seed: int, *, shape: tuple[int, int] = (SIDE, SIDE)) -> Image.Image:
    """Noise with one bright square of the class's colour somewhere."""
    random = np.random.default_rng([label, seed])
    pixels = random.integers(60, 110, (*shape, 3))
    top, left = (int(random.integers(0, length // 2)) for length in shape)
    pixels[top : top + shape[0] // 2, left : left + shape[1] // 2, label] = 240
    return Image.fromarray(pixels.astype(np.uint8))


def examples(folder: Path, per_class: int, *, first: int = 0, levels: int = 1) -> list[Example]:
    """Save photos of all classes and return them; a higher level is a central crop of the same photo."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for label, name in enumerate(CLASSES):
        for number in range(first, first + per_class):
            image = photo(label, number)
            for level in range(levels):
                path = folder / f"{name}-{number}-{level}.png"
                image.crop((level * 4, level * 4, SIDE - level * 4, SIDE - level * 4)).save(path)
                made.append(Example(path, label, f"{name}-{number}", level, f"{name}-{number}"))
    return made
