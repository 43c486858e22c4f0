"""The record of a search: every trial that was finished, and the time that it took."""

from __future__ import annotations

from typing import Any

import msgspec

from attacker.config import AttackerConfig
from attacker.search.recipes import Recipe

FORMAT = "sweetspot attack search 1"


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """One recipe, tried on one level.

    Attributes
    ----------
    level : that was attacked
    settings, lighter : the recipe
    share : of the training photos that it learned from, in (0, 1]
    seed : of its training
    accuracies : on validation photos, balanced over classes, of its level and the lighter ones, by level
    loss : on validation photos of its level, in nats, balanced over classes
    epochs : that were trained, of all stages
    cpu_seconds : that it took, features included where no earlier trial had left them in the cache
    failed : why it has no accuracy; empty if it has
    """

    level: int
    settings: dict[str, Any]
    lighter: bool
    share: float
    seed: int
    accuracies: dict[int, float] = {}
    loss: float = 0.0
    epochs: int = 0
    cpu_seconds: float = 0.0
    failed: str = ""

    @property
    def recipe(self) -> Recipe:
        """The recipe that was tried."""
        return Recipe(AttackerConfig.from_dict(self.settings), self.lighter)

    @property
    def accuracy(self) -> float:
        """Accuracy on validation photos of its own level."""
        return self.accuracies[self.level]

    @property
    def rank(self) -> tuple[float, float]:
        """By which recipes are chosen: accuracy, and where that is equal, the lower loss."""
        return self.accuracy, -self.loss


class Team(msgspec.Struct, frozen=True):
    """Networks of several recipes that answer together, by the mean of their log probabilities.

    Attributes
    ----------
    level : that is attacked
    members : keys of the recipes
    accuracy : on validation photos of the level, balanced over classes
    """

    level: int
    members: tuple[str, ...]
    accuracy: float


class SearchRecord(msgspec.Struct, frozen=True):
    """What a search has done so far.

    Attributes
    ----------
    identity : hash of everything that decides what is found
    seen : roles of the photos that were read
    trials : in the order in which they ended
    teams : one for each level whose search has ended
    unfinished : CPU-seconds spent on trials that have not ended, by the names of their runs
    format : of the file
    """

    identity: str
    seen: tuple[str, ...] = ("train", "validation")
    trials: tuple[Trial, ...] = ()
    teams: tuple[Team, ...] = ()
    unfinished: dict[str, float] = {}
    format: str = FORMAT

    @property
    def cpu_seconds(self) -> float:
        """CPU-seconds that were spent, on trials that have not ended too."""
        return sum(trial.cpu_seconds for trial in self.trials) + sum(self.unfinished.values())

    def of(self, level: int, share: float | None = None) -> tuple[Trial, ...]:
        """Return the trials on one level that have an accuracy, of one share of the photos or of all."""
        return tuple(
            trial
            for trial in self.trials
            if trial.level == level and share in (None, trial.share) and not trial.failed
        )

    def trial_of(self, level: int, recipe: Recipe, share: float) -> Trial | None:
        """Return the trial of a recipe, a failed one too; None if it has not ended."""
        same = (t for t in self.trials if (t.level, t.share) == (level, share) and t.recipe == recipe)
        return next(same, None)
