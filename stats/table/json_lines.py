"""Reader of JSON lines, the format in which JATOS and jsPsych write trials."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from stats.errors import TableError


def read_json_lines(path: Path) -> pd.DataFrame:
    r"""Read JSON lines; a line may be a trial, a list of trials, or an object that holds them under "data".

    Raises
    ------
    TableError
        When the file cannot be read, is not JSON lines, or holds no trial.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "results.txt")
    ...     _ = path.write_text('{"subject": "p1", "data": [{"rt": 512}, {"rt": 634}]}')
    ...     trials = read_json_lines(path)
    >>> trials.to_dict("list")
    {'subject': ['p1', 'p1'], 'rt': [512, 634]}
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        parts = [json.loads(line) for line in text.splitlines() if line.strip()]
    except OSError as error:
        raise TableError(f"{path}: cannot be read ({error.strerror}); check the path") from None
    except ValueError as error:
        raise TableError(f"{path}: is not JSON lines, one result per line ({error})") from None
    rows = [row for part in parts for row in _rows(part)]
    if not rows:
        raise TableError(f"{path}: holds no trials")
    return pd.DataFrame(rows)


def _rows(part: object) -> list[dict[str, object]]:
    """Return the trials of one part; what stands beside nested trials is repeated in each of them."""
    if isinstance(part, list):
        return [row for inner in part for row in _rows(inner)]
    if not isinstance(part, dict):
        return []
    nested = part.get("data", part.get("trials"))
    if not isinstance(nested, list):
        return [part]
    shared = {key: value for key, value in part.items() if not isinstance(value, list | dict)}
    return [shared | row for row in _rows(nested)]
