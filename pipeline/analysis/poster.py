"""One picture of an analysis: the photos at every level, and under them how people and machine did."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from pipeline.analysis.gallery import gallery_of
from pipeline.storage import local_path
from study.models import Item, Stimulus, Study

TILE = 190
GAP = 8
LABEL = 26
NAMES = 120
INK = (25, 25, 25)


def poster(study: Study, figure_png: bytes) -> Image.Image:
    """Stack the gallery of a study on a figure."""
    gallery = contact_strip(gallery_of(study))
    with Image.open(io.BytesIO(figure_png)) as opened:
        figure = opened.convert("RGB")
    figure = figure.resize((gallery.width, round(figure.height * gallery.width / figure.width)))
    page = Image.new("RGB", (gallery.width, gallery.height + figure.height), "white")
    page.paste(gallery, (0, 0))
    page.paste(figure, (0, gallery.height))
    return page


def contact_strip(rows: list[tuple[Item, list[Stimulus]]]) -> Image.Image:
    """One row per class, one column per level; every crop enlarged to the same tile."""
    columns = max(len(stimuli) for _, stimuli in rows)
    size = (NAMES + columns * (TILE + GAP), LABEL + len(rows) * (TILE + GAP))
    strip = Image.new("RGB", size, "white")
    pen, font = ImageDraw.Draw(strip), ImageFont.load_default(16)
    for column, stimulus in enumerate(rows[0][1]):
        cut = 100 * stimulus.level.crop_fraction
        pen.text((_left(column), 4), f"level {stimulus.level.number}: {cut:.0f} % cut away", INK, font)
    for row, (item, stimuli) in enumerate(rows):
        pen.text((8, _top(row) + TILE // 2), item.category.name[:12], INK, font)
        for column, stimulus in enumerate(stimuli):
            strip.paste(_tile(stimulus), (_left(column), _top(row)))
    return strip


def save(study: Study, figure_png: bytes, path: Path) -> Path:
    poster(study, figure_png).save(path)
    return path


def _left(column: int) -> int:
    return NAMES + column * (TILE + GAP)


def _top(row: int) -> int:
    return LABEL + row * (TILE + GAP)


def _tile(stimulus: Stimulus) -> Image.Image:
    tile = Image.new("RGB", (TILE, TILE), (128, 128, 128))
    with Image.open(local_path(stimulus.image, stimulus.sha256)) as opened:
        crop = opened.convert("RGB")
    scale = TILE / max(crop.size)
    crop = crop.resize((round(crop.width * scale), round(crop.height * scale)), Image.Resampling.BICUBIC)
    tile.paste(crop, ((TILE - crop.width) // 2, (TILE - crop.height) // 2))
    return tile
