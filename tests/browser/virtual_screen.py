"""A screen that only memory has: windows that nobody sees are drawn into it, and its pixels can be read."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

SIZE = "1600x1200x24"


@dataclass(frozen=True)
class VirtualScreen:
    """Its name among X displays, and the file that holds its pixels."""

    display: str
    pixels: Path


@contextmanager
def virtual_screen() -> Iterator[VirtualScreen]:
    """Run a screen without vertical synchronisation: what is drawn is there at once."""
    if shutil.which("Xvfb") is None:
        pytest.skip("no screen in memory here: install xvfb")
    readable, writable = os.pipe()
    with tempfile.TemporaryDirectory() as folder:
        command = ["Xvfb", "-displayfd", str(writable), "-screen", "0", SIZE, "-fbdir", folder]
        with subprocess.Popen(
            [*command, "-nolisten", "tcp"], pass_fds=[writable], stderr=subprocess.DEVNULL
        ) as server:
            os.close(writable)
            with os.fdopen(readable) as name:
                display = f":{name.readline().strip()}"
            try:
                yield VirtualScreen(display, Path(folder) / "Xvfb_screen0")
            finally:
                server.terminate()
