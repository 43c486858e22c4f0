"""Writing results to files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stats.errors import InputError

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def write_json(path: str, values: dict[str, Any]) -> None:
    """Write strict JSON: a NaN is a defect and raises."""
    write_text(path, json.dumps(values, indent=2, allow_nan=False) + "\n")


def write_figure(path: str, figure: Figure) -> None:
    """Write a figure as SVG."""
    from stats.figures import svg

    write_text(path, svg(figure))


def write_text(path: str, text: str) -> None:
    """Write a text file.

    Raises
    ------
    InputError
        When the file cannot be written.
    """
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); choose another place") from None
