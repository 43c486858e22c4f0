"""One trained attacker for all tests that only look at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from attacker import Example, TrainedAttacker, train
from attacker.training import checkpoints
from tests.attacker import planted


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Small networks run fastest, and the same everywhere, on one thread."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(autouse=True)
def _every_epoch_is_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Epochs of small networks are over before a state would be written."""
    monkeypatch.setattr(checkpoints, "SAVED_EVERY", 0.0)


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("photos")


@pytest.fixture(scope="session")
def training(photos: Path) -> list[Example]:
    return planted.examples(photos / "train", 8, levels=2)


@pytest.fixture(scope="session")
def validation(photos: Path) -> list[Example]:
    return planted.examples(photos / "validation", 4, first=100)


@pytest.fixture(scope="session")
def held_out(photos: Path) -> list[Example]:
    return planted.examples(photos / "test", 6, first=200)


@pytest.fixture(scope="session")
def trained(
    training: list[Example], validation: list[Example], tmp_path_factory: pytest.TempPathFactory
) -> TrainedAttacker:
    run_dir = tmp_path_factory.mktemp("trained")
    return train(planted.tiny(), planted.CLASSES, training, validation, run_dir=run_dir)
