"""Arguments that several commands share."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from attacker.config import RECIPES, AttackerConfig
from attacker.errors import ConfigError


def add_places(parser: ArgumentParser) -> None:
    """Add where photos, runs and cached features lie, and how photos are split."""
    parser.add_argument("folder", type=Path, help="photos, one folder per class")
    parser.add_argument("--run", type=Path, default=Path("var/attacker/run"), help="run folder (%(default)s)")
    parser.add_argument("--cache", type=Path, default=Path("var/attacker/cache"), help="cache (%(default)s)")
    parser.add_argument("--split-seed", type=int, default=0, help="which photos are for what (%(default)s)")


def add_settings(parser: ArgumentParser) -> None:
    """Add how an attacker is trained; see `config_of`."""
    parser.add_argument(
        "--recipe",
        choices=sorted(RECIPES),
        default="quick",
        help="what learns beside the head: upper stages (quick), all (full), adapters of every matrix "
        "(lora, low-rank; for large networks), nothing (probe); default: %(default)s",
    )
    parser.add_argument(
        "--full", dest="recipe", action="store_const", const="full", help="the same as --recipe full"
    )
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a config setting")


def config_of(recipe: str, settings: list[str]) -> AttackerConfig:
    """Return a recipe with settings laid over it.

    Parameters
    ----------
    recipe
        One of `attacker.config.RECIPES`.
    settings
        ``NAME=VALUE`` each, the value in JSON or as plain words.

    Raises
    ------
    ConfigError
        If a setting has no value, an unknown name, or a value that cannot be used.

    Examples
    --------
    >>> config_of("quick", ["architecture=resnet50", "seed=4"]).architecture
    'resnet50'
    """
    changes = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise ConfigError(f"--set takes NAME=VALUE, not {setting!r}")
        changes[name] = _value(value)
    return AttackerConfig.from_dict({**json.loads(RECIPES[recipe]().to_json()), **changes})


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
