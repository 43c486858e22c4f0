"""What a stimulus shows of its subject, from which robots judge it as people would: never from its level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from study.models import Stimulus

Landmarks = Mapping[str, Sequence[float]]  # joint -> x, y (shares of the photo), visibility in [0, 1]
Window = tuple[float, float, float, float]  # left, top, width, height, as shares of the photo
VISIBLE = 0.5  # a joint of at least this visibility can be seen, as in `attacker.attention.body_segments`


@dataclass(frozen=True)
class InSight:
    """What there is to see.

    Attributes
    ----------
    subject : share of the subject that is in sight, in [0, 1]
    side : the shorter side of the picture, in pixels that are its own: enlarging adds none
    """

    subject: float
    side: float


def in_sight(
    landmarks: Landmarks | None, window: Window, photo: tuple[int, int], subject_kept: float | None
) -> InSight:
    """Return what a window shows of a photo's subject.

    Parameters
    ----------
    landmarks
        The subject's joints; the share of those visible in the photo that lie in the window is what counts.
    window
        Left, top, width and height, as shares of the photo.
    photo
        Width and height in pixels.
    subject_kept
        Share of the subject map inside the window, which counts where no joint is known. Where that is not
        known either, it is taken as the window's share of the photo's area: what a window at a random place
        shows of a subject, on average.
    """
    _, _, width, height = window
    joints = _joints_in_sight(landmarks or {}, window)
    known = joints if joints is not None else subject_kept
    subject = width * height if known is None else known
    return InSight(subject, min(width * photo[0], height * photo[1]))


def seen_in(stimulus: Stimulus) -> InSight:
    """Return what a stimulus shows; of joints that grey boxes may cover, the subject map tells."""
    item = stimulus.item
    window = (stimulus.left, stimulus.top, stimulus.window_width, stimulus.window_height)
    landmarks = None if stimulus.covered else item.landmarks
    sight = in_sight(landmarks, window, (item.width, item.height), stimulus.subject_kept)
    return InSight(sight.subject, min(sight.side, stimulus.width, stimulus.height))


def _joints_in_sight(landmarks: Landmarks, window: Window) -> float | None:
    """Return the share of a photo's visible joints that lie in a window; None if there are none."""
    left, top, width, height = window
    seen = [(x, y) for x, y, visibility in landmarks.values() if visibility >= VISIBLE]
    joints = [(x, y) for x, y in seen if 0 <= x <= 1 and 0 <= y <= 1]
    inside = [(x, y) for x, y in joints if left <= x <= left + width and top <= y <= top + height]
    return len(inside) / len(joints) if joints else None
