"""Stimuli: the photo's own pixels, once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks

from pipeline.crops.changed_crops import recrop
from pipeline.crops.stimuli import MAXIMUM_SIDE, render, shown, take_candidate
from pipeline.crops.windows import Choice, Window
from study.models import Item, Level, Stimulus
from tests.pipeline.studies import imported_study


def noise(width: int, height: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8))


def window(left: float, top: float, side: float) -> Choice:
    return Choice(Window(left, top, side, side), subject_kept=1.0, attention_kept=1.0)


OWN_SIZE, SETTLED = Level(number=1), Level(number=1, crop_pixels=20)


def test_a_crop_is_a_piece_of_the_original_pixel_for_pixel() -> None:
    photo = noise(400, 300)
    crop = shown(photo, window(0.25, 0.1, 0.5), OWN_SIZE)
    assert crop.size == (200, 150)
    assert np.array_equal(np.asarray(crop), np.asarray(photo)[30:180, 100:300])


def test_a_small_crop_is_never_enlarged() -> None:
    assert shown(noise(200, 200), window(0.4, 0.4, 0.1), OWN_SIZE).size == (20, 20)


def test_a_large_crop_is_reduced_and_keeps_its_shape() -> None:
    assert shown(noise(3000, 2000), window(0, 0, 1), OWN_SIZE).size == (MAXIMUM_SIDE, 512)


@pytest.mark.parametrize("side", [0.101, 0.25, 1.0])
def test_where_a_level_is_equally_sharp_every_crop_has_as_many_pixels(side: float) -> None:
    assert shown(noise(200, 200), window(0, 0, side), SETTLED).size == (20, 20)


@pytest.fixture
def item(db: None) -> Item:
    return imported_study().items.first()


def test_a_stimulus_is_rendered_once(item: Item) -> None:
    level = item.study.levels.get(number=0)
    first = render(item, level)
    assert render(item, level).pk == first.pk
    assert (first.width, first.height) == (160, 160)
    with Image.open(first.image.path) as picture:
        assert picture.size == (160, 160)


def test_the_stored_file_carries_nothing_but_pixels(item: Item) -> None:
    level = item.study.levels.get(number=1)
    stimulus = render(item, level, Choice(Window(0.2, 0.2, 0.6, 0.6), 0.8, 0.3))
    with Image.open(stimulus.image.path) as picture:
        assert picture.info == {}
    assert item.category.name not in stimulus.image.name
    assert "level" not in stimulus.image.name


def test_a_researcher_cuts_again_by_hand(
    item: Item, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    stimulus = render(item, item.study.levels.get(number=1), Choice(Window(0, 0, 0.6, 0.6), 0.8, 0.3))
    old_path, old_hash = Path(stimulus.image.path), stimulus.sha256
    with django_capture_on_commit_callbacks(execute=True):
        recrop(stimulus, Window(0.3, 0.3, 0.6, 0.6))
    stimulus.refresh_from_db()
    assert stimulus.sha256 != old_hash
    assert (stimulus.by_hand, stimulus.review) == (True, Stimulus.Review.APPROVED)
    assert not old_path.exists()


def test_a_crop_that_takes_another_window_keeps_its_file_until_that_is_stored(
    item: Item, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    """The pilot stores its choice as a whole: where that fails, the crop still needs its file."""
    level = item.study.levels.get(number=1)
    Item.objects.filter(pk=item.pk).update(split=Item.Split.TEST)
    crop = render(item, level, Choice(Window(0, 0, 0.6, 0.6), 0.8, 0.3))
    other = render(item, level, Choice(Window(0.3, 0.3, 0.6, 0.6), 0.9, 0.4), candidate=1)
    path = Path(crop.image.path)
    with django_capture_on_commit_callbacks(execute=True):
        assert take_candidate(crop, other)
        assert path.exists()
    assert not path.exists()
