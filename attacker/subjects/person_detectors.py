"""Person detectors of torchvision: their networks, their weights, and what they say as people of a photo."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torchvision
from torch import Tensor, nn
from torch.nn import functional

from attacker.attention.body_segments import body_map
from attacker.errors import ArchitectureError
from attacker.networks.hub import fresh, from_hub, hub_file, load_from
from attacker.networks.weights import local_sha256
from attacker.photos.decoding import DECODING
from attacker.photos.landmarks import JOINTS, Landmark
from attacker.photos.subject_boxes import Box, box_map
from attacker.subjects.persons import Person

MASK_RCNN, KEYPOINT_RCNN = "maskrcnn_resnet50_fpn_v2", "keypointrcnn_resnet50_fpn"
DETECTORS = (MASK_RCNN, KEYPOINT_RCNN)
LEAST_SCORE = 0.7  # below it, a detector of COCO reports many who are not there
ALGORITHM = 1  # part of every cache key; raise it when the way from photo to people changes

_PERSON = 1  # COCO's label
_INSIDE = 0.5  # from this probability on a pixel belongs to the person
_VISIBLE = 2.0  # a joint's logit: below it the joint is guessed


class Detector(Protocol):
    """What a detector of torchvision does: photos, float32 [3, h, w] in [0, 1], to one dictionary each."""

    def __call__(self, photos: list[Tensor]) -> list[dict[str, Tensor]]:
        """Return boxes [n, 4] in pixels, labels [n], scores [n], and masks or keypoints."""
        ...


def build_detector(name: str, weights: str = "pretrained", **sizes: int) -> nn.Module:
    """Return a detector in evaluation mode.

    Parameters
    ----------
    name
        One of `DETECTORS`.
    weights
        ``pretrained`` (COCO, from torchvision's hub at first use), ``random``, or the path of a state dict or
        of a folder that holds the hub's file.
    sizes
        Passed on to torchvision, such as ``min_size``.

    Raises
    ------
    ArchitectureError
        If there is no such detector.
    WeightsError
        If the weights cannot be fetched or loaded; the message says what to do.

    References
    ----------
    He et al. (2017), Mask R-CNN, arXiv:1703.06870; Li et al. (2021), arXiv:2111.11429.
    """
    chosen = _weights_of(name)
    if weights == "pretrained":
        return from_hub(name, chosen).eval()
    network = fresh(lambda: torchvision.models.get_model(name, weights=None, weights_backbone=None, **sizes))
    if weights != "random":
        load_from(network, Path(file_of(name, weights)))
    return network.eval()  # type: ignore[no-any-return]


def detector_recipe(name: str, weights: str = "pretrained") -> str:
    """Return a hash of everything that decides which people a detector sees in a photo.

    Parameters
    ----------
    name, weights
        As in `build_detector`.

    Raises
    ------
    ArchitectureError, WeightsError
        If there is no such detector, or no such file.

    Examples
    --------
    >>> detector_recipe(MASK_RCNN) == detector_recipe(KEYPOINT_RCNN)
    False
    """
    content = hub_file(_weights_of(name)) if weights == "pretrained" else local_sha256(file_of(name, weights))
    facts = [ALGORITHM, DECODING, name, content, torchvision.__version__]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def file_of(name: str, weights: str) -> str:
    """Return the file of a detector's weights: where `weights` is a folder, the hub's file in it.

    Examples
    --------
    >>> file_of(MASK_RCNN, "random"), Path(file_of(MASK_RCNN, "/")).name
    ('random', 'maskrcnn_resnet50_fpn_v2_coco-73cbd019.pth')
    """
    folder = Path(weights)
    return str(folder / hub_file(_weights_of(name))) if folder.is_dir() else weights


def people_of(output: Mapping[str, Tensor], size: tuple[int, int], grid: int) -> list[Person]:
    """Return the people that a detector reports in a photo.

    Parameters
    ----------
    output
        A detector's dictionary: ``boxes`` float32 [n, 4] (left, top, right, bottom in pixels), ``labels``
        [n], ``scores`` [n], and either ``masks`` float32 [n, 1, h, w] or ``keypoints`` [n, 17, 3] with
        ``keypoints_scores`` [n, 17].
    size
        (width, height) in pixels of the photo as the detector was given it.
    grid
        Rows and columns of each person's map.

    Returns
    -------
    People of a score of `LEAST_SCORE` and more, the surest first.

    Examples
    --------
    >>> from torch import tensor, zeros
    >>> masks = zeros(1, 1, 4, 4)
    >>> masks[..., :2] = 1
    >>> output = {"boxes": tensor([[0.0, 0, 2, 4]]), "labels": tensor([1]), "scores": tensor([0.9])}
    >>> person = people_of({**output, "masks": masks}, (4, 4), grid=2)[0]
    >>> person.box, person.area, person.map.tolist()
    (Box(left=0.0, top=0.0, right=0.5, bottom=1.0), 0.5, [[1.0, 0.0], [1.0, 0.0]])
    """
    sure = (output["labels"] == _PERSON) & (output["scores"] >= LEAST_SCORE)
    people = []
    for number in sure.nonzero().flatten().tolist():
        box = _box(output["boxes"][number], size)
        if box is None:
            continue
        covered = _covered(output, number, size, grid, box)
        people.append(Person(box, float(output["scores"][number]), float(covered.mean()), covered))
    return [person for person in people if person.area > 0]


def _weights_of(name: str) -> Any:
    if name not in DETECTORS:
        raise ArchitectureError(f"{name!r} is no person detector; use one of {', '.join(DETECTORS)}")
    return torchvision.models.get_model_weights(name).DEFAULT


def _box(sides: Tensor, size: tuple[int, int]) -> Box | None:
    """Return a box in shares of the photo, None for one that is empty."""
    width, height = size
    left, top, right, bottom = sides.tolist()
    box = Box(
        *(min(max(side, 0.0), 1.0) for side in (left / width, top / height, right / width, bottom / height))
    )
    return box if box.left < box.right and box.top < box.bottom else None


def _covered(
    output: Mapping[str, Tensor], number: int, size: tuple[int, int], grid: int, box: Box
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return how much of each cell a person covers: by the mask, or by the body around the joints.

    Where too few joints are visible to tell how large the body is, it is the box.
    """
    if "masks" in output:
        inside = (output["masks"][number] >= _INSIDE).float()[None]  # [1, 1, h, w]
        return functional.adaptive_avg_pool2d(inside, grid)[0, 0].double().numpy()
    body = body_map(_pose(output, number, size), size, grid)
    return box_map(box, grid).astype(np.float64) if body is None else body


def _pose(output: Mapping[str, Tensor], number: int, size: tuple[int, int]) -> dict[str, Landmark]:
    names = _weights_of(KEYPOINT_RCNN).meta["keypoint_names"]
    places, logits = output["keypoints"][number].tolist(), output["keypoints_scores"][number].tolist()
    return {
        name: Landmark(x / size[0], y / size[1], float(logit >= _VISIBLE))
        for name, (x, y, _), logit in zip(names, places, logits, strict=True)
        if name in JOINTS
    }
