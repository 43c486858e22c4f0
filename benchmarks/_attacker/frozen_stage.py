"""A head on a frozen network for ten epochs: the backbone every epoch, or features once."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import torch
import torchvision
from torch import nn

from attacker import AttackerConfig, Example, train
from benchmarks._attacker.networks import plain_network
from benchmarks._attacker.photos import decoded, noise_photos
from benchmarks._attacker.rows import Row, show, timed

EPOCHS, BATCH, GOAL = 10, 8, 20.0
NOTE = "plain: one epoch timed, times ten; ours: everything, filling the empty cache and checkpoints included"
ONCE = (
    "; one repeat, as it takes minutes; ten epochs cost one pass, so 20 needs a pass twice as fast as the"
    " plain one: bf16 gives about that on a CPU"
)
SMALL = (
    "; what is left beside one pass over the photos is reading and scaling them, which this network's own "
    "pass hardly outweighs"
)


def frozen_stage_rows(folder: Path, device: str, repeats: int) -> list[Row]:
    """The original study's network at its size, and the offline one at its own."""
    return [
        frozen_stage_row("resnet152", "random", torchvision.models.resnet152(weights=None).eval().to(device),
                         noise_photos(folder / "large", 600, 480), 480, device, 1, NOTE + ONCE),
        frozen_stage_row("efficientnet_lite0", "pretrained", plain_network(device),
                         noise_photos(folder / "small", 600, 224), 224, device, repeats, NOTE + SMALL),
    ]  # fmt: skip


def frozen_stage_row(
    architecture: str,
    weights: str,
    plain: nn.Module,
    examples: list[Example],
    side: int,
    device: str,
    repeats: int,
    note: str,
) -> Row:
    config = AttackerConfig.probe(
        architecture=architecture,
        weights=weights,
        head_epochs=EPOCHS,
        patience=EPOCHS,
        views=1,
        image_size=side,
        device=device,
    )
    half = len(examples) // 2
    pairs = [
        (
            EPOCHS
            * timed(
                lambda: pixels_through(plain, examples, side, device)
            ),  # validation passes through it as well
            timed(lambda: head_from_cache(config, examples[:half], examples[half:])),
        )
        for _ in range(repeats)
    ]
    name = f"frozen stage, 10 epochs, {len(examples)} photos, {architecture} at {side}"
    row = Row(name, [a for a, _ in pairs], [b for _, b in pairs], GOAL, note)
    show(row)
    return row


def head_from_cache(config: AttackerConfig, training: list[Example], validation: list[Example]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        run_dir, cache = Path(scratch, "run"), Path(scratch, "cache")
        train(config, ("0", "1", "2"), training, validation, run_dir=run_dir, cache_dir=cache)


def pixels_through(network: nn.Module, examples: list[Example], side: int, device: str) -> None:
    for start in range(0, len(examples), BATCH):
        batch = np.stack([decoded(example.path, side) for example in examples[start : start + BATCH]])
        with torch.no_grad():
            network(torch.from_numpy(batch).to(device).float() / 127.5 - 1)
