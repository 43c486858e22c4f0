"""Photos to train on, noise or those of a folder, and the time to read them from the cache."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from attacker import Example
from attacker.features.cache import DiskStore
from attacker.features.extraction import bank
from attacker.features.extractor import Frozen
from attacker.photos.decoding import hashes_of
from benchmarks._attacker import plain
from benchmarks._attacker.networks import our_network
from benchmarks._attacker.plain import CLASSES, SIZE
from benchmarks._attacker.rows import Comparison, Row


def loader_row(folder: Path, device: str, compared: Comparison) -> Row:
    """Photos of 1024 px to network input: decoded each epoch, or read back from the cache."""
    examples = noise_photos(folder, 32, 1024)
    _, frozen = our_network("fp32", device)
    pixels = Frozen(frozen.network, frozen.architecture, 0, SIZE, frozen.runtime)
    store, hashes, rows = DiskStore(folder / "cache"), hashes_of(examples), list(range(len(examples)))
    bank(pixels, examples, hashes, store)

    def from_disk() -> None:
        bank(pixels, examples, hashes, store).batch(rows, [0] * len(rows))

    by_pil = partial(plain.photos_to_tensors, [example.path for example in examples], device)
    return compared.compare("photos to tensors, 1024 px", by_pil, from_disk, 5.0)


def noise_photos(folder: Path, count: int, side: int) -> list[Example]:
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for number in range(count):
        coarse = np.random.default_rng(number).integers(0, 255, (side // 16, side // 16, 3), dtype=np.uint8)
        path = folder / f"{number}.jpg"
        Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC).save(path, quality=90)
        made.append(Example(path, number % CLASSES, str(path), 0, str(path)))
    return made


def chosen_photos(root: Path, count: int) -> list[Example]:
    """Photos of the first classes of a folder, the classes in turn."""
    folders = sorted(folder for folder in root.iterdir() if folder.is_dir())[:CLASSES]
    columns = [sorted(folder.iterdir())[: count // CLASSES] for folder in folders]
    return [
        Example(path, label, str(path), 0, str(path))
        for paths in zip(*columns, strict=True)
        for label, path in enumerate(paths)
    ]
