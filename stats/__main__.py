"""Statistics from a shell: `python -m stats COMMAND --help`."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from stats.errors import CalibrationError, InputError

# A command's module is imported when it is asked for: others, and what they need, take memory that a large
# table wants.
COMMANDS = {
    "verdict": "stats.commands.verdict",
    "curves": "stats.commands.curves",
    "consistency": "stats.commands.between_observers.consistency",
    "secondary": "stats.commands.secondary",
    "report": "stats.commands.report",
    "power": "stats.commands.power",
    "consistency-power": "stats.commands.between_observers.consistency_power",
    "machines": "stats.commands.between_observers.machines",
    "monitor": "stats.commands.monitor",
    "tiles": "stats.commands.tiles",
    "groups": "stats.commands.other_designs.groups",
    "difficulty": "stats.commands.other_designs.difficulty",
    "minimal": "stats.commands.other_designs.minimal",
    "predictor": "stats.commands.other_designs.predictor",
    "score": "stats.commands.other_designs.score",
    "items": "stats.commands.other_designs.items",
    "import": "stats.commands.import_",
    "calibration": "stats.commands.calibration",
}


class OneLineParser(ArgumentParser):
    """Parser whose errors are one line, like all other errors of the commands."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and print what it returns.

    Returns
    -------
    0; 1 where a simulated error rate breaks its promise; 2 where the input cannot be used. An error is one
    line on stderr.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    parser = _parser(asked=words[0] if words else "")
    args = parser.parse_args(words)
    try:
        print(import_module(COMMANDS[args.command]).run(args), flush=True)
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (InputError, CalibrationError) as error:
        print(f"{parser.prog} {args.command}: {error}", file=sys.stderr)
        return 2 if isinstance(error, InputError) else 1
    return 0


def _parser(asked: str) -> ArgumentParser:
    """Return the parser of the command that is asked for, or of all where none is."""
    parser = OneLineParser(prog="python -m stats", description="Statistics of Sweetspot.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, place in COMMANDS.items():
        if asked in COMMANDS and asked != name:
            commands.add_parser(name)
            continue
        module = import_module(place)
        summary = (module.__doc__ or "").split(": ", 1)[1]
        module.describe(commands.add_parser(name, help=summary, description=summary))
    return parser


if __name__ == "__main__":
    sys.exit(main())
