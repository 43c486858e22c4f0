"""The answers of networks that were trained here to a pack that came from anywhere."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from attacker.errors import DataError
from attacker.evaluation.prediction import predict
from attacker.example import Example
from attacker.packs.logit_table import write_logits
from attacker.packs.manifest import Manifest
from attacker.packs.pack_archive import unpack
from attacker.progress import Progress, ignore
from attacker.training.trained import TrainedAttacker


def answer_pack(
    runs: Sequence[TrainedAttacker],
    pack: Path,
    folder: Path,
    *,
    on_progress: Callable[[Progress], None] = ignore,
) -> list[Path]:
    """Write one table of answers for each run, as logits, and return where they lie.

    Parameters
    ----------
    runs
        Seeds of one config.
    pack
        The pack.
    folder
        Gets `answers-seed<n>.csv`.
    on_progress
        See `attacker.predict`.

    Raises
    ------
    DataError
        If the pack has other choices than the networks have classes.
    LeakError
        If a run was trained on one of the packed files.
    """
    with tempfile.TemporaryDirectory(prefix="sweetspot-answers-") as scratch:
        manifest = unpack(pack, Path(scratch))
        if set(manifest.choices) != set(runs[0].classes):
            raise DataError(
                f"{pack} asks for the classes {', '.join(manifest.choices)}, "
                f"but the networks know {', '.join(runs[0].classes)}"
            )
        photos = [
            Example(Path(scratch) / f"{stimulus.name}.png", 0, stimulus.name, 0, stimulus.name)
            for stimulus in manifest.stimuli
        ]
        folder.mkdir(parents=True, exist_ok=True)
        return [_answered(run, manifest, photos, folder, on_progress) for run in runs]


def _answered(
    run: TrainedAttacker,
    manifest: Manifest,
    photos: Sequence[Example],
    folder: Path,
    on_progress: Callable[[Progress], None],
) -> Path:
    run.require_unseen(photos, [stimulus.sha256 for stimulus in manifest.stimuli])
    order = [run.classes.index(name) for name in manifest.choices]
    logits = predict(run, photos, on_progress=on_progress).logits[:, order]
    path = folder / f"answers-seed{run.config.seed}.csv"
    write_logits(path, manifest, logits)
    return path
