"""A trained attacker: its weights, and the record of how they were trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from attacker.config import AttackerConfig
from attacker.errors import LeakError
from attacker.example import Example
from attacker.networks.runtime import Runtime
from attacker.networks.staged import StagedNetwork


@dataclass(frozen=True)
class Epoch:
    """Losses and accuracies of one epoch.

    Accuracies and the validation loss are means over classes, the training loss is one over photos, both in
    nats.
    """

    stage: str
    epoch: int
    loss: float
    train_accuracy: float
    validation_accuracy: float
    validation_loss: float

    def better_than(self, other: Epoch | None) -> bool:
        """Return whether this epoch has the lower validation loss.

        The accuracy on a few dozen photos is so coarse that the best of many epochs is mostly a lucky one.
        """
        return other is None or self.validation_loss < other.validation_loss


@dataclass(frozen=True)
class RunRecord:
    """The course of a training, and the data that went into it.

    Parameters
    ----------
    best
        The epoch whose weights are kept, chosen on validation.
    history
        Every epoch of both stages.
    identity
        Hash of config, classes and data; a run is only resumed under the same identity.
    trained_groups
        Groups of photos that these weights, or those they started from, were trained on.
    provenance
        Versions, revision, data hashes, counts, levels, device, precision, notes.
    trained_files
        Beginnings of the hashes of the files that they were trained on; older records have none.
    """

    best: Epoch
    history: tuple[Epoch, ...]
    identity: str
    trained_groups: tuple[str, ...]
    provenance: dict[str, Any]
    trained_files: tuple[str, ...] = ()


@dataclass(frozen=True)
class TrainedAttacker:
    """A trained network and its record.

    Parameters
    ----------
    network
        In evaluation mode, on its device.
    config
        How it was trained.
    classes
        Names in the order of its outputs.
    record
        The course of the training.
    runtime
        Device and precision that it runs with.
    """

    network: StagedNetwork
    config: AttackerConfig
    classes: tuple[str, ...]
    record: RunRecord
    runtime: Runtime

    @property
    def cut(self) -> int:
        """Number of the lowest stage that was trained; the features below it can be cached."""
        return first_trained_stage(self.network, self.config)

    def require_unseen(self, examples: Sequence[Example], contents: Sequence[str] | None = None) -> None:
        """Raise an error if these weights were trained on any of the photos.

        Parameters
        ----------
        contents
            Hash of each one's file, [n]. Where they are given, files are compared as well as groups: in
            another folder the groups of the same files have other names.

        Raises
        ------
        LeakError
            If a group or a file was trained on; the message says how many were.
        """
        seen = {example.group for example in examples} & set(self.record.trained_groups)
        if seen:
            raise LeakError(f"{len(seen)} groups to be tested on were trained on, e.g. {sorted(seen)[0]}")

        if contents is not None:
            self._require_unseen_files(examples, contents)

    def _require_unseen_files(self, examples: Sequence[Example], contents: Sequence[str]) -> None:
        trained, pairs = set(self.record.trained_files), zip(examples, contents, strict=True)
        same = [example.path for example, content in pairs if short(content) in trained]
        if same:
            raise LeakError(f"{len(same)} files to be tested on were trained on, e.g. {same[0]}")


def short(content_hash: str) -> str:
    """Return the beginning of a hash, which identifies a file in records that list thousands.

    Examples
    --------
    >>> short("0123456789abcdef0123456789abcdef")
    '0123456789abcdef'
    """
    return content_hash[:16]


def first_trained_stage(network: StagedNetwork, config: AttackerConfig) -> int:
    """Return the number of the lowest stage that is fine-tuned; for a frozen probe, the number of stages.

    Examples
    --------
    >>> from attacker.networks.staged import staged
    >>> network = staged("timm:test_resnet", "random", 32, "frozen", classes=2)
    >>> whole, last, probe = (
    ...     AttackerConfig(finetune_depth=None), AttackerConfig(finetune_depth=1), AttackerConfig.probe()
    ... )
    >>> len(network.stages) - first_trained_stage(network, last)
    1
    >>> first_trained_stage(network, whole), first_trained_stage(network, probe) == len(network.stages)
    (0, True)
    """
    if config.trains == "head":
        return len(network.stages)
    if config.finetune_depth is None:
        return 0
    return max(0, len(network.stages) - config.finetune_depth)


def channels_last(network: StagedNetwork) -> StagedNetwork:
    """Return the network with its weights in the memory layout that fast convolutions need.

    Examples
    --------
    >>> from attacker.networks.staged import staged
    >>> network = channels_last(staged("timm:test_resnet", "random", 32, "frozen", classes=2))
    >>> weights = next(weight for weight in network.parameters() if weight.ndim == 4)
    >>> weights.is_contiguous(memory_format=torch.channels_last)
    True
    """
    return network.to(memory_format=torch.channels_last)
