"""What is cached gives way where the disk gets short: all of it can be made again."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

LEAST_FREE = 4 << 30  # bytes that a cache leaves on its disk for checkpoints, uploads and answers
_IN_USE = 3600.0  # seconds since a folder was last used in which a run may still need it


def make_room(root: Path, least_free: int = LEAST_FREE) -> int:
    """Delete the folders of a cache that were not used for longest, until the disk has room enough.

    Parameters
    ----------
    root
        The cache; each of its folders holds what one recipe made of the photos.
    least_free
        Bytes that are to be free.

    Returns
    -------
    int
        How many folders were deleted. Those used within the hour stay, however full the disk is.
    """
    if _free(root) >= least_free:
        return 0
    deleted = 0
    for folder in _longest_unused_first(root):
        shutil.rmtree(folder, ignore_errors=True)  # another process may be deleting it as well
        deleted += 1
        if _free(root) >= least_free:
            break
    return deleted


def _free(root: Path) -> int:
    return shutil.disk_usage(root).free


def _longest_unused_first(root: Path) -> list[Path]:
    used = {folder: folder.stat().st_mtime for folder in root.iterdir() if folder.is_dir()}
    oldest = time.time() - _IN_USE
    return sorted((folder for folder, when in used.items() if when < oldest), key=used.__getitem__)
