"""Arguments that several commands share."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from attacker.config import AttackerConfig
from attacker.errors import ConfigError


def add_places(parser: ArgumentParser) -> None:
    """Add where photos, runs and cached features lie, and how photos are split."""
    parser.add_argument("folder", type=Path, help="photos, one folder per class")
    parser.add_argument("--run", type=Path, default=Path("var/attacker/run"), help="run folder (%(default)s)")
    parser.add_argument("--cache", type=Path, default=Path("var/attacker/cache"), help="cache (%(default)s)")
    parser.add_argument("--split-seed", type=int, default=0, help="which photos are for what (%(default)s)")


def add_settings(parser: ArgumentParser) -> None:
    """Add how an attacker is trained; see `config_of`."""
    parser.add_argument("--full", action="store_true", help="fine-tune the whole network; best with a GPU")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a config setting")


def config_of(full: bool, settings: list[str]) -> AttackerConfig:
    """Return a preset with settings laid over it.

    Parameters
    ----------
    full
        Whether the whole network is fine-tuned; else `AttackerConfig.quick`.
    settings
        ``NAME=VALUE`` each, the value in JSON or as plain words.

    Raises
    ------
    ConfigError
        If a setting has no value, an unknown name, or a value that cannot be used.

    Examples
    --------
    >>> config_of(full=False, settings=["architecture=resnet50", "seed=4"]).architecture
    'resnet50'
    """
    changes = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise ConfigError(f"--set takes NAME=VALUE, not {setting!r}")
        changes[name] = _value(value)
    preset = AttackerConfig() if full else AttackerConfig.quick()
    return AttackerConfig.from_dict({**json.loads(preset.to_json()), **changes})


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
