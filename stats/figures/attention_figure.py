"""Attention maps by class: the mean map, and single photos with their map laid over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from stats.figures.style import STYLE, TALLEST, WIDEST
from stats.table.arrays import FloatArray

NO_PHOTOS: Mapping[str, Sequence[NDArray[np.uint8]]] = {}


def attention_figure(
    maps: Mapping[str, FloatArray], overlays: Mapping[str, Sequence[NDArray[np.uint8]]] = NO_PHOTOS
) -> Figure:
    """Draw one row per class: its mean attention map, on one scale for all classes, then its photos.

    Parameters
    ----------
    maps
        By class name: shares of the attention, (g, g), each summing to 1, or to 0 without any evidence.
    overlays
        By class name: photos with their attention laid over them, (h, w, 3) each.

    Returns
    -------
    A grid of panels: classes in rows; the mean map in the first column.

    Examples
    --------
    >>> maps = {"dunk": np.full((2, 2), 0.25), "shoot": np.eye(2) / 2}
    >>> [panel.get_title() for panel in attention_figure(maps).axes]
    ['dunk', 'shoot']
    """
    columns = 1 + max(map(len, overlays.values()), default=0)
    brightest = max(float(shares.max()) for shares in maps.values()) or 1.0
    with mpl.rc_context(STYLE):
        figure = Figure(
            figsize=(min(1.5 * columns, WIDEST), min(min(1.6, 1.1 * WIDEST / columns) * len(maps), TALLEST)),
            layout="constrained",
        )
        panels = figure.subplots(len(maps), columns, squeeze=False)
        for axes in panels.ravel():
            axes.set_axis_off()
        for row, (name, shares) in zip(panels, maps.items(), strict=True):
            row[0].imshow(shares, cmap="cividis", vmin=0, vmax=brightest)
            row[0].set_title(name, fontsize=8)
            for axes, photo in zip(row[1:], overlays.get(name, ()), strict=False):
                axes.imshow(photo)
    return figure
