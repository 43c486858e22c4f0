"""One rendered photo file and what is known about it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Example:
    """One rendered stimulus file.

    Parameters
    ----------
    path
        The image file: exactly the pixels that people see.
    label
        Index into the list of classes.
    item
        Name of the source photo; the same at every crop level.
    level
        Crop level, 0 being the full photo.
    group
        Cluster of source photos that are near duplicates of each other; never split across roles.

    Examples
    --------
    >>> Example(Path("dunk/1.jpg"), label=0, item="dunk/1.jpg", level=0, group="scene 7").group
    'scene 7'
    """

    path: Path
    label: int
    item: str
    level: int
    group: str
