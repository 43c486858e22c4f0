"""What attacker runs, and searches for stronger ones, store as JSON."""

from __future__ import annotations

from typing import Any

import msgspec


class EpochRecord(msgspec.Struct, frozen=True):
    """One epoch of a training; while a run is under way, its stage and validation accuracy only.

    Validation and accuracies are means over classes, losses are in nats. `kept` marks the epoch whose weights
    the run keeps.
    """

    stage: str
    epoch: int | None = None
    loss: float | None = None
    train_accuracy: float | None = None
    validation_accuracy: float | None = None
    validation_loss: float | None = None
    kept: bool = False


class SearchedRecipe(msgspec.Struct, frozen=True):
    """A recipe that a search found, as the attackers keep it that are trained by it.

    Attributes
    ----------
    settings : of its training, as `attacker.config.AttackerConfig` takes them
    lighter : whether it learns from the crops of lighter levels too
    words : in which settings it differs from the study's own
    tried : recipes that the search had tried
    """

    settings: dict[str, Any]
    lighter: bool
    words: str
    tried: int

    @property
    def provenance(self) -> str:
        """How it was found, and what it changes."""
        return f"found by a search of {self.tried} recipes on validation photos: {self.words}"


class SearchTerms(msgspec.Struct, frozen=True):
    """What a search starts from; it stays as it is while the search goes on.

    Attributes
    ----------
    today : settings of the recipe that is to be beaten, as `attacker.config.AttackerConfig` takes them
    architectures : other networks to try
    seed : of the draw of recipes
    """

    today: dict[str, Any]
    architectures: tuple[str, ...] = ()
    seed: int = 0


class SearchSummary(msgspec.Struct, frozen=True):
    """What a search on one level found, on validation photos, as versions and reports keep it.

    Attributes
    ----------
    tried : recipes, the study's own among them
    on_all : those that learned from all training photos; the others fell out on a part of them
    today, strongest : accuracy of the study's own recipe, and of the strongest
    median, worst : accuracy, of those that learned from all training photos
    words : in which settings the strongest differs from the study's own; empty if that is the strongest
    key : of the strongest recipe; empty if the study's own is the strongest
    cpu_hours : that all trials took
    """

    tried: int
    on_all: int
    today: float
    strongest: float
    median: float
    worst: float
    words: str
    key: str
    cpu_hours: float


def renumbered_list(runs: str, by: int) -> str:
    """Return a list of runs as stimuli store it, such as `3, 5`, with numbers that are larger by so much."""
    return ", ".join(str(int(run) + by) for run in runs.split(", ")) if runs and by else runs


class EnsembleConfig(msgspec.Struct, frozen=True):
    """The architectures whose answers an ensemble averages, sorted by name; none for a network."""

    members: list[str] = []
