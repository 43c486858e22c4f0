"""Person detectors: shapes with random weights, geometry by a stub, weights as attackers load theirs.

No trained weights are at hand where these tests run: how well the detectors see people is torchvision's word.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from attacker.errors import ArchitectureError, StoppedError, WeightsError
from attacker.example import Example
from attacker.photos.subject_boxes import Box
from attacker.progress import Progress
from attacker.subjects.detection import GRID, find_people
from attacker.subjects.person_detectors import (
    DETECTORS,
    KEYPOINT_RCNN,
    LEAST_SCORE,
    MASK_RCNN,
    build_detector,
    detector_recipe,
    people_of,
)

SIZE = (160, 120)  # pixels across and down
STANDING = {  # COCO's joints of somebody in the left quarter of the photo, in pixels
    "nose": (30, 20), "left_shoulder": (38, 35), "right_shoulder": (22, 35), "left_hip": (36, 65),
    "right_hip": (24, 65), "left_knee": (36, 85), "right_knee": (24, 85), "left_ankle": (36, 105),
    "right_ankle": (24, 105),
}  # fmt: skip
NAMES = ["nose", *(f"{side}_{joint}" for joint in (
    "eye", "ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle"
) for side in ("left", "right"))]  # fmt: skip


class Stub:
    """A detector that sees the same in every photo, and counts how often it is asked."""

    def __init__(self, output: dict[str, Tensor]) -> None:
        self.output, self.asked = output, 0

    def __call__(self, photos: list[Tensor]) -> list[dict[str, Tensor]]:
        self.asked += len(photos)
        assert all(photo.dtype == torch.float32 and 0 <= photo.min() <= photo.max() <= 1 for photo in photos)
        return [self.output for _ in photos]


def two_masks() -> dict[str, Tensor]:
    """A person in the left quarter, one in the lower right, a bottle, and a person who is hardly seen."""
    masks = torch.zeros(4, 1, SIZE[1], SIZE[0])
    masks[0, 0, :, :40] = 0.9
    masks[1, 0, 60:, 120:] = 0.8
    masks[2:] = 1
    boxes = torch.tensor([[0.0, 0, 40, 120], [120, 60, 160, 120], [0, 0, 160, 120], [0, 0, 160, 120]])
    scores = torch.tensor([0.99, 0.9, 0.99, LEAST_SCORE - 0.01])
    return {"boxes": boxes, "labels": torch.tensor([1, 1, 44, 1]), "scores": scores, "masks": masks}


def joints() -> dict[str, Tensor]:
    places, logits = torch.zeros(1, 17, 3), torch.full((1, 17), -3.0)
    for name, (x, y) in STANDING.items():
        places[0, NAMES.index(name)] = torch.tensor([x, y, 1.0])
        logits[0, NAMES.index(name)] = 9.0
    return {
        "boxes": torch.tensor([[15.0, 10, 45, 115]]),
        "labels": torch.tensor([1]),
        "scores": torch.tensor([0.9]),
        "keypoints": places,
        "keypoints_scores": logits,
    }


@pytest.fixture
def photos(tmp_path: Path) -> list[Example]:
    examples = []
    for number, colour in enumerate(("white", "grey", "black")):
        Image.new("RGB", SIZE, colour).save(tmp_path / f"{number}.png")
        examples.append(Example(tmp_path / f"{number}.png", 0, str(number), 0, str(number)))
    return examples


def builder(stub: Stub) -> Callable[[str, str], Stub]:
    return lambda name, weights: stub


def test_people_are_kept_apart_and_lie_over_the_whole_photo() -> None:
    left, right = people_of(two_masks(), SIZE, GRID)
    assert (left.box, right.box) == (Box(0, 0, 0.25, 1), Box(0.75, 0.5, 1, 1))
    assert (left.area, right.area) == pytest.approx((0.25, 0.125))
    assert left.map[:, : GRID // 4].min() == 1
    assert left.map[:, GRID // 4 :].max() == 0
    assert right.map[GRID // 2 :, 3 * GRID // 4 :].min() == 1
    assert right.map.sum() == pytest.approx(GRID * GRID / 8)


def test_joints_become_the_body_around_them() -> None:
    (person,) = people_of(joints(), SIZE, GRID)
    assert person.map[int(50 / 120 * GRID), int(30 / 160 * GRID)] == 1, "the belly"
    assert person.map[:, GRID // 2 :].sum() == 0
    assert 0.02 < person.area < 0.15


def test_joints_that_are_guessed_give_way_to_the_box() -> None:
    guessed = {**joints(), "keypoints_scores": torch.full((1, 17), -3.0)}
    (person,) = people_of(guessed, SIZE, GRID)
    assert person.area == pytest.approx(30 * 105 / (160 * 120))


@pytest.mark.thorough
def test_a_large_photo_is_made_smaller_and_its_people_stay_where_they_are(tmp_path: Path) -> None:
    Image.new("RGB", (3000, 2250)).save(tmp_path / "large.png")
    sizes = []

    def detector(given: list[Tensor]) -> list[dict[str, Tensor]]:
        sizes.append(tuple(given[0].shape))
        box = torch.tensor([[500.0, 0, 1000, 750]])
        mask = torch.zeros(1, 1, 750, 1000)
        mask[..., 500:] = 1
        return [{"boxes": box, "labels": torch.tensor([1]), "scores": torch.tensor([0.9]), "masks": mask}]

    example = Example(tmp_path / "large.png", 0, "1", 0, "1")
    ((person,),) = find_people([example], MASK_RCNN, build=lambda name, weights: detector)
    assert sizes == [(3, 750, 1000)]
    assert (person.box, person.area) == (Box(0.5, 0, 1, 1), 0.5)


def test_photos_are_answered_from_the_cache_until_the_recipe_changes(
    photos: list[Example], tmp_path: Path
) -> None:
    stub, cache = Stub(two_masks()), tmp_path / "cache"
    first = find_people(photos, MASK_RCNN, cache_dir=cache, build=builder(stub))
    again = find_people(photos, MASK_RCNN, cache_dir=cache, build=builder(stub))
    assert stub.asked == 3
    assert [[person.area for person in people] for people in again] == [[0.25, 0.125]] * 3
    assert all(
        np.array_equal(a.map, b.map)
        for x, y in zip(first, again, strict=True)
        for a, b in zip(x, y, strict=True)
    )
    find_people(photos[:1], KEYPOINT_RCNN, cache_dir=cache, build=builder(Stub(joints())))
    find_people(photos[:1], MASK_RCNN, grid=14, cache_dir=cache, build=builder(stub))
    assert stub.asked == 4


def test_a_photo_without_anybody_is_remembered_as_such(photos: list[Example], tmp_path: Path) -> None:
    nobody = {key: value[:0] for key, value in two_masks().items()}
    stub = Stub(nobody)
    for _ in range(2):
        assert find_people(photos, MASK_RCNN, cache_dir=tmp_path / "cache", build=builder(stub)) == [
            [],
            [],
            [],
        ]
    assert stub.asked == 3


def test_progress_is_reported_by_the_photo_and_a_stop_is_obeyed(
    photos: list[Example], tmp_path: Path
) -> None:
    done: list[int] = []
    stub = Stub(two_masks())

    def note(progress: Progress) -> None:
        done.append(progress.epoch)

    with pytest.raises(StoppedError):
        find_people(
            photos, MASK_RCNN, cache_dir=tmp_path / "cache", build=builder(stub),
            on_progress=note, should_stop=lambda: stub.asked >= 2,
        )  # fmt: skip
    assert done == [1]
    find_people(photos, MASK_RCNN, cache_dir=tmp_path / "cache", build=builder(stub), on_progress=note)
    assert (done, stub.asked) == ([1, 1, 2, 3], 3), "what was done before the stop was kept"


@pytest.mark.thorough
@pytest.mark.parametrize("name", DETECTORS)
def test_torchvisions_own_detectors_speak_this_language(name: str) -> None:
    """Random weights, a small photo: what counts are names, shapes and types."""
    torch.manual_seed(0)
    detector = build_detector(name, "random", min_size=64, box_detections_per_img=5)
    with torch.inference_mode():
        output = detector([torch.rand(3, 48, 64)])[0]
    own = {"masks": (1, 48, 64)} if name == MASK_RCNN else {"keypoints": (17, 3), "keypoints_scores": (17,)}
    shapes = {key: tuple(value.shape[1:]) for key, value in output.items()}
    assert shapes == {"boxes": (4,), "labels": (), "scores": ()} | own
    certain = {
        **output,
        "labels": torch.ones_like(output["labels"]),
        "scores": torch.ones_like(output["scores"]),
    }
    for person in people_of(certain, (64, 48), GRID):
        assert (person.map.shape, person.map.dtype) == ((GRID, GRID), np.float64)
        assert 0 <= person.map.min() <= person.map.max() <= 1


def test_offline_the_error_names_the_file_and_torch_home(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, photos: list[Example]
) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise URLError("no route to host")

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(torch.hub, "download_url_to_file", unreachable)
    with pytest.raises(WeightsError, match=r"put maskrcnn_resnet50_fpn_v2_coco-\w+\.pth into .*TORCH_HOME"):
        find_people(photos, MASK_RCNN)


def test_weights_come_from_a_file_or_from_a_folder_that_holds_the_hubs_file(tmp_path: Path) -> None:
    hubs = tmp_path / "keypointrcnn_resnet50_fpn_coco-fc266e95.pth"
    torch.save({"bias": torch.zeros(2)}, hubs)
    for weights in (hubs, tmp_path):
        with pytest.raises(WeightsError, match=r"fc266e95\.pth: (weights of another network|checksum)"):
            build_detector(KEYPOINT_RCNN, str(weights))
    assert detector_recipe(KEYPOINT_RCNN, str(hubs)) == detector_recipe(KEYPOINT_RCNN, str(tmp_path))
    with pytest.raises(WeightsError, match="no such weights file; give the path"):
        detector_recipe(MASK_RCNN, str(tmp_path))


def test_another_network_is_no_detector() -> None:
    with pytest.raises(ArchitectureError, match="no person detector; use one of maskrcnn_resnet50_fpn_v2"):
        build_detector("resnet18")
