"""Packs of planted photos, each unlike every other."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image

from attacker.packs.manifest import Manifest, PackedExample, PackedStimulus
from attacker.packs.pack_archive import write_pack
from attacker.packs.pack_key import KeyedPhoto, PackKey
from attacker.photos.decoding import content_hash
from tests.attacker import planted


def pack_of(folder: Path, photos: int, *, may_leave: bool = False, shots: int = 0) -> tuple[Path, Path]:
    """Write a pack of so many photos and examples of each class, and its key; return where they lie."""
    contents = {f"{number:016x}": photo(number) for number in range(photos)}
    stimuli = tuple(PackedStimulus(name, content_hash(content)) for name, content in contents.items())
    shown = {f"{number:016x}": photo(number) for number in range(3000, 3000 + 3 * shots)}
    examples = tuple(
        PackedExample(name, content_hash(content), int(name, 16) % 3) for name, content in shown.items()
    )
    manifest = Manifest(
        "00000000000000aa", "Which colour?", planted.CLASSES, stimuli, may_leave=may_leave, examples=examples
    )
    write_pack(folder / "pack.zip", manifest, lambda packed: (contents | shown)[packed.name])
    labels = {name: KeyedPhoto(name, number % 3, name, "test") for number, name in enumerate(contents)}
    PackKey(manifest.pack, labels).write(folder / "key.json")
    return folder / "pack.zip", folder / "key.json"


def photo(number: int) -> bytes:
    pixels = np.random.default_rng(number).integers(0, 60, (24, 24, 3), dtype=np.uint8)
    pixels[..., number % 3] += 180
    stored = io.BytesIO()
    Image.fromarray(pixels).save(stored, "PNG")
    return stored.getvalue()
