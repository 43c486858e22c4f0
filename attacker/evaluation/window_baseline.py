"""A baseline that sees no pixel: whether the window that a crop was cut from tells the class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray

from attacker.errors import DataError
from attacker.evaluation.baseline_classifier import BaselineResult, classify
from attacker.example import Example
from attacker.photos.splits import require_disjoint

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class WindowFacts:
    """What is known of a crop's window without looking through it.

    Parameters
    ----------
    left, top, width, height
        Shares of the photo's width and height, in [0, 1].
    pixels
        Pixels of the source photo inside the window.
    subject_kept
        Share of the subject inside the window; nan where it is not known.
    subject_share
        Share of the window that the subject fills; nan where it is not known.
    """

    left: float
    top: float
    width: float
    height: float
    pixels: int
    subject_kept: float = nan
    subject_share: float = nan

    def cues(self) -> Floats:
        """Return size, place, distance from the middle and what is known of the subject, float64 [9]."""
        across, down = self.left + self.width / 2 - 0.5, self.top + self.height / 2 - 0.5
        sizes = np.log([self.width, self.height, self.pixels])
        places = (across, down, abs(across), abs(down))
        return np.array([*sizes, *places, self.subject_kept, self.subject_share])


def window_baseline(
    train: Sequence[Example],
    train_windows: Sequence[WindowFacts],
    test: Sequence[Example],
    test_windows: Sequence[WindowFacts],
) -> BaselineResult:
    """Classify crops by the size and place of their windows and by how much of the subject these keep.

    Parameters
    ----------
    train, test
        Photos of one level, split by group.
    train_windows, test_windows
        Window of each photo, [n]. What is not known of one says nothing.

    Returns
    -------
    Above chance means that how a crop was cut tells the class, whatever it shows.

    Raises
    ------
    LeakError
        If a group or source photo is in both roles.
    DataError
        If there are no photos to train or to test on, or not one window for each.

    Examples
    --------
    >>> from pathlib import Path
    >>> photos = [Example(Path("x"), n % 2, str(n), level=1, group=str(n)) for n in range(80)]
    >>> windows = [WindowFacts(0, 0, *((0.2, 0.2, 400), (0.6, 0.6, 3600))[photo.label]) for photo in photos]
    >>> window_baseline(photos[:40], windows[:40], photos[40:], windows[40:]).accuracy
    1.0
    """
    require_disjoint(train, test)
    if (len(train_windows), len(test_windows)) != (len(train), len(test)):
        raise DataError("every photo needs the window that it was cut from; give one for each")
    if not train or not test:
        raise DataError("windows need photos to train on and photos to test on; give some of both")
    train_cues, test_cues = (
        np.array([window.cues() for window in windows]) for windows in (train_windows, test_windows)
    )  # [n, 9]
    train_cues, test_cues = _without_gaps(train_cues, train_cues), _without_gaps(test_cues, train_cues)
    labels = [[example.label for example in role] for role in (train, test)]
    return classify(train_cues, labels[0], test_cues, labels[1], [example.group for example in test])


def _without_gaps(cues: Floats, train: Floats) -> Floats:
    """Put the training photos' mean where a cue is not known: a gap must not say anything either."""
    known = np.isfinite(train)
    means = np.where(known, train, 0).sum(axis=0) / known.sum(axis=0).clip(min=1)
    return np.where(np.isfinite(cues), cues, means)
