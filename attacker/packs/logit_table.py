"""The table of a machine that gives a number for each choice."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from attacker.packs.manifest import Manifest
from attacker.packs.table_statement import TableStatement

NOTHING_STATED = TableStatement()


def write_logits(
    path: Path, manifest: Manifest, logits: NDArray[np.floating], stated: TableStatement = NOTHING_STATED
) -> None:
    """Write the table that answers a pack; its file appears only once it is whole.

    Parameters
    ----------
    path
        Of the table.
    manifest
        Of the pack.
    logits
        One for each stimulus and choice, in the pack's orders, [n, K].
    stated
        What the table says of the machine.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from attacker.packs.manifest import PackedStimulus
    >>> pack = Manifest("p", "?", ("dunk", "shoot"), (PackedStimulus("0a", "ff"),))
    >>> with TemporaryDirectory() as folder:
    ...     write_logits(Path(folder) / "t", pack, np.array([[2.0, 1.0]]), TableStatement("zero-shot"))
    ...     print((Path(folder) / "t").read_text().strip())
    stimulus,sha256,logit_dunk,logit_shoot,kind
    0a,ff,2.0,1.0,zero-shot
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        names = [f"logit_{name}" for name in manifest.choices]
        writer.writerow(["stimulus", "sha256", *names, *stated.columns])
        for stimulus, row in zip(manifest.stimuli, logits.tolist(), strict=True):
            writer.writerow([stimulus.name, stimulus.sha256, *row, *stated.columns.values()])
    unfinished.replace(path)
