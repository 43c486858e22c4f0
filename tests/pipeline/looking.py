"""Networks that look where a test says, in place of trained ones."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from django.core.files.base import ContentFile

from pipeline.crops import cut_level, following
from pipeline.models import Job
from pipeline.models.crop_changes import CropState
from pipeline.models.job_params import CropParams
from pipeline.queue.job_requests import enqueue
from study.models import Item, Stimulus, Study
from tests.pipeline.studies import SHAPES, draw_photo, make_study, work_off
from tests.remembered import remembered

Attention = Callable[[Stimulus], np.ndarray]


def let_look(monkeypatch: pytest.MonkeyPatch, attention: Attention) -> None:
    """Let the networks that decide where to cut look like this, whenever a photo is cut."""

    def look(_: Study, lighter: Sequence[Stimulus], *__: object) -> tuple[list[object], np.ndarray]:
        return [], np.stack([attention(stimulus) for stimulus in lighter])

    monkeypatch.setattr(cut_level, "designers_attention", look)
    monkeypatch.setattr(following, "designers_attention", look)


def cut_levels(study: Study, through: int) -> None:
    """Cut the levels one after the other."""
    for level in range(through + 1):
        enqueue(study, Job.Kind.CROP, f"crop:l{level}", CropParams(level))
        work_off(study)


def upper_half(_: Stimulus) -> np.ndarray:
    return np.repeat([1.0, 1.0, 0.0, 0.0], 4).reshape(4, 4)


@remembered
def study_with_boxes(photos: int = 3, size: int = 160, **design: object) -> Study:
    """Two crop levels by subject; so many test photos a class, one to learn from, a box in each."""
    subject = {"level_family": "subject", "least_crop_pixels": 20, "one_sharpness": False}
    study = make_study(sides=(1.0, 0.8, 0.4), **(subject | design))
    rng = np.random.default_rng(0)
    for position, shape in enumerate(SHAPES):
        category = study.categories.create(name=shape, position=position)
        for number in range(photos + 1):
            name, data = f"{shape}-{number}.png", io.BytesIO()
            draw_photo(shape, size, rng).save(data, "PNG", compress_level=1)
            study.items.create(
                category=category,
                source_name=name,
                source_sha256=f"{shape}{number}",
                photo=ContentFile(data.getvalue(), name=name),
                width=size,
                height=size,
                cluster=name,
                split=Item.Split.TEST if number else Item.Split.TRAIN,
                box=[0.3, 0.2, 0.6, 0.8],
            )
    return study


LIGHT, HEAVY = 1, 2


def study_cut_by_looks(monkeypatch: pytest.MonkeyPatch) -> Study:
    """Two crop levels by subject, cut where networks would look at the upper half; every photo has a box."""
    study = _cut_in_halves()
    let_look(monkeypatch, upper_half)
    return study


@remembered
def _cut_in_halves() -> Study:
    study = study_with_boxes()
    with pytest.MonkeyPatch.context() as patch:
        let_look(patch, upper_half)
        cut_levels(study, through=HEAVY)
    return study


def crop_of(study: Study, level: int) -> Stimulus:
    test_photos = Stimulus.objects.filter(level__study=study, item__split=Item.Split.TEST)
    return test_photos.filter(level__number=level).first()


def states(item: Item) -> set[CropState]:
    return {CropState.of(crop) for crop in Stimulus.of_any_kind.filter(item=item)}
