"""What a command works on: photos of a folder, and finished runs."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from attacker.commands.progress_bar import percent_bar
from attacker.errors import DataError

if TYPE_CHECKING:
    from attacker.photos.folder import Folder
    from attacker.training.trained import TrainedAttacker


def read_photos(args: Namespace) -> Folder:
    """Return the photos of the folder that the arguments name, by role."""
    from attacker.photos.folder import read_folder

    with percent_bar("reading photos", delay=0.5) as bar:
        return read_folder(
            args.folder, args.split_seed, on_progress=lambda share: bar.update(100 * share - bar.n)
        )


def read_runs_and_photos(args: Namespace) -> tuple[tuple[TrainedAttacker, ...], Folder]:
    """Return the finished runs that the arguments name, and the photos of the folder.

    Raises
    ------
    DataError
        If the runs were trained on other classes than those of the folder.
    CheckpointError
        As in `attacker.load_seeds`.
    """
    from attacker.training.seeds import load_seeds

    runs, folder = load_seeds(args.run), read_photos(args)
    if folder.classes != runs[0].classes:
        raise DataError(
            f"{args.run} was trained on the classes {', '.join(runs[0].classes)}, but {args.folder} has "
            f"{', '.join(folder.classes)}; give the folder that it was trained on, or one with those classes"
        )
    return runs, folder
