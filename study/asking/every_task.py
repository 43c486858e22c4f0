"""All tasks, by the name under which designs store them."""

from __future__ import annotations

from study.asking.free_naming import FREE_NAMING
from study.asking.same_different import COMPARISON
from study.asking.single_photo import SINGLE_PHOTO
from study.asking.tile_grid import TILE_GRID
from study.asking.trial_task import Task
from study.asking.two_photos import TWO_PHOTO_CHOICE
from study.asking.yes_no_question import YES_NO_QUESTION

TASKS: dict[str, Task] = {
    task.name: task
    for task in (SINGLE_PHOTO, YES_NO_QUESTION, TWO_PHOTO_CHOICE, COMPARISON, FREE_NAMING, TILE_GRID)
}
