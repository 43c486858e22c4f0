"""What a search is about: its photos, its levels and what may be tried. It knows no test photos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from attacker.config import AttackerConfig
from attacker.errors import ConfigError, DataError
from attacker.example import Example
from attacker.photos.decoding import hashes_of
from attacker.photos.splits import hold_out
from attacker.search.recipe_ideas import recipes
from attacker.search.recipes import Recipe
from attacker.training.run_facts import data_hash, run_identity


@dataclass(frozen=True)
class SearchPlan:
    """Everything that decides what a search finds, the budget apart.

    Parameters
    ----------
    today
        The recipe that is to be beaten; its seed is that of all trainings.
    classes
        Names; an example's label is an index into them.
    train, validation
        Photos to learn from, and photos by which epochs and recipes are chosen, each at all levels.
    levels
        That are attacked, one search each.
    seed
        Of the draw of recipes, and of the photos that they are screened on.
    architectures
        Other networks to try.

    Raises
    ------
    ConfigError
        If today's recipe is a frozen probe.
    DataError
        If no level is named, or one has no photos in both roles.
    """

    today: AttackerConfig
    classes: tuple[str, ...]
    train: tuple[Example, ...]
    validation: tuple[Example, ...]
    levels: tuple[int, ...]
    seed: int = 0
    architectures: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.today.trains == "head":
            raise ConfigError("a search needs a recipe that fine-tunes; set finetune_epochs or tuning")
        there_are = set(_levels(self.train)) & set(_levels(self.validation))
        missing = sorted(set(self.levels) - there_are)
        if missing or not self.levels:
            raise DataError(
                f"levels need photos to train and to validate on, which {sorted(there_are)} are; "
                f"it was given {sorted(self.levels)}"
            )

    def recipes(self, number: int) -> tuple[Recipe, ...]:
        """Return so many recipes, today's first."""
        return recipes(self.today, number, self.seed, self.architectures)

    def training_photos(self, share: float) -> tuple[Example, ...]:
        """Return a share of each class's training photos, the same for all recipes."""
        return hold_out(self.train, 1 - share, self.seed)[0] if share < 1 else self.train

    def identity(self) -> str:
        """Return a hash over everything that decides what is found; reads all photos.

        Raises
        ------
        PhotoError
            If a photo cannot be read.
        """
        data = [data_hash(photos, hashes_of(photos)) for photos in (self.train, self.validation)]
        return run_identity(self.today, self.classes, *data, self.levels, self.seed, self.architectures)


def _levels(photos: Sequence[Example]) -> list[int]:
    return sorted({photo.level for photo in photos})
