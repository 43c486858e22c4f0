"""The photo's own name in a file name that also says when and how it was shown."""

from __future__ import annotations

import re

import pandas as pd

# 0000_con_s01_c50_oven_10_n04111531_4963.JPEG: order, experiment, session, then the condition, then the photo
SHOWN_AS = re.compile(r"^\d+_[^_]+_[^_]+_(?P<condition>[^_]+)_(?P<photo>.+)$")


def photo_names(trials: pd.DataFrame) -> list[str]:
    """Return the photos' own names, without the order, experiment, session and condition of their showing.

    Parameters
    ----------
    trials
        Rows of model-vs-human, with `item_id` and the condition as `crop_level`.

    Examples
    --------
    >>> files = ["0000_con_s01_c50_oven_10.JPEG", "a_b.png"]
    >>> photo_names(pd.DataFrame({"item_id": files, "crop_level": ["c50", "1"]}))
    ['oven_10.JPEG', 'a_b.png']
    """
    photos = []
    for name, condition in trials[["item_id", "crop_level"]].astype(str).itertuples(index=False):
        shown = SHOWN_AS.match(name)
        photos.append(shown["photo"] if shown and shown["condition"] == condition else name)
    return photos
