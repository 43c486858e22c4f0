"""A recipe: how an attacker is trained, and whether it learns from the crops of lighter levels too."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from attacker.config import AttackerConfig
from attacker.example import Example


@dataclass(frozen=True)
class Recipe:
    """What decides how strong an attack on one level is, besides the photos.

    Parameters
    ----------
    config
        How each network is trained.
    lighter
        Whether it learns from the crops of all lighter levels too; otherwise from those of its own level.

    Examples
    --------
    >>> today = Recipe(AttackerConfig())
    >>> Recipe(AttackerConfig(mixing="mixup"), lighter=False).words(today)
    'mixing=mixup, lighter=False'
    >>> today.words(today)
    "today's recipe"
    """

    config: AttackerConfig
    lighter: bool = True

    @property
    def key(self) -> str:
        """A short name that no other recipe has."""
        settings = json.dumps([self.config.identifying(), self.lighter], sort_keys=True)
        return hashlib.sha256(settings.encode()).hexdigest()[:12]

    def learned_from(self, photos: Sequence[Example], level: int) -> tuple[Example, ...]:
        """Return the photos of some levels that an attack on one level learns from."""
        return tuple(
            photo for photo in photos if photo.level == level or (self.lighter and photo.level < level)
        )

    def words(self, today: Recipe) -> str:
        """Return what differs from today's recipe, as settings."""
        ours, theirs = ({**asdict(recipe.config), "lighter": recipe.lighter} for recipe in (self, today))
        changes = [
            f"{name}={value:.3g}" if isinstance(value, float) else f"{name}={value}"
            for name, value in ours.items()
            if value != theirs[name]
        ]
        return ", ".join(changes) or "today's recipe"
