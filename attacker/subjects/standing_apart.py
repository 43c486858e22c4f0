"""Parts of a subject map that stand apart, where nothing tells which of them a study is about."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from attacker.grid import Floats
from attacker.photos.subject_boxes import Box

STANDS_OUT = 0.3  # of the map's largest value: cells of a part
LIKE_WEIGHT = 0.3  # of the heaviest part: from this on another may be the one that is meant


def parts_apart(subject: Floats) -> list[Box]:
    """Return boxes around the parts of a map of which each may be the subject, the heaviest first.

    A part is a connected region of strong cells (sides touching); those that weigh much less than the
    heaviest do not count. Two bodies that touch are one part.

    Parameters
    ----------
    subject
        [g, g], not negative, over the whole photo: a map that knows no people, such as `foreground`'s.

    Returns
    -------
    In shares of the photo; empty for a map of zeros.

    References
    ----------
    docs/decisions/0015-class-free-subject.md has what the two thresholds were chosen on.

    Examples
    --------
    >>> photo = np.zeros((4, 4))
    >>> photo[:2, 0], photo[1:, 3] = 1.0, 0.8
    >>> for part in parts_apart(photo):
    ...     print(part)
    Box(left=0.75, top=0.25, right=1.0, bottom=1.0)
    Box(left=0.0, top=0.0, right=0.25, bottom=0.5)
    """
    strong = subject >= max(STANDS_OUT * float(subject.max(initial=0.0)), np.finfo(float).tiny)
    labels, count = ndimage.label(strong)
    weights = np.atleast_1d(ndimage.sum(subject, labels, np.arange(1, count + 1)))
    heaviest = weights.max(initial=0.0)
    height, width = subject.shape
    places = ndimage.find_objects(labels)
    order = np.argsort(-weights, kind="stable")
    like = [places[part] for part in order if weights[part] >= LIKE_WEIGHT * heaviest]
    return [
        Box(columns.start / width, rows.start / height, columns.stop / width, rows.stop / height)
        for rows, columns in like
    ]
