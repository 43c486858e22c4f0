"""Where a network looks on average, class by class."""

from collections.abc import Mapping

import matplotlib as mpl
from matplotlib.figure import Figure

from ..answers import FloatArray
from .style import STYLE

COLUMNS = 5


def attention_figure(maps: Mapping[str, FloatArray]) -> Figure:
    """Draw the mean attention map of each class, all on one scale.

    Parameters
    ----------
    maps
        By class name: shares of the attention, (g, g), each summing to 1, or to 0 without any evidence.
    """
    columns = min(len(maps), COLUMNS)
    rows = -(-len(maps) // columns)
    brightest = max(float(one.max()) for one in maps.values()) or 1.0
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(1.7 * columns, 1.9 * rows), layout="constrained")
        panels = figure.subplots(rows, columns, squeeze=False).ravel()
        for axes in panels:
            axes.set_axis_off()
        for axes, (name, one) in zip(panels, maps.items(), strict=False):
            axes.imshow(one, cmap="cividis", vmin=0, vmax=brightest)
            axes.set_title(name, fontsize=8)
    return figure
