"""`zero-shot`: let a model of an image and a text tower answer a pack by prompts, and write its table."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator
from pathlib import Path

from tqdm import tqdm


def describe(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("pack", type=Path, help="the pack")
    parser.add_argument(
        "--model", required=True, help="of open_clip, as ViT-B-32; or hf-hub:..., local-dir:..."
    )
    parser.add_argument("--weights", default="", help="a tag of open_clip's hub, or a file")
    parser.add_argument("--out", type=Path, default=Path("zero-shot.csv"), help="the table (%(default)s)")
    parser.add_argument("--templates", type=Path, help="file of prompts, one a line, with {} in each")
    parser.add_argument(
        "--words",
        type=_words,
        action="append",
        default=[],
        metavar="CLASS=WORDS",
        help="what the text tower knows a class as, where not by its name; may be given again",
    )
    parser.add_argument("--crops", action="store_true", help="crop photos as in the model's training")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto", help="(%(default)s)")


def run(args: Namespace) -> Iterator[str]:
    """Write the table, and yield where it is and what it depends on."""
    from attacker.packs.pack_archive import manifest_of
    from attacker.shots.answering_packs import answer_by_prompts
    from attacker.shots.clip_towers import ClipTowers
    from attacker.shots.prompts import TEMPLATES, prompts_of, read_templates

    manifest = manifest_of(args.pack)
    prompts = prompts_of(manifest.choices, read_templates(args.templates or TEMPLATES), args.words)
    towers = ClipTowers(args.model, args.weights, crops=args.crops, device=args.device)
    yield f"zero-shot by {towers.source}"
    with tqdm(total=len(manifest.stimuli), desc="looking", unit="photo", delay=0.5) as bar:
        beside = answer_by_prompts(args.pack, towers, prompts, args.out, bar.update)
    yield f"{args.out}: {len(manifest.stimuli)} answers; give it to `take`"
    yield f"{beside}: model, weights and prompts"


def _words(text: str) -> tuple[str, str]:
    name, equals, words = text.partition("=")
    if not equals:
        raise ArgumentTypeError(f"{text!r} is not CLASS=WORDS, as dunk='a slam dunk'")
    return name, words
