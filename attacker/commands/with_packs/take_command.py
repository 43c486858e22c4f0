"""`take`: check a table of answers to a pack, and write it as rows that the statistics read."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path

from attacker.packs.kinds import KINDS, UNKNOWN


def describe(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("pack", type=Path, help="the pack")
    parser.add_argument("table", type=Path, help="the table that came back")
    parser.add_argument("--key", type=Path, required=True, help="what `pack` wrote with the pack")
    parser.add_argument("--name", required=True, help="of the machine")
    parser.add_argument("--kind", choices=KINDS, default=UNKNOWN, help="of its attack (%(default)s)")
    parser.add_argument("--out", type=Path, default=Path("predictions.csv"), help="(%(default)s)")


def run(args: Namespace) -> Iterator[str]:
    """Write the rows, and yield what was taken; a table that has any fault is refused whole."""
    from attacker.packs.answer_table import read_answers
    from attacker.packs.pack_archive import manifest_of
    from attacker.packs.pack_key import read_key
    from attacker.packs.tidy_answers import accuracies, tidy_rows, write_rows
    from attacker.photos.decoding import read_bytes

    manifest = manifest_of(args.pack)
    key = read_key(args.key, manifest)
    table = read_answers(read_bytes(args.table), manifest)
    kind = table.stated.kind_beside(args.kind)
    write_rows(list(tidy_rows(table, manifest, key, args.name, kind)), args.out)
    states = ", ".join(f"{count} {state}" for state, count in table.states.items())
    yield f"{args.out}: {len(table.answers)} answers as {table.form} ({states})"
    shots = f" with {table.stated.examples} examples of each class" if table.stated.examples else ""
    yield f"kind of attack: {kind}{shots}, which learns {KINDS[kind]}"
    for split, (accuracy, photos) in accuracies(table, key).items():
        yield f"{split}: balanced accuracy {accuracy:.3f} on {photos} photos"
