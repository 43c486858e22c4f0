"""What is sent and returned about crops."""

from __future__ import annotations

import msgspec


class CropLine(msgspec.Struct, frozen=True):
    """A crop that people judge; window is left, top, width and height as shares of the photo's sides.

    `seen` are boxes of people or parts seen in the photo: left, top, right, bottom; `pick_subject` counts
    them from 1.
    """

    id: int
    photo: int
    category: str
    review: str
    by_hand: bool
    window: list[float]
    seen: list[tuple[float, float, float, float]]
    known: str


class CropDecision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether a crop stays: `approved` or `discarded`."""

    decision: str


class CropWindow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Corner and width of a window, as shares of the photo's sides; without a width that which it has."""

    left: float
    top: float
    width: float | None = None


class CropSubject(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The subject of a photo: the number of a person or part seen in it, or a box as shares of its sides."""

    person: int | None = None
    box: tuple[float, float, float, float] | None = None
