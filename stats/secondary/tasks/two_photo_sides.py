"""Sides of two photos: right choices on either side, and d′ without the preference of one."""

from __future__ import annotations

import pandas as pd

from stats.apa import UNDEFINED, estimate, level_name
from stats.psychophysics.two_photo_choice import choice_levels
from stats.report.blocks import Table
from stats.report.finding import Finding
from stats.secondary.material import Material
from stats.secondary.tasks.yes_no_detection import detected
from stats.table.guessing import asks_which_photo

NAME, TITLE = "sides", "Choice between two photos"
HEADER = ("Level", "Observers", "Right, it stood first", "Right, it stood second", "d′", "Preference c")
EXPLANATION = (
    "First is the photo on the left or above. d′ = (z(right where it stood first) - z(wrong where it stood "
    "second)) / √2 does not depend on whether a side is preferred (Macmillan & Creelman 2005, chapter 7); "
    "without a preference it is √2 z(accuracy). c is above 0 where the second photo is preferred. Trials "
    "without an answer are in neither share. Where a share is 0 or 1, both come from shares moved inside by "
    "half a trial (Hautus 1995) and have no interval. The machine takes the first of equal photos."
)


def is_asked(trials: pd.DataFrame) -> bool:
    """Return whether people chose between two photos."""
    return asks_which_photo(trials)


def find(material: Material) -> Finding:
    """Return right choices on either side, with d′ and preference.

    Raises
    ------
    TableError
        When the place of some photos is not known.
    """
    levels = choice_levels(material.counted, material.criteria.alpha)
    rows = [
        (
            level_name(each.crop_level),
            each.observers,
            *(
                UNDEFINED if rate is None else estimate(rate.estimate, rate.ci_low, rate.ci_high)
                for rate in (each.right_first, each.right_second)
            ),
            *detected(each.sensitivity),
        )
        for each in levels
    ]
    table = Table.of("Right choices by the side of what was asked for", HEADER, rows)
    return Finding(NAME, TITLE, (EXPLANATION,), (table,), numbers=[each.to_dict() for each in levels])
