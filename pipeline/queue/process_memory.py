"""How much memory a process holds, its children included."""

from __future__ import annotations

import os
from pathlib import Path

_PROCESSES = Path("/proc")


def memory_of(pid: int) -> int | None:
    """Return the bytes that a process and its children hold; None where there is no /proc."""
    folder = _PROCESSES / str(pid)
    try:
        pages = int((folder / "statm").read_text(encoding="ascii").split()[1])
        lists = [path.read_text(encoding="ascii") for path in folder.glob("task/*/children")]
    except OSError:
        return None
    children = (memory_of(int(child)) or 0 for text in lists for child in text.split())
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(children)
