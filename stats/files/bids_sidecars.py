"""JSON files beside the tables of a BIDS dataset, which say what their columns hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from stats.errors import TableError

FOLDERS = 4  # from a run's events up to the dataset: func, session, subject, dataset
ROOT = "dataset_description.json"


class Described(msgspec.Struct, frozen=True, rename="pascal"):
    """What a sidecar says of one column; other keys are ignored.

    Attributes
    ----------
    units : of the numbers, as written
    levels : meaning of each code, a text or an object with a description
    """

    units: str = ""
    levels: dict[str, Any] = {}

    @property
    def meanings(self) -> dict[str, str]:
        """Return the meaning of each code in words."""
        words = {
            code: meaning.get("Description", "") if isinstance(meaning, dict) else meaning
            for code, meaning in self.levels.items()
        }
        return {code: word.strip() for code, word in words.items() if isinstance(word, str)}


def described_columns(path: str | Path) -> dict[str, Described]:
    r"""Return what the sidecars of a table say of its columns; nothing where it has none.

    A file of the dataset describes every table below it whose name has all the parts of its own, and a nearer
    one counts above it (the inheritance principle of BIDS).

    Parameters
    ----------
    path
        A table such as `sub-01/func/sub-01_task-crops_events.tsv`.

    Raises
    ------
    TableError
        When a sidecar is no JSON of described columns.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     table = Path(folder, "sub-01_task-crops_events.tsv")
    ...     _ = table.write_text("onset\tduration\tresponse_time")
    ...     sidecar = Path(folder, "task-crops_events.json")
    ...     _ = sidecar.write_text('{"response_time": {"Units": "ms"}}')
    ...     described_columns(table)["response_time"].units
    'ms'
    """
    described: dict[str, Described] = {}
    for sidecar in _sidecars(Path(path)):
        try:
            values = msgspec.json.decode(sidecar.read_bytes(), type=dict[str, Any])
            columns = {
                name: msgspec.convert(of, Described) for name, of in values.items() if type(of) is dict
            }
        except (OSError, msgspec.DecodeError) as error:
            raise TableError(f"{sidecar}: describes no columns ({error}); mend it or move it away") from None
        described |= columns
    return described


def _sidecars(table: Path) -> Iterator[Path]:
    """Yield the sidecars of a table, farthest first."""
    if not table.is_file():
        return
    *parts, suffix = table.stem.split("_")
    folders = [table.parent, *table.parent.parents][:FOLDERS]
    roots = [place for place, folder in enumerate(folders) if (folder / ROOT).is_file()]
    for folder in reversed(folders[: roots[0] + 1] if roots else folders[:1]):
        named = [file for file in sorted(folder.glob("*.json")) if file.stem.split("_")[-1] == suffix]
        yield from sorted(
            (file for file in named if set(file.stem.split("_")[:-1]) <= set(parts)),
            key=lambda file: len(file.stem.split("_")),
        )
