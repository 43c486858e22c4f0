"""A set of photos is complete, the same again from the same seed, and gives away no more than it says."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Never

import numpy as np
import pytest
from PIL import Image

from attacker.photos.landmarks import JOINTS, read_landmarks
from synthetic import draw_set
from synthetic.contact_sheet import contact_sheet
from synthetic.figure.poses import ACTIONS, Action
from synthetic.photo_sets import SetSettings, code_digest, draw_photo, is_complete
from synthetic.scene.cues import CHANCES, draw_cues
from synthetic.scene.props import RIM
from synthetic.scene.scene import draw_scene
from synthetic.scene.staging import in_frame

PER_CLASS = 5  # more than is drawn without other processes
SIZE = 64


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_set(tmp_path_factory.mktemp("photos"), PER_CLASS, seed=3, size=SIZE)


def test_every_action_has_its_folder_with_the_photos_asked_for(photos: Path) -> None:
    names = sorted(p.relative_to(photos).as_posix() for p in photos.rglob("*.jpg"))
    assert names == [f"{a}/{a}_{k:04d}.jpg" for a in ACTIONS for k in range(1, PER_CLASS + 1)]


@pytest.mark.thorough
def test_photos_are_colour_jpegs_whose_longer_side_is_the_size(photos: Path) -> None:
    for file in photos.rglob("*.jpg"):
        with Image.open(file) as photo:
            assert (photo.format, photo.mode, max(photo.size)) == ("JPEG", "RGB", SIZE)
            assert min(photo.size) >= 0.8 * SIZE


def test_the_manifest_lists_every_photo_with_its_cues(photos: Path) -> None:
    manifest = json.loads((photos / "manifest.json").read_text())
    assert len(manifest["photos"]) == PER_CLASS * len(ACTIONS)
    assert set(manifest["photos"][0]["cues"]) == {"hoop", "ball", "lights"}


def test_the_manifest_says_where_the_player_is(photos: Path) -> None:
    for entry in json.loads((photos / "manifest.json").read_text())["photos"]:
        left, top, right, bottom = entry["box"]
        with Image.open(photos / entry["path"]) as photo:
            assert 0 <= left < right <= photo.width
            assert 0 <= top < bottom <= photo.height
            assert max(right - left, bottom - top) > 0.4 * SIZE


def test_a_complete_set_is_left_as_it_is(photos: Path) -> None:
    before = {p: p.stat().st_mtime_ns for p in photos.rglob("*.*")}
    reports = []
    draw_set(
        photos, PER_CLASS, seed=3, size=SIZE, on_progress=lambda done, total: reports.append((done, total))
    )
    assert {p: p.stat().st_mtime_ns for p in photos.rglob("*.*")} == before
    assert reports == [(15, 15)]


@pytest.mark.thorough
def test_a_damaged_set_is_drawn_again_and_a_smaller_one_leaves_no_leftovers(
    photos: Path, tmp_path: Path
) -> None:
    copy, reports = tmp_path / "copy", []
    shutil.copytree(photos, copy)
    (copy / "dunk/dunk_0001.jpg").write_bytes(b"damaged")
    draw_set(copy, 1, seed=3, size=SIZE, on_progress=lambda done, total: reports.append((done, total)))
    assert (copy / "dunk/dunk_0001.jpg").read_bytes() == (photos / "dunk/dunk_0001.jpg").read_bytes()
    assert len(list(copy.rglob("*.jpg"))) == 3
    assert reports == [(1, 3), (2, 3), (3, 3)]


def test_a_damaged_file_makes_a_set_incomplete(photos: Path, tmp_path: Path) -> None:
    settings = SetSettings(PER_CLASS, 3, SIZE, code_digest())
    copy = tmp_path / "copy"
    shutil.copytree(photos, copy)
    assert is_complete(copy, settings)
    (copy / "shoot/shoot_0002.jpg").write_bytes(b"damaged")
    assert not is_complete(copy, settings)


def test_an_interrupted_set_is_not_taken_for_complete(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> Never:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        draw_set(tmp_path, 1, seed=3, size=48, on_progress=stop)
    assert not is_complete(tmp_path, SetSettings(1, 3, 48, code_digest()))


def test_the_same_seed_draws_the_same_pixels_and_another_seed_others() -> None:
    first, again, other = (
        np.asarray(draw_photo("dunk", 5, seed, 64)[0].resize((64, 64))) for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert np.abs(first.astype(int) - other).mean() > 5


def test_photos_are_properly_exposed_and_full_of_detail() -> None:
    for action in ACTIONS:
        pixels = np.asarray(draw_photo(action, 1, 1, 96)[0], dtype=float)
        assert 40 < pixels.mean() < 200
        assert pixels.std() > 20


@pytest.mark.parametrize("action", ACTIONS)
def test_cues_come_as_often_as_stated(action: Action) -> None:
    rng = np.random.default_rng(11)
    drawn = [draw_cues(rng, action) for _ in range(2000)]
    for cue in ("hoop", "ball", "lights"):
        share = np.mean([getattr(c, cue) for c in drawn])
        assert share == pytest.approx(getattr(CHANCES[action], cue), abs=0.045)  # four standard errors


@pytest.mark.thorough
@pytest.mark.parametrize("action", ACTIONS)
def test_a_hoop_that_should_show_is_in_the_frame(action: Action) -> None:
    rng = np.random.default_rng(5)
    scenes = [s for s in (draw_scene(rng, action, 320) for _ in range(40)) if s.cues.hoop]
    assert scenes
    assert all(in_frame(s.camera, RIM, s.canvas) for s in scenes)


def test_no_cue_alone_decides_the_action() -> None:
    assert all(0 < chance < 1 for c in CHANCES.values() for chance in (c.hoop, c.ball, c.lights))


@pytest.mark.parametrize("wrong", [{"per_class": 0}, {"size": 8}, {"seed": -1}])
def test_impossible_settings_are_refused_before_anything_is_written(
    tmp_path: Path, wrong: dict[str, int]
) -> None:
    with pytest.raises(ValueError, match="cannot draw"):
        draw_set(tmp_path / "new", **({"per_class": 1, "seed": 1, "size": 64} | wrong))
    assert not (tmp_path / "new").exists()


def test_a_contact_sheet_shows_every_action(photos: Path) -> None:
    sheet = contact_sheet(photos, columns=2, rows_per_action=1, tile=40)
    assert sheet.size == (2 * 44 + 4, 3 * 44 + 4)
    blocks = [np.asarray(sheet)[4 + 44 * k : 44 * (k + 1), 4:44] for k in range(3)]
    assert all(b.std() > 10 for b in blocks)


def test_the_joints_lie_in_the_players_box(photos: Path) -> None:
    manifest = json.loads((photos / "manifest.json").read_text())["photos"]
    poses = read_landmarks(photos / "landmarks.csv", [entry["path"] for entry in manifest])
    for entry in manifest:
        with Image.open(photos / entry["path"]) as photo:
            width, height = photo.size
        left, top, right, bottom = entry["box"]
        seen = [(mark.x * width, mark.y * height) for mark in poses[entry["path"]].values()]
        inside = [(x, y) for x, y in seen if 0 <= x <= width and 0 <= y <= height]
        assert len(seen) == len(JOINTS)
        assert len(inside) > len(seen) / 2
        reach = 0.06 * (bottom - top)
        assert all(left - reach <= x <= right + reach for x, _ in inside)
        assert all(top - reach <= y <= bottom + reach for _, y in inside)
