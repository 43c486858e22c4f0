"""Photos whose class is the colour of a square in their middle, and networks that learn it in a second."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
import pytest
from django.core.files.base import ContentFile
from PIL import Image

from attacker.config import RECIPES
from pipeline.crops.stimuli import render
from pipeline.crops.windows import Choice, Window
from study.models import Category, Item, Study
from tests.attacker import planted
from tests.pipeline.studies import make_study
from tests.remembered import remembered

SIDE = 48
SQUARE = slice(14, 34)  # rows and columns
FIRST, LAST = SQUARE.start / SIDE, SQUARE.stop / SIDE  # its sides, in shares of the photo
TORSO = {
    "left_shoulder": [FIRST, FIRST, 1.0],
    "right_shoulder": [LAST, FIRST, 1.0],
    "left_hip": [FIRST, LAST, 1.0],
    "right_hip": [LAST, LAST, 1.0],
}  # somebody whose body is the square
WHOLE, HEAVY = 0, 1
QUARTER = 0.25  # side of the heavy crops
CORNER, MIDDLE = (0.0, 0.0), (0.375, 0.375)  # left and top of crops that show no colour, and nothing else
PHOTOS = {Item.Split.TRAIN: 8, Item.Split.VALIDATION: 3, Item.Split.TEST: 8, Item.Split.DESIGN: 6}  # a class
NETWORK = "timm:test_resnet"
LARGE = 128  # pixels at which its maps have 4 x 4 cells; else they have one


class PatientClaim:
    """The claim of a job that nobody stops; it notes what its progress says."""

    def __init__(self) -> None:
        self.fractions: list[float] = []
        self.messages: list[str] = []

    def should_stop(self) -> bool:
        return False

    def checkpoint(self) -> None:
        """Go on."""

    def progress(self, fraction: float, message: str = "") -> None:
        self.fractions.append(fraction)
        self.messages.append(message)


def let_tiny_networks_train(monkeypatch: pytest.MonkeyPatch) -> None:
    """The recipe of studies is a head on the features of a tiny network with random weights."""
    head = {"head_epochs": 20, "head_lr": 0.2, "patience": 20, "batch_size": 32, "views": 1}
    monkeypatch.setitem(RECIPES, "quick", lambda **chosen: planted.tiny(finetune_epochs=0, **head, **chosen))


@remembered
def coloured_study(corner: Sequence[float] = CORNER) -> Study:
    """Whole photos, and crops of a quarter of their side: by default of a corner, where no colour is."""
    study = make_study(sides=(1.0, QUARTER), seeds=1, architectures=[NETWORK], image_size=SIDE)
    for position, name in enumerate(planted.CLASSES):
        category = study.categories.create(name=name, position=position)
        for split, photos in PHOTOS.items():
            for number in range(photos):
                _add(category, split, number, Window(*corner, QUARTER, QUARTER))
    return study


def _add(category: Category, split: str, number: int, window: Window) -> None:
    name = f"{category.name}-{split}-{number}.png"
    item = category.study.items.create(
        category=category,
        source_name=name,
        source_sha256=name,
        photo=ContentFile(_drawn(category.position, name), name=name),
        width=SIDE,
        height=SIDE,
        cluster=name,
        split=split,
        box=[FIRST, FIRST, LAST, LAST],
        landmarks=TORSO,
    )
    whole, heavy = category.study.levels.order_by("number")
    render(item, whole)
    render(item, heavy, Choice(window, subject_kept=0.0, attention_kept=0.0))


def _drawn(label: int, name: str) -> bytes:
    """Noise, and a square of the class's colour in the middle."""
    pixels = np.random.default_rng(list(name.encode())).integers(60, 110, (SIDE, SIDE, 3))
    pixels[SQUARE, SQUARE, label] = 240
    file = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(file, "PNG", compress_level=1)
    return file.getvalue()
