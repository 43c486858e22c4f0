"""`import`: turn tables of model-vs-human, JATOS/jsPsych or PsychoPy into the tidy table."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections import Counter

import pandas as pd

from stats.commands.output import write_text
from stats.errors import InputError
from stats.table.importing import Imported, import_trials
from stats.table.layouts import LAYOUTS


def describe(parser: ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("tables", nargs="+", metavar="FILE", help="CSV, or JSON lines (.json, .jsonl, .txt)")
    parser.add_argument("--out", required=True, metavar="TRIALS.csv", help="write the tidy table here")
    parser.add_argument("--layout", choices=sorted(LAYOUTS), help="default: what the columns look like")
    parser.add_argument("--levels", help="conditions light to heavy, as a,b,c; they become levels 0, 1, 2")
    parser.add_argument("--agent-type", choices=("human", "model"), help="who answered, for all rows")
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="TIDY=COLUMN",
        help="take a tidy column from this column",
    )


def run(args: Namespace) -> str:
    """Write the tidy table and return the mapping that was used."""
    parts = [
        import_trials(
            path,
            layout=args.layout,
            columns=dict(_pair(text) for text in args.map),
            levels=args.levels.split(",") if args.levels else None,
            agent_type=args.agent_type,
        )
        for path in args.tables
    ]
    table = pd.concat([part.table for part in parts], ignore_index=True)
    write_text(args.out, table.to_csv(index=False))
    return "\n".join([*_mapping(parts), f"{len(table)} trials written to {args.out}"])


def _pair(text: str) -> tuple[str, str]:
    target, equals, source = text.partition("=")
    if not (target and equals and source):
        raise InputError(f"--map {text}: write it as TIDY=COLUMN, for example --map item_id=stimulus")
    return target, source


def _mapping(parts: list[Imported]) -> list[str]:
    """Describe each way of mapping once, with the number of files that used it."""
    mappings = Counter((part.layout, *part.mapping.items()) for part in parts)
    lines = [
        line
        for (layout, *pairs), files in mappings.items()
        for line in (
            f"Layout {layout}, {files} file(s):",
            *(f"  {name} <- {source}" for name, source in pairs),
        )
    ]
    dropped = sum(part.dropped for part in parts)
    return [*lines, f"{dropped} rows are no trials and were left out"] if dropped else lines
