"""Which joints of a person lie in a window, and which of several parts of a photo is that person."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from attacker.photos.landmarks import Landmark
from attacker.photos.subject_boxes import Box
from pipeline.crops.windows import Window

LEAST_VISIBILITY = 0.5  # joints that the estimator sees less surely are not counted

Joints = Collection[Landmark]


@dataclass(frozen=True)
class Crop:
    """A crop of one photo: whether somebody is asked which part is meant, and the joints in each window.

    Parameters
    ----------
    asked
        Whether its photo comes to a person, who says which part is meant.
    joints, joints_picked
        Inside the crop as it was cut, and inside the one that is cut after the pick.
    """

    asked: bool
    joints: int
    joints_picked: int


def joints_inside(joints: Joints, area: Window | Box) -> int:
    """Return how many joints lie in a part of the photo, its border included.

    Examples
    --------
    >>> joints_inside([Landmark(0.1, 0.5), Landmark(0.6, 0.5)], Window(0.5, 0.0, 0.5, 1.0))
    1
    """
    bottom = area.top + area.height if isinstance(area, Window) else area.bottom
    return sum(area.left <= joint.x <= area.right and area.top <= joint.y <= bottom for joint in joints)


def part_meant(parts: Sequence[Box], joints: Joints) -> Box | None:
    """Return the part with most joints, the first among equals: what a person picks who knows who is meant.

    None where no part holds a joint: nothing that is offered is right.

    Examples
    --------
    >>> part_meant([Box(0.0, 0.0, 0.5, 1.0), Box(0.5, 0.0, 1.0, 1.0)], [Landmark(0.75, 0.5)])
    Box(left=0.5, top=0.0, right=1.0, bottom=1.0)
    """
    best = max(parts, key=lambda part: joints_inside(joints, part), default=None)
    return best if best is not None and joints_inside(joints, best) else None


def shares_without_joint(crops: Sequence[Crop]) -> dict[str, float]:
    """Return which share of all crops shows no joint: as cut, in silence, and once parts were picked.

    Examples
    --------
    >>> shares_without_joint([Crop(True, 0, 3), Crop(False, 0, 0), Crop(False, 5, 5), Crop(False, 4, 4)])
    {'asked': 0.25, 'as cut': 0.5, 'nobody is asked': 0.25, 'after picks': 0.25}
    """
    photos = len(crops)
    return {
        "asked": sum(crop.asked for crop in crops) / photos,
        "as cut": sum(crop.joints == 0 for crop in crops) / photos,
        "nobody is asked": sum(crop.joints == 0 and not crop.asked for crop in crops) / photos,
        "after picks": sum(crop.joints_picked == 0 for crop in crops) / photos,
    }
