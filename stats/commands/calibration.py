"""`calibration`: simulate how often the verdict is wrong, and compare with what the method page promises."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING

from stats.commands.output import write_files
from stats.errors import CalibrationError

if TYPE_CHECKING:
    from stats.planning.rates import Rate


def describe(parser: ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--runs", type=int, default=2000, help="simulated studies per scenario (2000)")
    parser.add_argument("--seed", type=int, default=20260101, help="of the generator (20260101)")
    parser.add_argument("--out", metavar="DIR", help="folder for calibration.json and calibration.svg")


def run(args: Namespace) -> str:
    """Simulate every scenario, printing each rate as soon as it is known, and write the files.

    Raises
    ------
    CalibrationError
        When a rate lies outside the range that the method page promises.
    """
    from stats.planning.error_rates import calibrate  # optimisers only where studies are simulated

    rates = calibrate(args.runs, args.seed, partial(print, flush=True))
    if args.out:
        _write(rates, args.runs, args.seed, args.out)
    broken = [rate.name for rate in rates if not rate.met]
    if broken:
        raise CalibrationError(f"outside the promised range: {'; '.join(broken)}")
    return f"All {len(rates)} rates are in the promised ranges"


def _write(rates: Sequence[Rate], runs: int, seed: int, folder: str) -> None:
    from stats.figures import calibration_figure, svg  # matplotlib only where a figure is wanted

    values = {"runs": runs, "seed": seed, "rates": [asdict(rate) | {"met": rate.met} for rate in rates]}
    contents = {
        "calibration.json": json.dumps(values, indent=2, allow_nan=False) + "\n",
        "calibration.svg": svg(calibration_figure(rates, runs)),
    }
    write_files(folder, {name: text.encode() for name, text in contents.items()})
