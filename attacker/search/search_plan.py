"""What a search is about: its photos, its levels and its budget. It knows no test photos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from attacker.config import AttackerConfig
from attacker.errors import ConfigError, DataError
from attacker.example import Example
from attacker.photos.decoding import hashes_of
from attacker.photos.splits import hold_out
from attacker.search.recipe_ideas import recipes
from attacker.search.recipes import Recipe
from attacker.training.run_facts import data_hash, run_identity

SCREENED_ON = 0.25  # share of the training photos that all recipes are tried on before the best have all
_FINALISTS = 0.25  # share of the recipes
_FEW = 4  # so few recipes are tried on all photos at once
MOST_RECIPES = 500


@dataclass(frozen=True)
class Budget:
    """How much a search may try, and for how long.

    Parameters
    ----------
    recipes
        For each level, today's included.
    cpu_seconds
        Of this process, for all levels together and for all of its runs; None sets no limit. A GPU's seconds
        are not among them.

    Raises
    ------
    ConfigError
        If there is less than one recipe besides today's, or no time.

    Examples
    --------
    >>> Budget(16).finalists, Budget(3).finalists, Budget(3).screens
    (4, 3, False)
    """

    recipes: int = 16
    cpu_seconds: float | None = None

    def __post_init__(self) -> None:
        if not 2 <= self.recipes <= MOST_RECIPES:
            raise ConfigError(f"a search tries 2 to {MOST_RECIPES} recipes a level, not {self.recipes}")
        if self.cpu_seconds is not None and not self.cpu_seconds > 0:
            raise ConfigError(
                f"a search needs more than {self.cpu_seconds} CPU-seconds; leave them out for no limit"
            )

    @property
    def screens(self) -> bool:
        """Whether recipes are first tried on a part of the photos."""
        return self.recipes > _FEW

    @property
    def work(self) -> float:
        """How many trainings on all photos the trials of a level are worth."""
        return 1 + SCREENED_ON * self.recipes + self.finalists if self.screens else self.recipes

    @property
    def finalists(self) -> int:
        """How many recipes, today's not counted among them where recipes are screened, get all photos."""
        return ceil(_FINALISTS * self.recipes) if self.screens else self.recipes


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
        if not self.today.finetune_epochs:
            raise ConfigError("a search needs a recipe that fine-tunes; set finetune_epochs above 0")
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
