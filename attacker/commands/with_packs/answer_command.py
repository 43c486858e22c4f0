"""`answer`: let finished seeds answer a pack, and write a table for each."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path

from attacker.commands.progress_bar import percent_bar, shown_on


def describe(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("pack", type=Path, help="the pack")
    parser.add_argument("--run", type=Path, default=Path("var/attacker/run"), help="run folder (%(default)s)")
    parser.add_argument("--out", type=Path, default=Path(), help="folder for the tables (%(default)s)")


def run(args: Namespace) -> Iterator[str]:
    """Write the tables, and yield where they are."""
    from attacker.packs.trained_answers import answer_pack
    from attacker.training.seeds import load_seeds

    runs = load_seeds(args.run)
    with percent_bar("answer") as bar:
        yield from map(str, answer_pack(runs, args.pack, args.out, on_progress=shown_on(bar)))
