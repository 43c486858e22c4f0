"""`few-shot`: let frozen features answer a pack by its labelled examples, once for each draw of them."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

if TYPE_CHECKING:
    from attacker.shots.two_towers import Eye


def describe(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("pack", type=Path, help="the pack, frozen with examples")
    parser.add_argument("--examples", type=int, required=True, help="of each class in a draw")
    parser.add_argument("--draws", type=int, default=1, help="tables, each by other examples (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of the draws (%(default)s)")
    parser.add_argument("--out", type=Path, default=Path("few-shot"), help="folder (%(default)s)")
    parser.add_argument(
        "--architecture", default="efficientnet_lite0", help="of torchvision or timm (%(default)s)"
    )
    parser.add_argument("--clip", help="an image tower of open_clip instead, as --model of zero-shot")
    parser.add_argument("--weights", default="", help="a file; with --clip also a tag (the library's own)")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto", help="(%(default)s)")


def run(args: Namespace) -> Iterator[str]:
    """Write the tables, and yield where they are."""
    from attacker.packs.pack_archive import manifest_of
    from attacker.shots.answering_packs import answer_by_examples

    manifest = manifest_of(args.pack)
    manifest.first_examples(args.examples)  # refused before a network is built
    eye = _eye(args)
    yield f"few-shot by {eye.source}"
    total = len(manifest.stimuli) + len(manifest.examples)
    with tqdm(total=total, desc="looking", unit="photo", delay=0.5) as bar:
        tables = answer_by_examples(
            args.pack, eye, args.examples, args.draws, args.seed, args.out, bar.update
        )
        yield from (f"{table}: {len(manifest.stimuli)} answers; give it to `take`" for table in tables)


def _eye(args: Namespace) -> Eye:
    if args.clip:
        from attacker.shots.clip_towers import ClipTowers

        return ClipTowers(args.clip, args.weights, device=args.device)
    from attacker.config import AttackerConfig
    from attacker.shots.frozen_features import FrozenFeatures

    weights = args.weights or "pretrained"
    return FrozenFeatures(AttackerConfig(architecture=args.architecture, weights=weights, device=args.device))
