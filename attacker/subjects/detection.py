"""The people in all photos of a study, by a detector, cached by the content of each photo."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from attacker.config import AttackerConfig, Device
from attacker.errors import DataError
from attacker.example import Example
from attacker.features.cache import Store, store
from attacker.networks.runtime import computing, runtime
from attacker.photos.decoding import decode, hashes_of, read_bytes
from attacker.photos.subject_boxes import Box
from attacker.progress import Monitor, Progress, ignore, never
from attacker.subjects.person_detectors import Detector, build_detector, detector_recipe, people_of
from attacker.subjects.persons import Person

GRID = 28  # rows and columns of a person's map
LONGEST_SIDE = 1000  # pixels: what a detector is given, so that the masks of a crowd fit into memory
_FIGURES = 6  # of a person beside the map: four sides of the box, score, area


def find_people(
    examples: Sequence[Example],
    name: str,
    *,
    weights: str = "pretrained",
    grid: int = GRID,
    cache_dir: Path | None = None,
    device: Device = "auto",
    on_progress: Callable[[Progress], None] = ignore,
    should_stop: Callable[[], bool] = never,
    build: Callable[[str, str], Detector] = build_detector,
) -> list[list[Person]]:
    """Return the people in each photo.

    Parameters
    ----------
    examples
        Photos, best uncropped.
    name, weights
        The detector; see `attacker.subjects.person_detectors.build_detector`.
    grid
        Rows and columns of each person's map.
    cache_dir
        Where the people of each photo are kept, by content and recipe; None: nowhere.
    device
        As in `attacker.config.AttackerConfig`.
    on_progress
        Called after each photo.
    should_stop
        Whether to stop; asked before each photo.
    build
        Returns the detector; only called where a photo is not in the cache.

    Returns
    -------
    People of each photo, the surest first; empty where the detector sees nobody.

    Raises
    ------
    DataError
        If there are no photos.
    WeightsError
        If the detector's weights cannot be fetched or loaded.
    StoppedError
        If `should_stop` returns True; the photos done so far are in the cache.

    Examples
    --------
    >>> find_people([], "maskrcnn_resnet50_fpn_v2")
    Traceback (most recent call last):
    attacker.errors.DataError: no photos to look for people in
    """
    if not examples:
        raise DataError("no photos to look for people in")
    monitor, known = Monitor(on_progress, should_stop), store(cache_dir)
    seen = _Seen(name, weights, grid, device, build)
    people = []
    with computing("the size of the photos"):
        for example, sha256 in zip(examples, hashes_of(examples, monitor.check), strict=True):
            people.append(_people_in(example, sha256, seen, known))
            monitor.photos(len(people), len(examples))
    return people


class _Seen:
    """What a detector sees in a photo; its network is built when the first photo asks for it."""

    def __init__(
        self, name: str, weights: str, grid: int, device: Device, build: Callable[[str, str], Detector]
    ) -> None:
        self.recipe = f"{detector_recipe(name, weights)} {grid}"
        self._device = runtime(AttackerConfig(device=device)).device
        self._grid = grid
        self._source = build, name, weights
        self._detector: Detector | None = None

    def __call__(self, path: Path) -> list[Person]:
        detector = self._detector = self._detector or self._built()
        photo = decode(read_bytes(path), path)
        photo.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.BICUBIC)
        pixels = torch.from_numpy(np.array(photo)).permute(2, 0, 1).to(self._device).float() / 255
        with torch.inference_mode():
            output = detector([pixels])[0]
        return people_of({key: value.cpu() for key, value in output.items()}, photo.size, self._grid)

    def _built(self) -> Detector:
        build, name, weights = self._source
        detector = build(name, weights)
        if isinstance(detector, torch.nn.Module):
            detector.to(self._device)
        return detector


def _people_in(example: Example, sha256: str, seen: _Seen, known: Store) -> list[Person]:
    key = f"people/{hashlib.sha256(f'{seen.recipe} {sha256}'.encode()).hexdigest()}"
    rows = known.get(key)
    if rows is None:
        rows = _rows(seen(example.path))
        known.put(key, rows)
    return [_person(row) for row in rows]


def _rows(people: Sequence[Person]) -> NDArray[np.float32]:
    """Return people as one array, [n, 6 + g * g]; without anybody [0, 0]."""
    if not people:
        return np.empty((0, 0), np.float32)
    return np.stack([_row(person) for person in people]).astype(np.float32)


def _row(person: Person) -> NDArray[np.float64]:
    box = person.box
    figures = [box.left, box.top, box.right, box.bottom, person.score, person.area]
    return np.concatenate([figures, person.map.ravel()])


def _person(row: NDArray[np.float32]) -> Person:
    *sides, score, area = (float(figure) for figure in row[:_FIGURES])
    grid = round(np.sqrt(len(row) - _FIGURES))
    return Person(Box(*sides), score, area, row[_FIGURES:].astype(np.float64).reshape(grid, grid))
