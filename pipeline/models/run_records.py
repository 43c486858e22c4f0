"""What attacker runs store as JSON: their epochs, and the members of an ensemble."""

from __future__ import annotations

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


def renumbered_list(runs: str, by: int) -> str:
    """Return a list of runs as stimuli store it, such as `3, 5`, with numbers that are larger by so much."""
    return ", ".join(str(int(run) + by) for run in runs.split(", ")) if runs and by else runs


class EnsembleConfig(msgspec.Struct, frozen=True):
    """The architectures whose answers an ensemble averages, sorted by name; none for a network."""

    members: list[str] = []
