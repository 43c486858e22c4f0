"""The axis of the curves: what share of the subject, or of the photo, the levels cut away."""

from __future__ import annotations

import numpy as np
import pandas as pd

from stats.errors import TableError
from stats.table.arrays import Coded, FloatArray

SUBJECT, PHOTO, LEVEL = "subject_cut", "crop_fraction", "crop_level"
AXES = {
    SUBJECT: "share of the subject cut away",
    PHOTO: "share of the photo cut away",
    LEVEL: "crop level (light to heavy)",
}
EXPLAINED = {
    SUBJECT: "0 is the whole subject, 1 none of it: 1 − subject_kept, the mean over the trials of a level",
    PHOTO: "0 is the whole photo: crop_fraction, 1 − area of the crop / area of the photo, mean of a level",
    LEVEL: "the numbers of the levels, because the table gives no share that they cut away",
}


def crop_axis(counted: pd.DataFrame, coded: Coded) -> tuple[str, FloatArray]:
    """Return the axis and the place of each level on it: the mean share cut away of its trials.

    Levels that keep a share of the subject are placed by it, all others by the share of the photo cut away;
    the two are never mixed. Without either share a level is placed by its number.

    Parameters
    ----------
    counted
        Checked rows.
    coded
        The same rows as arrays.

    Returns
    -------
    Name of the axis, a key of `AXES`, and the places (L,), ascending.

    Raises
    ------
    TableError
        When a share is not given at every level, or does not grow with the level.

    Examples
    --------
    A crop that the subject fills by a known share was cut by subject.

    >>> from stats.table.arrays import encode
    >>> from stats.table.tidy import tidy
    >>> rows = pd.DataFrame({"agent_id": "ada", "item_id": ["a", "b"], "crop_level": [0, 1], "correct": 1})
    >>> rows = rows.assign(agent_type="human", category="dunk", crop_fraction=[0.0, 0.9])
    >>> rows = tidy(rows.assign(subject_kept=[1.0, 0.5], subject_share=[None, 0.4])).primary
    >>> axis, places = crop_axis(rows, encode(rows))
    >>> axis, places.tolist()
    ('subject_cut', [0.0, 0.5])
    """
    by_subject = _given(counted, "subject_share") & _given(counted, "subject_kept")
    if by_subject.any():
        return SUBJECT, _places(counted, 1 - counted["subject_kept"], "subject_kept", coded)
    if not _given(counted, PHOTO).any():
        return LEVEL, coded.levels
    return PHOTO, _places(counted, counted[PHOTO], PHOTO, coded)


def _given(counted: pd.DataFrame, column: str) -> pd.Series:
    return counted[column].notna() if column in counted else pd.Series(False, counted.index)


def _places(counted: pd.DataFrame, cut: pd.Series, column: str, coded: Coded) -> FloatArray:
    x = cut.groupby(counted["crop_level"]).mean().to_numpy(dtype=float)
    x = np.where((coded.levels == 0) & np.isnan(x), 0.0, x)  # nothing is cut from a whole photo
    if np.isnan(x).any() or (np.diff(x) <= 0).any():
        way = "fall" if column == "subject_kept" else "grow"
        raise TableError(f"{column} must be given at every level and {way} with crop_level; fill or drop it")
    return x
