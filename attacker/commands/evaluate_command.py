"""`evaluate`: test the finished seeds on the folder's test photos."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tqdm import tqdm

from attacker.commands.arguments import add_places
from attacker.commands.inputs import read_runs_and_photos
from attacker.commands.progress_bar import percent_bar, shown_on

if TYPE_CHECKING:
    from attacker.evaluation.baseline_classifier import BaselineResult
    from attacker.photos.folder import Folder


def describe(parser: ArgumentParser) -> None:
    """Add the arguments."""
    add_places(parser)


def run(args: Namespace) -> Iterator[str]:
    """Test all seeds, and yield their accuracies, and those of cues that are not of the subject."""
    from attacker.evaluation.seed_results import evaluate_seeds

    runs, folder = read_runs_and_photos(args)
    yield from map(str, folder.left_out)
    with percent_bar("evaluate") as bar:
        results = evaluate_seeds(
            runs, folder.test, folder.validation, cache_dir=args.cache, on_progress=shown_on(bar)
        )
    yield results.summary()
    for cue, baseline in _baselines(folder).items():
        yield f"{cue} alone: {baseline.summary()}"


def _baselines(folder: Folder) -> dict[str, BaselineResult]:
    """Return how well each cue that says nothing about the subject predicts the class of the test photos."""
    from attacker.evaluation.nuisance import collection_baseline, nuisance_baseline

    train, test, collection_of = folder.train, folder.test, folder.collections
    with tqdm(total=len(train) + len(test), desc="files and colours", unit="photo", delay=0.5) as bar:
        baselines = {"files and colours": nuisance_baseline(train, test, on_photo=bar.update)}
    if collection_of.keys() & {example.item for example in train}:
        names = [[collection_of.get(example.item, "") for example in role] for role in (train, test)]
        baselines["collections"] = collection_baseline(train, names[0], test, names[1])
    return baselines
