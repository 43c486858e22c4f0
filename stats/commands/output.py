"""Files that commands write: a file that cannot be written ends the command with one line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stats.decision.primary_analysis import own_level_only, sample_of
from stats.decision.wording import repeats, rows_counted
from stats.errors import InputError
from stats.report.blocks import Section
from stats.table.arrays import encode
from stats.table.tidy import tidy

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


FIGURES = ("svg", "pdf", "png")


def write_json(path: str, values: dict[str, Any]) -> None:
    """Write values as strict JSON; a NaN is a defect and raises a ValueError."""
    write_text(path, json.dumps(values, indent=2, allow_nan=False) + "\n")


def write_figure(path: str, figure: Figure) -> None:
    """Write a figure in the format that the name of its file says: SVG, PDF or PNG.

    Raises
    ------
    InputError
        When the name says another format, or the file cannot be written.
    """
    from stats.figures import drawn

    kind = Path(path).suffix.lower().removeprefix(".")
    if kind not in FIGURES:
        raise InputError(
            f"{path}: figures are drawn as {', '.join(FIGURES)}; let the name end in one of these"
        )
    _write(path, drawn(figure, kind))


def write_text(path: str, text: str) -> None:
    """Write one file of text in UTF-8.

    Raises
    ------
    InputError
        When the file cannot be written.
    """
    _write(path, text.encode())


def _write(path: str, content: bytes) -> None:
    try:
        Path(path).write_bytes(content)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); choose another place") from None


def write_files(folder: str, contents: Mapping[str, bytes]) -> list[str]:
    """Write several files into one folder, which is created where it is missing.

    Raises
    ------
    InputError
        When the folder or a file cannot be written.
    """
    place = Path(folder)
    try:
        place.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            (place / name).write_bytes(content)
    except OSError as error:
        raise InputError(f"{folder}: cannot be written ({error.strerror}); choose another folder") from None
    return [f"{place / name} written ({len(content)} bytes)" for name, content in contents.items()]


def rows_section(trials: pd.DataFrame, mode: str | None) -> Section:
    """Return who answered, which rows count and why others do not, for an analysis that is printed alone."""
    table = tidy(trials, mode)
    counted = own_level_only(table.primary)
    return Section("Rows", (rows_counted(sample_of(table, counted)), *repeats(encode(counted).repeated())))
