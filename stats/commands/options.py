"""Options that several commands share."""

from __future__ import annotations

from argparse import ArgumentParser

from stats.decision.criteria import HumanGate
from stats.errors import CriteriaError


def add_tables(parser: ArgumentParser) -> None:
    """Add the tables of trials, and which people count."""
    parser.add_argument("tables", nargs="+", metavar="TRIALS.csv", help="tidy tables of trials")
    parser.add_argument("--mode", help="which people to analyse when the tables hold several modes")


def add_thresholds(parser: ArgumentParser) -> None:
    """Add floor, ceiling and error rate."""
    parser.add_argument("--floor", type=float, default=0.85, help="people must be above it (default .85)")
    parser.add_argument("--ceiling", type=float, default=0.75, help="machine must be below it (default .75)")
    parser.add_argument("--alpha", type=float, default=0.05, help="error rate (default .05)")


def add_human_gate(parser: ArgumentParser) -> None:
    """Add what is asked of people at a level."""
    parser.add_argument(
        "--human-gate",
        choices=list(HumanGate),
        default=HumanGate.FLOOR,
        help="people must be above the floor, or lose less than --delta against uncropped photos (floor)",
    )
    parser.add_argument("--delta", type=float, default=0.10, help="loss that would be too large (.10)")


def add_competence(parser: ArgumentParser) -> None:
    """Add what is asked of the machine on uncropped photos."""
    parser.add_argument("--competence", type=float, default=0.80, help="attacker on uncropped photos (.80)")


def add_looks(parser: ArgumentParser) -> None:
    """Add what secondary analyses use beyond the trials: predictions and earlier looks."""
    parser.add_argument(
        "--predictions", nargs="+", metavar="PREDICTIONS.csv", help="machine rows with validation photos"
    )
    parser.add_argument(
        "--looks", type=int, default=0, help="analyses that were run before the study closed (0)"
    )
    parser.add_argument("--planned", type=int, help="people the study was meant to have")


def add_guessing(parser: ArgumentParser) -> None:
    """Add the accuracy of guessing, where it is not one share of as many answers as classes."""
    parser.add_argument(
        "--chance",
        nargs="+",
        default=[],
        metavar="[KIND=]RATE",
        help="accuracy of guessing, as .2 or human=.2 model=.25 (default: the column chance, else 1/classes)",
    )


def listed_numbers(option: str, text: str) -> list[float]:
    """Return the numbers of an option that takes several, with commas between them.

    Raises
    ------
    CriteriaError
        When a part is no number.
    """
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise CriteriaError(f"{option}: {text!r} is not a list of numbers such as .97,.95") from None


def at_least_one(text: str) -> int:
    """Return a whole number from 1 on; other words end the command with one line."""
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


at_least_one.__name__ = "whole number from 1"  # what argparse calls a word that is none


def add_chance(parser: ArgumentParser, resamples: int | None) -> None:
    """Add the size of the bootstrap, None for what the table affords, and the seed of its generator."""
    default = "1000, fewer for very many pairs" if resamples is None else resamples
    what = f"of the bootstrap ({default})"
    parser.add_argument("--resamples", type=at_least_one, default=resamples, help=what)
    parser.add_argument("--seed", type=int, default=0, help="of the generator (0)")


def add_outputs(parser: ArgumentParser, *, figure: bool) -> None:
    """Add the files to write."""
    parser.add_argument("--json", metavar="OUT.json", help="write all numbers to this file")
    if figure:
        parser.add_argument("--figure", metavar="OUT.svg", help="draw to this .svg, .pdf or .png")
