"""`train`: train on the folder's training photos."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from attacker.commands.arguments import add_places, add_settings, config_of
from attacker.commands.inputs import read_photos
from attacker.commands.progress_bar import percent_bar, shown_on


def describe(parser: ArgumentParser) -> None:
    """Add the arguments."""
    add_places(parser)
    parser.add_argument(
        "--seeds", type=int, default=5, help="trainings, a run folder each in --run (%(default)s)"
    )
    add_settings(parser)


def run(args: Namespace) -> Iterator[str]:
    """Train every seed, and yield the best epoch of each."""
    from attacker.training.record_file import recorded_learning
    from attacker.training.seeds import folder_of, train_seeds

    config, folder = config_of(args.recipe, args.set), read_photos(args)
    yield from map(str, folder.left_out)
    with percent_bar("train") as bar:
        runs = train_seeds(
            config,
            folder.classes,
            folder.train,
            folder.validation,
            seeds=args.seeds,
            root=args.run,
            cache_dir=args.cache,
            on_progress=shown_on(bar),
        )
    if learnt := recorded_learning(folder_of(args.run, config.seed)):
        yield learnt.words
    for note in runs[0].record.provenance["notes"]:
        yield f"note: {note}"
    for trained in runs:
        best = trained.record.best
        accuracy = f"validation accuracy {best.validation_accuracy:.3f}"
        yield f"seed {trained.config.seed}: {best.stage} epoch {best.epoch}, {accuracy}"
    yield f"runs -> {args.run}"
    if len(runs) == 1:
        yield "one seed does not show how much results vary between seeds; --seeds 5 would"
