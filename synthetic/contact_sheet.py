"""Lay photos of each action side by side on one sheet."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from synthetic.figure.poses import ACTIONS

GAP = 4


def contact_sheet(photos: Path, columns: int = 8, rows_per_action: int = 2, tile: int = 160) -> Image.Image:
    """Return a sheet with the first photos of every action, a block of rows for each."""
    rows = rows_per_action * len(ACTIONS)
    sheet = Image.new("RGB", (columns * (tile + GAP) + GAP, rows * (tile + GAP) + GAP), "white")
    for block, action in enumerate(ACTIONS):
        files = sorted((photos / action).glob("*.jpg"))[: columns * rows_per_action]
        for k, file in enumerate(files):
            row, column = divmod(k, columns)
            with Image.open(file) as photo:
                photo.thumbnail((tile, tile), Image.Resampling.LANCZOS)
                x = GAP + column * (tile + GAP) + (tile - photo.width) // 2
                y = GAP + (block * rows_per_action + row) * (tile + GAP) + (tile - photo.height) // 2
                sheet.paste(photo, (x, y))
    return sheet
