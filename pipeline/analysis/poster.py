"""One picture of an analysis: a photo per class at every level, and below them the figure of accuracy."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

from pipeline.analysis.gallery import gallery_of
from pipeline.storage import local_path
from study.models import Item, Stimulus, Study

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TILE = 190
GAP = 8
HEAD = 46
NAMES = 120
INK = (25, 25, 25)


def save(study: Study, figure: Figure) -> Path:
    """Save the poster of a study's newest analysis and return its place."""
    path = Path(settings.SWEETSPOT_VAR) / "posters" / f"{study.code}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    poster(study, figure).save(path)
    return path


def poster(study: Study, figure: Figure) -> Image.Image:
    """Return the gallery of a study above a figure of the same width."""
    gallery, drawing = contact_strip(gallery_of(study)), _image_of(figure)
    drawing = drawing.resize((gallery.width, round(drawing.height * gallery.width / drawing.width)))
    page = Image.new("RGB", (gallery.width, gallery.height + drawing.height), "white")
    page.paste(gallery, (0, 0))
    page.paste(drawing, (0, gallery.height))
    return page


def _level(stimulus: Stimulus) -> str:
    """Return a level's number above how much it keeps, or cuts away."""
    level, cut_away = stimulus.level, f"{100 * stimulus.crop_fraction:.0f} % cut away"
    return f"level {level.number}\n{cut_away if level.side else level.extent}"


def contact_strip(rows: list[tuple[Item, list[Stimulus]]]) -> Image.Image:
    """Return one row per class, one column per level; every crop enlarged to the same tile."""
    columns = max(len(stimuli) for _, stimuli in rows)
    size = (NAMES + columns * (TILE + GAP), HEAD + len(rows) * (TILE + GAP))
    strip = Image.new("RGB", size, "white")
    pen, font = ImageDraw.Draw(strip), ImageFont.load_default(16)
    for column, stimulus in enumerate(rows[0][1]):
        pen.multiline_text((_left(column), 4), _level(stimulus), INK, font)
    for row, (item, stimuli) in enumerate(rows):
        pen.text((8, _top(row) + TILE // 2), item.category.name[:12], INK, font)
        for column, stimulus in enumerate(stimuli):
            strip.paste(_tile(stimulus), (_left(column), _top(row)))
    return strip


def _image_of(figure: Figure) -> Image.Image:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=150, bbox_inches="tight")
    with Image.open(buffer) as opened:
        return opened.convert("RGB")


def _left(column: int) -> int:
    return NAMES + column * (TILE + GAP)


def _top(row: int) -> int:
    return HEAD + row * (TILE + GAP)


def _tile(stimulus: Stimulus) -> Image.Image:
    tile = Image.new("RGB", (TILE, TILE), (128, 128, 128))
    with Image.open(local_path(stimulus.image, stimulus.sha256)) as opened:
        crop = opened.convert("RGB")
    scale = TILE / max(crop.size)
    crop = crop.resize((round(crop.width * scale), round(crop.height * scale)), Image.Resampling.BICUBIC)
    tile.paste(crop, ((TILE - crop.width) // 2, (TILE - crop.height) // 2))
    return tile
