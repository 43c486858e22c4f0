"""`architectures`: try networks with random weights, and print as a table what each can do."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path

from attacker.commands.architecture_table import HEAD, line_of, rows_of, with_rows


def describe(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "names", nargs="*", help="networks; all of torchvision and 45 families of timm if none"
    )
    parser.add_argument(
        "--page", type=Path, help="a page whose table gets the rows too, such as docs/method/architectures.md"
    )


def run(args: Namespace) -> Iterator[str]:
    """Yield the table in Markdown, a line for each network as soon as it was tried."""
    from attacker.commands.architecture_trials import registry, try_architecture

    yield HEAD
    for name in args.names or registry():
        row = line_of(try_architecture(name))
        if args.page is not None:
            _put(row, name, args.page, registry())
        yield row


def _put(row: str, name: str, page: Path, order: tuple[str, ...]) -> None:
    """Write one row at once: a walk of hours may be stopped, and go on with the names that are left."""
    text = page.read_text(encoding="utf-8")
    rows = {**rows_of(text), name: row}
    page.write_text(with_rows(text, rows, order), encoding="utf-8")
