"""`import`: turn tables of other programs into the tidy table, and tell what each row was taken for."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import pandas as pd

from stats.commands.output import write_json
from stats.errors import InputError
from stats.imports.import_options import ImportOptions
from stats.imports.importing import stream_trials
from stats.imports.layouts import LAYOUTS
from stats.imports.preview import Preview
from stats.table.formula_cells import escaped_cell
from stats.table.schema import AGENT_TYPES

UNFINISHED = ".part"  # a table that is refused in the end never bears its name
SEVERAL: dict[str, Any] = {"nargs": "+", "action": "extend", "default": []}


def describe(parser: ArgumentParser) -> None:
    """Add the options."""
    add = parser.add_argument
    add("tables", nargs="+", metavar="FILE", help="CSV, TSV, JSON, JSON lines, or a zip archive of these")
    add("--out", metavar="TRIALS.csv", help="write the tidy table here; without it, only preview")
    add("--json", metavar="OUT.json", help="write the preview to this file")
    _describe_columns(parser)
    _describe_cells(parser)


def _describe_columns(parser: ArgumentParser) -> None:
    """Add options about which columns and rows are what."""
    add = parser.add_argument
    add("--layout", choices=sorted(LAYOUTS), help="default: what the columns look like")
    add("--columns", "--map", metavar="TIDY=COLUMN", help="take a tidy column from this one", **SEVERAL)
    add("--levels", help="conditions light to heavy, as a,b,c; they become levels 0, 1, 2")
    agents = "who is a person, who a network: human, model, or patterns as in human=P*,Q7 model=vgg*"
    add("--agents", metavar="ROLE[=NAMES]", help=agents, **SEVERAL)
    add("--only", metavar="COLUMN=VALUES", help="only these rows are trials, as sender=photo", **SEVERAL)
    add("--practice", metavar="COLUMN=VALUES", help="these rows are practice", **SEVERAL)
    add("--wide", metavar="MAP.csv", help="a row is a person; MAP.csv tells the photo of each column")


def _describe_cells(parser: ArgumentParser) -> None:
    """Add options about what cells mean."""
    add = parser.add_argument
    add("--missing", metavar="WORD", help="words for no value, also where a class is called so", **SEVERAL)
    add("--answers", metavar="KEY=CLASS", help="classes of recorded keys or buttons, as d=dunk", **SEVERAL)
    add("--several", choices=("first", "last"), help="which answer counts where a trial has several")
    add("--rt-unit", choices=("ms", "s"), help="unit of response times (default: the program's)")
    add("--decimal", choices=(",", "."), help="what separates decimals")
    add("--separator", help="what separates cells (default: what divides the header into most)")
    add("--encoding", default="utf-8-sig", help="of the text (default UTF-8)")


def run(args: Namespace) -> str:
    """Write the tidy table, and return the preview."""
    options = _options(args)
    if args.out:
        preview = _written(args.tables, options, Path(args.out))
    else:
        preview = stream_trials(args.tables, options, lambda _: None)
    if args.json:
        write_json(args.json, preview.to_dict())
    trials = preview.test + preview.practice + preview.catch
    written = f"{trials} trials written to {args.out}"
    return (
        f"{preview.text()}\n{written if args.out else 'Nothing written; --out TRIALS.csv writes the table'}"
    )


def _written(tables: Sequence[str], options: ImportOptions, out: Path) -> Preview:
    with _file(out) as lines:
        first = [True]

        def write(batch: pd.DataFrame) -> None:
            batch.map(escaped_cell).to_csv(lines, index=False, header=first.pop() if first else False)

        return stream_trials(tables, options, write)


@contextmanager
def _file(out: Path) -> Iterator[TextIO]:
    """Open a file that gets its name when it is complete, and is removed when it will never be."""
    unfinished = out.with_name(out.name + UNFINISHED)
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as lines:
            yield lines
        unfinished.replace(out)
    except OSError as error:
        raise InputError(f"{out}: cannot be written ({error.strerror}); choose another place") from None
    finally:
        unfinished.unlink(missing_ok=True)


def _options(args: Namespace) -> ImportOptions:
    return ImportOptions(
        layout=args.layout,
        columns=dict(_pair(text, "--columns", "item_id=stimulus") for text in args.columns),
        levels=args.levels.split(",") if args.levels else (),
        agents=dict(map(_agents, args.agents)),
        missing=args.missing,
        answers=dict(_pair(text, "--answers", "d=dunk") for text in args.answers),
        only=dict(_values(text, "--only") for text in args.only),
        practice=dict(_values(text, "--practice") for text in args.practice),
        several=args.several,
        rt_unit=args.rt_unit,
        decimal=args.decimal,
        separator=args.separator,
        encoding=args.encoding,
        wide=args.wide,
    )


def _pair(text: str, option: str, example: str) -> tuple[str, str]:
    left, equals, right = text.partition("=")
    if not (left and equals and right):
        raise InputError(f"{option} {text}: write it as NAME=NAME, for example {example}")
    return left, right


def _values(text: str, option: str) -> tuple[str, list[str]]:
    column, values = _pair(text, option, "sender=photo,image")
    return column, values.split(",")


def _agents(text: str) -> tuple[str, list[str]]:
    role, equals, names = text.partition("=")
    if role not in AGENT_TYPES:
        raise InputError(f"--agents {text}: begin with human or model, for example human=P* or human alone")
    return role, names.split(",") if equals else ["*"]
