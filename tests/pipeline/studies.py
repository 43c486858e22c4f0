"""Small studies for tests: photos that a network can tell apart in a second."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from django.contrib.auth import get_user_model
from PIL import Image, ImageDraw

from pipeline.crops.levels import add_levels
from pipeline.intake.archive import open_source
from pipeline.intake.photo_import import ImportReport, import_photos
from pipeline.models import Job
from pipeline.worker.execute import perform
from study.models import Study
from tests.remembered import remembered

SHAPES = ("disc", "bar")


def make_study(name: str = "A study", sides: tuple[float, ...] = (1.0, 0.6, 0.4), **design: object) -> Study:
    """A study whose levels keep shares of the photo's side, unless `level_family` says otherwise."""
    owner, _ = get_user_model().objects.get_or_create(username="ada", defaults={"is_staff": True})
    laptop = {
        "seeds": 2,
        "attacker_preset": "quick",
        "device": "cpu",
        "test_time_augmentation": False,
        "level_family": "crop",
    }
    study = Study.objects.create(name=name, owner=owner, **(laptop | design))
    add_levels(study, sides)
    return study


def draw_photos(folder: Path, per_class: int = 24, size: int = 160, seed: int = 0) -> Path:
    """A disc or a bar at a random place, in random colours, on coarse noise."""
    for shape in SHAPES:
        (folder / shape).mkdir(parents=True)
    for name, content in _drawn(per_class, size, seed).items():
        (folder / name).write_bytes(content)
    return folder


@cache
def _drawn(per_class: int, size: int, seed: int) -> dict[str, bytes]:
    rng, files = np.random.default_rng(seed), {}
    for shape in SHAPES:
        for number in range(per_class):
            file = io.BytesIO()
            draw_photo(shape, size, rng).save(file, "PNG", compress_level=1)
            files[f"{shape}/{number}.png"] = file.getvalue()
    return files


def draw_photo(shape: str, size: int, rng: np.random.Generator) -> Image.Image:
    noise = rng.integers(0, 160, (6, 6, 3), dtype=np.uint8)
    photo = Image.fromarray(noise).resize((size, size), Image.Resampling.BILINEAR)
    x, y = rng.integers(size // 4, 3 * size // 4, 2).tolist()
    r = size // 6
    colour = tuple(int(value) for value in rng.integers(190, 256, 3))
    pen = ImageDraw.Draw(photo)
    if shape == "disc":
        pen.ellipse((x - r, y - r, x + r, y + r), fill=colour)
    else:
        pen.rectangle((x - r // 3, y - 2 * r, x + r // 3, y + 2 * r), fill=colour)
    return photo


def import_folder(study: Study, folder: Path) -> ImportReport:
    return import_photos(study, open_source(folder), lambda _: None)


@remembered
def imported_study(per_class: int = 24, **choices: object) -> Study:
    """A study with drawn photos, read and split as an import does it."""
    study = make_study(**choices)
    with TemporaryDirectory() as folder:
        import_folder(study, draw_photos(Path(folder, "photos"), per_class))
    return study


def work_off(study: Study, limit: int = 100) -> int:
    """Be the worker: do every queued job until none is left; returns how many were done."""
    for done in range(limit):
        job = study.jobs.filter(state=Job.State.QUEUED).first()
        if job is None:
            return done
        perform(job.pk)
    raise AssertionError(f"still jobs after {limit}")
