"""Parts of the body: attention that was planted on a hand is found on the arms."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from attacker import Example
from attacker.attention.body_parts import by_part
from attacker.attention.body_segments import PARTS, body_map, parts_of
from attacker.errors import DataError
from attacker.photos.landmarks import Landmark

GRID = 28
SIZE = (200, 200)
STANDING = {  # a person from the front, half as tall as the photo
    "nose": (0.50, 0.28),
    "left_shoulder": (0.56, 0.35), "right_shoulder": (0.44, 0.35),
    "left_elbow": (0.64, 0.42), "right_elbow": (0.36, 0.42),
    "left_wrist": (0.71, 0.46), "right_wrist": (0.29, 0.46),
    "left_hip": (0.53, 0.50), "right_hip": (0.47, 0.50),
    "left_knee": (0.54, 0.62), "right_knee": (0.46, 0.62),
    "left_ankle": (0.54, 0.745), "right_ankle": (0.46, 0.745),
}  # fmt: skip
PLACES = {
    "head": (0.50, 0.27), "torso": (0.50, 0.43), "arms": (0.74, 0.48),
    "legs": (0.46, 0.68), "elsewhere": (0.1, 0.1),
}  # fmt: skip


def pose(**changes: Landmark) -> dict[str, Landmark]:
    return {name: Landmark(*place) for name, place in STANDING.items()} | changes


def spot(x: float, y: float) -> np.ndarray:
    """All attention in one cell."""
    planted = np.zeros((GRID, GRID))
    planted[int(y * GRID), int(x * GRID)] = 3.0
    return planted


def photos(count: int, label: int = 0, level: int = 0) -> list[Example]:
    return [Example(Path(f"{number}.png"), label, str(number), level, str(number)) for number in range(count)]


@pytest.mark.parametrize("part", PARTS)
def test_attention_planted_on_a_part_is_found_there(part: str) -> None:
    parts = by_part(photos(1), [spot(*PLACES[part])], [pose()], [SIZE])
    assert max(parts, key=lambda part_attention: part_attention.share or 0).part == part
    assert sum(part_attention.share for part_attention in parts) == pytest.approx(1.0)
    assert sum(part_attention.area for part_attention in parts) == pytest.approx(1.0)


def test_a_mirrored_person_has_mirrored_parts() -> None:
    mirrored = {name: Landmark(1 - mark.x, mark.y) for name, mark in pose().items()}
    np.testing.assert_allclose(parts_of(mirrored, SIZE, GRID), parts_of(pose(), SIZE, GRID)[:, :, ::-1])


def test_every_cell_belongs_to_the_parts_in_full() -> None:
    parts = parts_of(pose(), SIZE, GRID)
    np.testing.assert_allclose(parts.sum(0), 1.0)
    head, torso, arms, legs, elsewhere = parts.mean((1, 2))
    assert 0 < head < torso < legs < elsewhere
    assert 0 < arms < legs


def test_a_wide_photo_makes_no_one_wider() -> None:
    """The same person in a photo with as much again beside them covers half the share of it."""
    beside = {name: Landmark(mark.x / 2, mark.y) for name, mark in pose().items()}
    narrow, wide = parts_of(pose(), SIZE, 112), parts_of(beside, (400, 200), 112)
    np.testing.assert_allclose(wide.mean((1, 2))[:4], narrow.mean((1, 2))[:4] / 2, rtol=0.05)


def test_hidden_joints_leave_the_rest_of_the_person() -> None:
    hidden = {
        f"{side}_{joint}": Landmark(0.5, 0.9, visibility=0.1)
        for side in ("left", "right")
        for joint in ("knee", "ankle")
    }
    parts = parts_of(pose(**hidden), SIZE, GRID).mean((1, 2))
    assert parts[PARTS.index("legs")] == 0
    assert parts[PARTS.index("torso")] > 0


def test_joints_that_a_crop_cut_off_still_tell_how_large_the_person_is() -> None:
    """A crop of the lower half: what is left of the legs is what it was, in a photo half as high."""
    lower = {name: Landmark(mark.x, 2 * mark.y - 1) for name, mark in pose().items()}
    whole = parts_of(pose(), SIZE, 56)[PARTS.index("legs")]
    crop = parts_of(lower, (200, 100), 56)[PARTS.index("legs")]
    assert crop.mean() == pytest.approx(whole[28:].mean(), rel=0.05)


def test_shares_are_means_over_photos_with_their_interval() -> None:
    on, off = spot(*PLACES["arms"]), spot(*PLACES["elsewhere"])
    parts = by_part(photos(8), [on] * 6 + [off] * 2, [pose()] * 8, [SIZE] * 8)
    arms = next(part for part in parts if part.part == "arms")
    assert arms.share == pytest.approx(0.75)
    assert arms.low == pytest.approx(0.75 - 2.365 * 0.463 / 8**0.5, abs=1e-3)
    assert arms.high == 1.0
    assert arms.relative == pytest.approx(arms.share / arms.area)


def test_near_duplicates_count_as_one_in_the_interval() -> None:
    """Each of eight photos taken twice knows no more than once, and the interval says so."""
    maps = [spot(*PLACES["arms"])] * 6 + [spot(*PLACES["elsewhere"])] * 2
    once = by_part(photos(8), maps, [pose()] * 8, [SIZE] * 8)[2]
    twice = by_part(photos(8) * 2, maps * 2, [pose()] * 16, [SIZE] * 16)[2]
    assert (twice.share, twice.low) == pytest.approx((once.share, once.low))


def test_photos_that_tell_nothing_are_counted_and_left_out() -> None:
    maps = [spot(*PLACES["arms"]), spot(*PLACES["arms"]), np.zeros((GRID, GRID))]
    alone = {"nose": Landmark(0.5, 0.5)}  # no segment of the body: nobody knows how tall
    arms = by_part(photos(3), maps, [pose(), alone, pose()], [SIZE] * 3)[2]
    assert (arms.photos, arms.without_person, arms.without_evidence) == (1, 1, 1)
    assert (arms.low, arms.high) == (None, None)
    nobody = by_part(photos(1), maps[:1], [None], [SIZE])[2]
    assert (nobody.share, nobody.area, nobody.relative) == (None, None, None)


def test_classes_and_levels_are_kept_apart() -> None:
    mixed = [*photos(1, label=1, level=2), *photos(1, label=0, level=2), *photos(1, label=0, level=1)]
    parts = by_part(mixed, [spot(0.5, 0.5)] * 3, [pose()] * 3, [SIZE] * 3)
    assert [(part.label, part.level) for part in parts[:: len(PARTS)]] == [(0, 1), (0, 2), (1, 2)]


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(DataError, match="2 poses and 1 sizes for 1 photos"):
        by_part(photos(1), [spot(0.5, 0.5)], [pose(), None], [SIZE])


def test_the_map_of_a_body_is_where_its_parts_are() -> None:
    body = body_map(pose(), SIZE, GRID)
    assert body is not None
    for part, (x, y) in PLACES.items():
        assert body[int(y * GRID), int(x * GRID)] == (0 if part == "elsewhere" else pytest.approx(1, abs=0.5))
    np.testing.assert_allclose(body, 1 - parts_of(pose(), SIZE, GRID)[-1])
    assert 0.05 < body.mean() < 0.15, "half as tall as the photo"


def test_too_few_joints_or_a_body_outside_the_photo_give_no_map() -> None:
    assert body_map({"nose": Landmark(0.5, 0.5)}, SIZE, GRID) is None
    outside = {name: Landmark(mark.x + 3, mark.y) for name, mark in pose().items()}
    assert body_map(outside, SIZE, GRID) is None
