"""`architectures`: try networks with random weights, and print as a table what each can do."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attacker.commands.architecture_trials import Trial

HEAD = "| architecture | side (px) | stages | map | trained, stopped, resumed |\n|---|---|---|---|---|"


def describe(parser: ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "names", nargs="*", help="networks; all of torchvision and 45 families of timm if none"
    )


def run(args: Namespace) -> Iterator[str]:
    """Yield the table in Markdown, a line for each network as soon as it was tried."""
    from attacker.commands.architecture_trials import registry, try_architecture

    yield HEAD
    for name in args.names or registry():
        yield line_of(try_architecture(name))


def line_of(trial: Trial) -> str:
    """Return the row of one network.

    Examples
    --------
    >>> from attacker.commands.architecture_trials import Trial
    >>> line_of(Trial("resnet18", 64, 6, (2, 2), True))
    '| `resnet18` | 64 | 6 | 2 x 2 | yes |'
    """
    if not trial.stages:
        return f"| `{trial.architecture}` | {trial.side} | none: {trial.reason} | none | no |"
    grid = " x ".join(map(str, trial.grid)) or "none"
    resumed = "yes" if trial.resumed else "no"
    return f"| `{trial.architecture}` | {trial.side} | {trial.stages} | {grid} | {resumed} |"
