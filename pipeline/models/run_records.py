"""What attacker runs store as JSON: their epochs, and the members of an ensemble."""

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


def renumbered_list(runs: str, by: int) -> str:
    """Return a list of runs as stimuli store it, such as `3, 5`, with numbers that are larger by so much."""
    return ", ".join(str(int(run) + by) for run in runs.split(", ")) if runs and by else runs


class EnsembleConfig(msgspec.Struct, frozen=True):
    """The architectures whose answers an ensemble averages, sorted by name; none for a network."""

    members: list[str] = []
