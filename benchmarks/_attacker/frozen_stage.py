"""A head on a frozen network for ten epochs: the backbone every epoch, or features once."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

import torch
from torch import nn
from torchvision.models import get_model

from attacker import AttackerConfig, Example, train
from attacker.networks.packaged_weights import PACKAGED
from benchmarks._attacker import plain
from benchmarks._attacker.photos import noise_photos
from benchmarks._attacker.rows import Comparison, Row, shown, timed

EPOCHS, BATCH, GOAL, PHOTOS = 10, 8, 20.0, 600
MOST_REPEATS = 2  # of minutes each, for the study's own network
SIDES = {"resnet152": 480, "efficientnet_lite0": 224}
NOTE = (
    "plain: one epoch timed, times ten; ours: everything, filling the empty cache and checkpoints included; "
    "ten epochs cost one pass, so 20 needs a pass twice as fast as the plain one"
)


def frozen_stage_rows(folder: Path, device: str, compared: Comparison) -> list[Row]:
    """Return the original study's network at its size, and the offline one at its own."""
    return [frozen_stage_row(architecture, folder, device, compared) for architecture in SIDES]


def frozen_stage_row(architecture: str, folder: Path, device: str, compared: Comparison) -> Row:
    side = SIDES[architecture]
    examples = noise_photos(folder / str(side), PHOTOS, side)
    paths = [example.path for example in examples]  # validation passes through the backbone as well
    weights = weights_of(architecture, folder)
    epoch = partial(plain.photos_through, architecture, paths, side, BATCH, device)
    compared.time_plain(partial(plain.photos_through, architecture, paths[:BATCH], side, BATCH, device))
    ours = partial(head_from_cache, architecture, weights, examples, device)
    repeats = range(min(compared.repeats, MOST_REPEATS))
    pairs = [(EPOCHS * compared.time_plain(epoch), timed(ours)) for _ in repeats]
    name = f"frozen stage, {EPOCHS} epochs, {PHOTOS} photos, {architecture} at {side}"
    return shown(Row(name, [a for a, _ in pairs], [b for _, b in pairs], GOAL, NOTE))


def weights_of(architecture: str, folder: Path) -> str:
    """Return what is at hand offline: a package, or drawn weights with statistics of photos.

    Without those a deep network's maps grow from stage to stage, beyond what any cache in float16 holds.
    """
    if architecture in PACKAGED:
        return "pretrained"
    network = get_model(architecture, weights=None).train()
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.momentum = 1.0
    with torch.no_grad():
        network(plain.noise(8, "cpu"))
    path = folder / f"{architecture}.pth"
    torch.save(network.state_dict(), path)
    return str(path)


def head_from_cache(architecture: str, weights: str, examples: list[Example], device: str) -> None:
    half = len(examples) // 2
    config = AttackerConfig.probe(
        architecture=architecture,
        weights=weights,
        head_epochs=EPOCHS,
        patience=EPOCHS,
        views=1,
        image_size=SIDES[architecture],
        device=device,
    )
    with tempfile.TemporaryDirectory() as scratch:
        run_dir, cache = Path(scratch, "run"), Path(scratch, "cache")
        train(config, ("0", "1", "2"), examples[:half], examples[half:], run_dir=run_dir, cache_dir=cache)
