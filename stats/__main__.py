"""Statistics from a shell: `python -m stats COMMAND --help`."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import NoReturn

from stats.commands import consistency, curves, import_, monitor, power, report, secondary, tiles, verdict
from stats.errors import InputError

COMMANDS = {
    "verdict": verdict,
    "curves": curves,
    "consistency": consistency,
    "secondary": secondary,
    "report": report,
    "power": power,
    "monitor": monitor,
    "tiles": tiles,
    "import": import_,
}


class OneLineParser(ArgumentParser):
    """Complains in one line, like every other error here."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; wrong input ends with one line on stderr and exit code 2."""
    parser = OneLineParser(prog="python -m stats", description="Statistics of Sweetspot.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, module in COMMANDS.items():
        summary = (module.__doc__ or "").split(": ", 1)[1]
        module.describe(commands.add_parser(name, help=summary, description=summary))
    args = parser.parse_args(argv)
    try:
        print(COMMANDS[args.command].run(args), flush=True)
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except InputError as error:
        print(f"{parser.prog} {args.command}: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
