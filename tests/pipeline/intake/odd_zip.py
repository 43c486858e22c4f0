"""Zip files whose names are bytes in an encoding that the file does not state."""

from __future__ import annotations

import zipfile
from pathlib import Path


def zipped_bytes(folder: Path, names: list[bytes], extra: bytes = b"") -> Path:
    """A zip file whose names are these bytes, without a word about their encoding."""
    path = folder / "photos.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(len(names)):
            info = zipfile.ZipInfo(f"{'x' * (len(names[number]) - 3)}{number:03}")
            info.extra = extra
            archive.writestr(info, b"x")
    data = path.read_bytes()
    for number, name in enumerate(names):
        data = data.replace(b"x" * (len(name) - 3) + f"{number:03}".encode(), name)
    path.write_bytes(data)
    return path
