"""Files that commands write piece by piece, with a bar that shows how much is written."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tqdm import tqdm


def write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file from its pieces; where one of them fails, the unfinished file is removed."""
    try:
        with path.open("wb") as file, tqdm(unit="B", unit_scale=True, disable=None) as bar:
            for piece in pieces:
                bar.update(file.write(piece))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
