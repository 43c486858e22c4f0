"""How much a search may try, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from attacker.errors import ConfigError

SCREENED_ON = 0.25  # share of the training photos that all recipes are tried on before the best have all
_FINALISTS = 0.25  # share of the recipes
FEW = 4  # so few recipes are tried on all photos at once
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
        return self.recipes > FEW

    @property
    def work(self) -> float:
        """How many trainings on all photos the trials of a level are worth."""
        return 1 + SCREENED_ON * self.recipes + self.finalists if self.screens else self.recipes

    @property
    def finalists(self) -> int:
        """How many recipes, today's not counted among them where recipes are screened, get all photos."""
        return ceil(_FINALISTS * self.recipes) if self.screens else self.recipes
