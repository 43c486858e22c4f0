"""One number of pixels for all crops of a level: how sharp a crop looks cannot tell how large its window was.

Subjects of one class may stand larger in their photos than those of another. Shown at their own pixels, their
crops would be sharper, and a network could name a class by sharpness alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.crops.subject_windows import Sides
from study.models import Level
from study.models.studies import LevelFamily

ENLARGED = 0.1  # share of the windows that may be cut larger than the rule asks, so that all are sharper


def is_to_settle(level: Level) -> bool:
    """Return whether it is still to decide with how many pixels the crops of a level are shown."""
    study = level.study
    by_subject = level.number > 0 and study.level_family == LevelFamily.SUBJECT
    return study.one_sharpness and by_subject and not level.stimuli.exists()


def shared_pixels(sides: Sequence[Sides]) -> int:
    """Return the most pixels a side with which no photo is lost and few windows must be cut larger.

    `sides` are those of every photo of the level that has a window; at least one.
    """
    usual = np.quantile([photo.chosen for photo in sides], ENLARGED, method="lower")
    return min(int(usual), *(photo.largest for photo in sides))
