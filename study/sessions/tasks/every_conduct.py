"""How each task is conducted, by the name under which designs store it."""

from __future__ import annotations

from study.asking.free_naming import NAMING
from study.asking.same_different import SAME_DIFFERENT
from study.asking.single_photo import SINGLE
from study.asking.tile_grid import GRID
from study.asking.two_photos import TWO_PHOTOS
from study.asking.yes_no_question import YES_NO
from study.design import Design
from study.sessions.tasks.conduct import Conduct
from study.sessions.tasks.grids import GRIDS
from study.sessions.tasks.naming_trials import NAMING_TRIALS
from study.sessions.tasks.same_different_trials import SAME_DIFFERENT_TRIALS
from study.sessions.tasks.trials import SINGLE_PHOTOS
from study.sessions.tasks.two_photo_trials import TWO_PHOTO_TRIALS
from study.sessions.tasks.yes_no_trials import YES_NO_TRIALS

CONDUCTS: dict[str, Conduct] = {
    SINGLE: SINGLE_PHOTOS,
    GRID: GRIDS,
    YES_NO: YES_NO_TRIALS,
    TWO_PHOTOS: TWO_PHOTO_TRIALS,
    SAME_DIFFERENT: SAME_DIFFERENT_TRIALS,
    NAMING: NAMING_TRIALS,
}


def conduct_of(design: Design) -> Conduct:
    """Return how the task of a design is conducted."""
    return CONDUCTS[design.task]
