"""`calibration`: simulate how often the verdict is wrong, and compare with what the method page promises."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from stats.commands.output import write_files
from stats.errors import CalibrationError, InputError

if TYPE_CHECKING:
    from stats.planning.rates import Rate

NUMBERS = "calibration.json"
PAGE = """# How often the verdict is wrong

Written by `python -m stats calibration --runs {runs} --seed {seed}`; what each line simulates is said in
`stats/planning/calibration_runs.py`. Shares of {runs} simulated studies, each with its exact 95 % interval.

| what | share of the studies | promised |
|---|---|---|
{rows}

![rates with their intervals and promised ranges](calibration.svg)
"""


def describe(parser: ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--runs", type=int, default=2000, help="simulated studies per scenario (2000)")
    parser.add_argument("--seed", type=int, default=20260101, help="of the generator (20260101)")
    parser.add_argument("--out", metavar="DIR", help="folder for calibration.json, .svg and .md")
    parser.add_argument(
        "--keep",
        action="store_true",
        help="count only what calibration.json there lacks: for new kinds of studies, where the code "
        "that the others run is unchanged",
    )


def run(args: Namespace) -> str:
    """Simulate every scenario, printing each rate as soon as it is known, and write the files.

    Raises
    ------
    CalibrationError
        When a rate lies outside the range that the method page promises.
    """
    from stats.planning.calibration_runs import calibrate  # optimisers only where studies are simulated

    known = _known(args) if args.keep else {}
    rates = calibrate(args.runs, args.seed, partial(print, flush=True), known)
    if args.out:
        _write(rates, args.runs, args.seed, args.out)
    broken = [rate.name for rate in rates if not rate.met]
    if broken:
        raise CalibrationError(f"outside the promised range: {'; '.join(broken)}")
    return f"All {len(rates)} rates are in the promised ranges"


def _known(args: Namespace) -> dict[str, Rate]:
    """Return the rates of the folder by name.

    Raises
    ------
    InputError
        When there are none, or they are of other runs or of another seed.
    """
    from stats.planning.rates import Calibration

    try:
        counted = msgspec.json.decode(Path(args.out or ".", NUMBERS).read_bytes(), type=Calibration)
    except (OSError, msgspec.DecodeError) as error:
        raise InputError(f"--keep: no {NUMBERS} to keep rates of in --out ({error})") from None
    if (counted.runs, counted.seed) != (args.runs, args.seed):
        raise InputError(f"--keep: {NUMBERS} has {counted.runs} runs and seed {counted.seed}; give the same")
    return {rate.name: rate for rate in counted.rates}


def _write(rates: Sequence[Rate], runs: int, seed: int, folder: str) -> None:
    from stats.figures import calibration_figure, svg  # matplotlib only where a figure is wanted

    values = {"runs": runs, "seed": seed, "rates": [asdict(rate) | {"met": rate.met} for rate in rates]}
    contents = {
        NUMBERS: json.dumps(values, indent=2, allow_nan=False) + "\n",
        "calibration.svg": svg(calibration_figure(rates, runs)),
        "calibration.md": _page(rates, runs, seed),
    }
    write_files(folder, {name: text.encode() for name, text in contents.items()})


def _page(rates: Sequence[Rate], runs: int, seed: int) -> str:
    """Return the rates as a page of the documentation."""
    rows = [
        f"| {rate.name} | {rate.rate:.4f} [{rate.low:.4f}, {rate.high:.4f}] | {_promise(rate)} |"
        for rate in rates
    ]
    return PAGE.format(runs=runs, seed=seed, rows="\n".join(rows))


def _promise(rate: Rate) -> str:
    """Return the promised range, and whether it was missed; nothing where a rate is only for comparison."""
    if (rate.goal_low, rate.goal_high) == (0, 1):
        return ""
    return f"{rate.goal_low:g} to {rate.goal_high:g}" + ("" if rate.met else ", **missed**")
