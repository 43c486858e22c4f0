"""Statistics from a shell: `python -m stats COMMAND --help`."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import NoReturn

from stats.commands import (
    calibration,
    consistency,
    curves,
    import_,
    monitor,
    power,
    report,
    secondary,
    tiles,
    verdict,
)
from stats.commands.other_designs import groups, minimal, predictor, score
from stats.errors import CalibrationError, InputError

COMMANDS = {
    "verdict": verdict,
    "curves": curves,
    "consistency": consistency,
    "secondary": secondary,
    "report": report,
    "power": power,
    "monitor": monitor,
    "tiles": tiles,
    "groups": groups,
    "minimal": minimal,
    "predictor": predictor,
    "score": score,
    "import": import_,
    "calibration": calibration,
}


class OneLineParser(ArgumentParser):
    """Parser whose errors are one line, like all other errors of the commands."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and print what it returns.

    Returns
    -------
    int
        0; 1 where a simulated error rate breaks its promise; 2 where the input cannot be used. An error is
        one line on stderr.
    """
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
    except (InputError, CalibrationError) as error:
        print(f"{parser.prog} {args.command}: {error}", file=sys.stderr)
        return 2 if isinstance(error, InputError) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
