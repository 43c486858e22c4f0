"""``python -m attacker``: train, evaluate and explain on a folder of photos, one folder per class."""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

# A thread that waits must sleep: on a machine with other work, spinning threads slow training several times.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from tqdm import tqdm

from attacker.config import AttackerConfig
from attacker.errors import AttackerError, ConfigError, DataError
from attacker.example import Example
from attacker.progress import Progress, part_of

if TYPE_CHECKING:
    from attacker.attention.body_parts import PartAttention
    from attacker.evaluation.baseline_classifier import BaselineResult
    from attacker.photos.folder import Folder
    from attacker.training.trained import TrainedAttacker


def main(arguments: list[str] | None = None) -> int:
    """Run one command; errors the attacker knows become one line and status 1."""
    chosen = _parser().parse_args(arguments)
    try:
        chosen.command(chosen)
    except AttackerError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; the same command goes on from the last epoch", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m attacker", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="train|evaluate|explain|landmarks|benchmark")
    for name, command, purpose in (
        ("train", _train, "train on the folder's training photos"),
        ("evaluate", _evaluate, "test the finished seeds on the folder's test photos"),
        ("explain", _explain, "write a report on where the strongest seed looks in the test photos"),
        ("landmarks", _landmarks, "estimate people's joints in all photos (needs sweetspot[pose])"),
        ("benchmark", _benchmark, "time training, prediction and attention on the folder"),
    ):
        sub = commands.add_parser(name, help=purpose, description=purpose)
        sub.add_argument("folder", type=Path, help="photos, one folder per class")
        sub.add_argument(
            "--run", type=Path, default=Path("var/attacker/run"), help="run folder (%(default)s)"
        )
        sub.add_argument("--cache", type=Path, default=Path("var/attacker/cache"), help="cache (%(default)s)")
        sub.add_argument("--split-seed", type=int, default=0, help="which photos are for what (%(default)s)")
        if name == "train":
            sub.add_argument(
                "--seeds", type=int, default=5, help="trainings, a run folder each in --run (%(default)s)"
            )
        if name in ("train", "benchmark"):
            sub.add_argument(
                "--full", action="store_true", help="fine-tune the whole network; best with a GPU"
            )
            sub.add_argument(
                "--set", action="append", default=[], metavar="NAME=VALUE", help="a config setting"
            )
        if name == "explain":
            sub.add_argument("--landmarks", type=Path, help="table of joints: attention by part of the body")
        sub.set_defaults(command=command)
    return parser


def config_of(full: bool, settings: list[str]) -> AttackerConfig:
    """Return the preset with ``NAME=VALUE`` settings laid over it; values are JSON or plain words."""
    changes = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise ConfigError(f"--set takes NAME=VALUE, not {setting!r}")
        changes[name] = _value(value)
    preset = AttackerConfig() if full else AttackerConfig.quick()
    return AttackerConfig.from_dict({**json.loads(preset.to_json()), **changes})


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _train(chosen: argparse.Namespace) -> None:
    from attacker.training.seeds import train_seeds

    folder = _folder(chosen)
    with _bar("train") as bar:
        runs = train_seeds(
            config_of(chosen.full, chosen.set),
            folder.classes,
            folder.train,
            folder.validation,
            seeds=chosen.seeds,
            root=chosen.run,
            cache_dir=chosen.cache,
            on_progress=_onto(bar),
        )
    for note in runs[0].record.provenance["notes"]:
        print(f"note: {note}")
    for run in runs:
        best = run.record.best
        accuracy = f"validation accuracy {best.validation_accuracy:.3f}"
        print(f"seed {run.config.seed}: {best.stage} epoch {best.epoch}, {accuracy}")
    print(f"runs -> {chosen.run}")
    if len(runs) == 1:
        print("one seed says nothing of how much luck it had; --seeds 5 would")


def _evaluate(chosen: argparse.Namespace) -> None:
    from attacker.evaluation.seed_results import evaluate_seeds

    runs, folder = _runs_and_folder(chosen)
    with _bar("evaluate") as bar:
        found = evaluate_seeds(
            runs, folder.test, folder.validation, cache_dir=chosen.cache, on_progress=_onto(bar)
        )
    print(found.in_words())
    for cue, told in _without_looking(folder).items():
        print(f"{cue} alone: {told.in_words()}")


def _without_looking(folder: Folder) -> dict[str, BaselineResult]:
    """What says nothing about the subject, and how much of the test photos' classes it tells."""
    from attacker.evaluation.nuisance import collection_baseline, nuisance_baseline

    train, test, told = folder.train, folder.test, folder.collections
    with tqdm(total=len(train) + len(test), desc="files and colours", unit="photo", delay=0.5) as bar:
        found = {"files and colours": nuisance_baseline(train, test, on_photo=bar.update)}
    if told.keys() & {example.item for example in train}:
        named = [[told.get(example.item, "") for example in role] for role in (train, test)]
        found["collections"] = collection_baseline(train, named[0], test, named[1])
    return found


def _runs_and_folder(chosen: argparse.Namespace) -> tuple[tuple[TrainedAttacker, ...], Folder]:
    """Return the runs, and the folder if it has their classes."""
    from attacker.training.seeds import load_seeds

    runs, folder = load_seeds(chosen.run), _folder(chosen)
    if folder.classes != runs[0].classes:
        raise DataError(
            f"{chosen.run} tells {', '.join(runs[0].classes)} apart, but {chosen.folder} has "
            f"{', '.join(folder.classes)}; give the folder that it was trained on, or one with those classes"
        )
    return runs, folder


def _folder(chosen: argparse.Namespace) -> Folder:
    from attacker.photos.folder import read_folder

    with _bar("reading photos", delay=0.5) as bar:
        folder = read_folder(
            chosen.folder, chosen.split_seed, on_progress=lambda share: bar.update(100 * share - bar.n)
        )
    for entry in folder.left_out:
        print(entry)
    return folder


def _explain(chosen: argparse.Namespace) -> None:
    """Explain the seed that validation prefers, and say how alike all of them look at things."""
    from attacker.attention.explanation_page import write_explanation
    from attacker.attention.faithfulness import measure_faithfulness
    from attacker.attention.grad_cam import attention_maps
    from attacker.evaluation.seed_results import require_unseen
    from attacker.training.seeds import strongest

    runs, folder = _runs_and_folder(chosen)
    test, best = folder.test, strongest(runs)
    require_unseen(runs, test)
    with _bar("attention") as bar:
        of_seed = [
            attention_maps(
                run,
                test,
                "true",
                cache_dir=chosen.cache,
                on_progress=part_of(_onto(bar), number, len(runs)),
            )
            for number, run in enumerate(runs)
        ]
    maps = of_seed[runs.index(best)]
    with _bar("faithfulness") as bar:
        faithful = measure_faithfulness(best, test, maps, on_progress=_onto(bar))
    alike = _stability(of_seed)
    body = _body(chosen.landmarks, test, maps)
    page = write_explanation(chosen.run / "attention", test, maps, best.classes, faithful, alike, body)
    print(f"seed {best.config.seed}: {faithful.in_words()}")
    if alike is not None:
        print(f"maps of {len(runs)} seeds correlate at {alike:.2f}")
    print(f"report -> {page}")


def _stability(maps: Sequence[Any]) -> float | None:
    """How alike the maps of several seeds are; None for one seed, or where no map has any contrast."""
    from attacker.attention.stability import stability

    alike = stability(maps) if len(maps) > 1 else math.nan
    return None if math.isnan(alike) else alike


def _body(table: Path | None, test: Sequence[Example], maps: Any) -> tuple[PartAttention, ...]:
    """Attention by part of the body, nothing where no landmarks are given."""
    from attacker.attention.body_parts import by_part
    from attacker.photos.decoding import size_of
    from attacker.photos.landmarks import read_landmarks

    if table is None:
        return ()
    poses = read_landmarks(table, [example.item for example in test])
    sizes = [size_of(example.path) for example in test]
    return by_part(test, maps, [poses.get(example.item) for example in test], sizes)


def _landmarks(chosen: argparse.Namespace) -> None:
    from attacker.photos.class_folders import LANDMARKS
    from attacker.photos.landmarks import estimate_landmarks, write_landmarks

    folder = _folder(chosen)
    photos = [*folder.train, *folder.validation, *folder.test]
    with tqdm(total=len(photos), desc="landmarks", unit="photo") as bar:
        poses = estimate_landmarks(photos, bar.update)
    write_landmarks(chosen.folder / LANDMARKS, poses)
    print(f"a person in {len(poses)} of {len(photos)} photos -> {chosen.folder / LANDMARKS}")


def _benchmark(chosen: argparse.Namespace) -> None:
    from attacker.commands.benchmark import STEPS, time_folder

    config, folder = config_of(chosen.full, chosen.set), _folder(chosen)
    with tqdm(total=STEPS, desc="benchmark", unit="step") as bar:
        found = time_folder(config, folder, on_step=bar.update)
    for name, seconds in found.items():
        print(f"{name:44} {seconds:8.2f} s")


def _bar(title: str, delay: float = 0) -> tqdm[Any]:
    return tqdm(total=100, desc=title, unit="%", bar_format="{l_bar}{bar}| {elapsed}{postfix}", delay=delay)


def _onto(bar: tqdm[Any]) -> Callable[[Progress], None]:
    def show(progress: Progress) -> None:
        bar.n = round(100 * progress.fraction)
        accuracy = progress.validation_accuracy
        known = "" if accuracy is None else f", validation {accuracy:.3f}"
        bar.set_postfix_str(f"{progress.stage} {progress.epoch}/{progress.epochs}{known}")

    return show


if __name__ == "__main__":
    sys.exit(main())
