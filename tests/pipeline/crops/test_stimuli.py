"""Stimuli: the photo's own pixels, once."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

import attacker
from attacker.attention import foreground
from pipeline.crops.cut_level import subject_maps_of
from pipeline.crops.stimuli import MAXIMUM_SIDE, recrop, render, shown
from pipeline.crops.windows import Choice, Window
from study.models import Item, Stimulus
from tests.pipeline.studies import draw_photos, import_folder, make_study


def noise(width: int, height: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8))


def window(left: float, top: float, side: float) -> Choice:
    return Choice(Window(left, top, side, side), subject_kept=1.0, attention_kept=1.0)


def test_a_crop_is_a_piece_of_the_original_pixel_for_pixel() -> None:
    photo = noise(400, 300)
    crop = shown(photo, window(0.25, 0.1, 0.5))
    assert crop.size == (200, 150)
    assert np.array_equal(np.asarray(crop), np.asarray(photo)[30:180, 100:300])


def test_a_small_crop_is_never_enlarged() -> None:
    assert shown(noise(200, 200), window(0.4, 0.4, 0.1)).size == (20, 20)


def test_a_large_crop_is_reduced_and_keeps_its_shape() -> None:
    assert shown(noise(3000, 2000), window(0, 0, 1)).size == (MAXIMUM_SIDE, 512)


@pytest.fixture
def item(tmp_path: Path, db: None) -> Item:
    study = make_study()
    import_folder(study, draw_photos(tmp_path / "photos"))
    return study.items.first()


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


def test_subject_maps_are_kept_until_their_recipe_changes(
    item: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = item.study
    for photo in study.items.all()[:3]:
        render(photo, study.levels.get(number=0), made_by="1000, " * 30)
    computed: list[object] = []

    def subject_maps(architecture: str, examples: list[object], *, device: str, **_: object) -> np.ndarray:
        computed.append(device)
        return np.zeros((len(examples), 2, 2), np.float32)

    monkeypatch.setattr(attacker, "subject_maps", subject_maps)
    for size in (320, 320, 384):
        monkeypatch.setattr(foreground, "IMAGE_SIZE", size)
        assert len(subject_maps_of(study, SimpleNamespace(should_stop=None))) == 3
    assert computed == [study.device] * 2


def test_where_a_box_came_with_the_photo_it_is_the_subject(
    item: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = item.study
    for photo in study.items.all()[:2]:
        render(photo, study.levels.get(number=0))
    Item.objects.filter(pk=item.pk).update(box=[0.25, 0.0, 1.0, 0.5])
    monkeypatch.setattr(
        attacker, "subject_maps", lambda _, photos, **__: np.full((len(photos), 2, 2), 0.3, np.float32)
    )
    maps = subject_maps_of(study, SimpleNamespace(should_stop=None))
    assert maps.pop(item.pk).tolist() == [[0.5, 1.0], [0.0, 0.0]]
    assert [other.tolist() for other in maps.values()] == [[[pytest.approx(0.3)] * 2] * 2]


def test_a_researcher_cuts_again_by_hand(item: Item) -> None:
    stimulus = render(item, item.study.levels.get(number=1), Choice(Window(0, 0, 0.6, 0.6), 0.8, 0.3))
    old_path, old_hash = Path(stimulus.image.path), stimulus.sha256
    recrop(stimulus, Window(0.3, 0.3, 0.6, 0.6))
    stimulus.refresh_from_db()
    assert stimulus.sha256 != old_hash
    assert (stimulus.by_hand, stimulus.review) == (True, Stimulus.Review.APPROVED)
    assert not old_path.exists()
