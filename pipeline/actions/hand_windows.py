"""Windows that a researcher draws: what a study's rule lets them choose."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.crops.windows import CropError, Window
from study.models import Stimulus
from study.models.studies import LevelFamily


@dataclass(frozen=True)
class HandWindow:
    """Where a researcher put a window: corner and width in shares of the photo's sides.

    Without a width it is as large as before.
    """

    left: float
    top: float
    width: float | None = None


def window_for(stimulus: Stimulus, drawn: HandWindow) -> Window:
    """Return the window that a researcher drew, inside the photo and of the shape that the rule gives.

    Levels by subject are square in pixels, of any size above the level's least; the others keep their size.

    Raises CropError if the level shows the whole photo, or the window is smaller than the level's least size.
    """
    item, study = stimulus.item, stimulus.level.study
    if stimulus.level.number == 0:
        raise CropError("Level 0 shows the whole photo: there is no window to draw.")
    width, height = stimulus.window_width, stimulus.window_height
    if study.level_family == LevelFamily.SUBJECT and drawn.width is not None:
        side = round(min(drawn.width * item.width, item.width, item.height))
        if side < stimulus.level.least_pixels:
            raise CropError(
                f"The window is {side} pixels wide, but the level's crops have at least "
                f"{stimulus.level.least_pixels}: draw it larger."
            )
        width, height = side / item.width, side / item.height
    return Window(_inside(drawn.left, width), _inside(drawn.top, height), width, height)


def _inside(start: float, length: float) -> float:
    return min(max(start, 0.0), 1.0 - length)
