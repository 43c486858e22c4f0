"""Files of a site in its backup: copied once, then linked from one backup to the next."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

KEPT = ("media", "runs", "posters", "secret_key")  # the rest of `var` is made anew, or belongs to one machine
Sizes = dict[str, int]


def copy_files(var: Path, into: Path, earlier: Path | None = None) -> Sizes:
    """Copy the site's files; return their bytes by path. What an earlier copy has already is linked to it."""
    sizes = {}
    for path in files_of(var):
        name = path.relative_to(var)
        (into / name).parent.mkdir(parents=True, exist_ok=True)
        try:
            _copy(path, into / name, earlier and earlier / name)
        except FileNotFoundError:
            continue  # deleted by a researcher since it was listed
        sizes[name.as_posix()] = (into / name).stat().st_size
    return sizes


def files_of(var: Path) -> Iterator[Path]:
    """List the files of a site that a backup keeps."""
    for name in KEPT:
        whole = var / name
        yield from (
            [whole] if whole.is_file() else (path for path in sorted(whole.rglob("*")) if path.is_file())
        )


def _copy(source: Path, target: Path, earlier: Path | None) -> None:
    """Copy a file, or link the earlier copy: no name is used twice, so size and time tell them apart."""
    if earlier and earlier.is_file() and _stamp(earlier) == _stamp(source):
        os.link(earlier, target)
    else:
        shutil.copy2(source, target)


def _stamp(path: Path) -> tuple[int, int]:
    facts = path.stat()
    return facts.st_size, facts.st_mtime_ns
