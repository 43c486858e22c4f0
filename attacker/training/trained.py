"""A trained attacker: its weights, and the record of how they were trained."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save

from attacker.config import AttackerConfig
from attacker.errors import CheckpointError, LeakError
from attacker.example import Example
from attacker.features.cache import write_atomically
from attacker.networks.runtime import Runtime, memory_guard, runtime
from attacker.networks.staged import StagedNetwork, staged
from attacker.networks.weights import file_sha256

_WEIGHTS, _RECORD = "model.safetensors", "model.json"
_FORMAT = 1
UNFINISHED = "{}: no finished run here; call train with this folder to start or continue it"
_NOT_USED = ("not installed", "none")  # what records say of packages, and of CUDA, that took no part


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
        examples
            Photos.
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
    """Return the beginning of a hash, which identifies a file in records that list thousands."""
    return content_hash[:16]


def first_trained_stage(network: StagedNetwork, config: AttackerConfig) -> int:
    """Return the number of the lowest stage that is fine-tuned; for a frozen probe, the number of stages."""
    if config.finetune_epochs == 0:
        return len(network.stages)
    if config.finetune_depth is None:
        return 0
    return max(0, len(network.stages) - config.finetune_depth)


def save_trained(attacker: TrainedAttacker, run_dir: Path) -> None:
    """Write the weights, then the record; a run with a record counts as finished."""
    state = {
        name: tensor.detach().cpu().contiguous() for name, tensor in attacker.network.state_dict().items()
    }
    content = save(state)
    write_atomically(run_dir / _WEIGHTS, lambda file: file.write(content), durable=True)
    facts = {
        "format": _FORMAT,
        "classes": attacker.classes,
        "config": asdict(attacker.config),
        "record": asdict(attacker.record),
        "weights_sha256": file_sha256(run_dir / _WEIGHTS),
    }
    text = json.dumps(facts, indent=1).encode()
    write_atomically(run_dir / _RECORD, lambda file: file.write(text), durable=True)


def is_finished(run_dir: Path) -> bool:
    """Return whether a folder holds a finished run."""
    return (run_dir / _RECORD).exists()


def load(run_dir: Path) -> TrainedAttacker:
    """Load a finished run.

    Parameters
    ----------
    run_dir
        The folder that `attacker.train` was given.

    Returns
    -------
    TrainedAttacker
        On the device that its config asks for.

    Raises
    ------
    CheckpointError
        If the run is unfinished, damaged, or of another format.
    DeviceError
        If its device is not available.

    Examples
    --------
    >>> load(Path("no-such-folder"))  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    CheckpointError: no-such-folder: no finished run here; call train with this folder to start or continue it
    """
    facts = _facts(run_dir)
    try:
        config, classes = AttackerConfig.from_dict(facts["config"]), tuple(facts["classes"])
        record, weights_sha256 = _record(facts["record"]), facts["weights_sha256"]
    except (KeyError, TypeError, AttributeError) as error:
        raise CheckpointError(
            f"{run_dir / _RECORD}: incomplete ({error}); restore it or train again"
        ) from error
    if not (run_dir / _WEIGHTS).is_file():
        raise CheckpointError(f"{run_dir / _WEIGHTS}: missing; restore the file or train again")
    if file_sha256(run_dir / _WEIGHTS) != weights_sha256:
        raise CheckpointError(f"{run_dir / _WEIGHTS}: checksum mismatch; restore the file or train again")
    device = runtime(config)
    network = _network(run_dir, config, len(classes))
    with memory_guard("what else this device holds"):
        return TrainedAttacker(network.to(device.device), config, classes, record, device)


def recorded_versions(run_dir: Path) -> dict[str, str]:
    """Return the versions of the packages that trained a finished run; nothing where there is no such run."""
    try:
        versions: dict[str, str] = _facts(run_dir)["record"]["provenance"]["versions"]
    except (CheckpointError, KeyError, TypeError):
        return {}
    return {package: number for package, number in versions.items() if number not in _NOT_USED}


def _facts(run_dir: Path) -> dict[str, Any]:
    path = run_dir / _RECORD
    try:
        facts: dict[str, Any] = json.loads(path.read_text())
    except (FileNotFoundError, NotADirectoryError) as error:
        raise CheckpointError(UNFINISHED.format(run_dir)) from error
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{path}: damaged ({error}); restore it or train again") from error
    if not isinstance(facts, dict) or facts.get("format") != _FORMAT:
        raise CheckpointError(f"{path}: not a record of format {_FORMAT}; restore it or train again")
    return facts


def _network(run_dir: Path, config: AttackerConfig, classes: int) -> StagedNetwork:
    network = staged(config.architecture, "random", config.image_size, config.normalisation, classes)
    try:
        network.load_state_dict(load_file(run_dir / _WEIGHTS))
    except (SafetensorError, RuntimeError) as error:
        raise CheckpointError(f"{run_dir / _WEIGHTS}: not this network's weights ({error})") from error
    return channels_last(network)


def channels_last(network: StagedNetwork) -> StagedNetwork:
    """Return the network with its weights in the memory layout that fast convolutions need."""
    return network.to(memory_format=torch.channels_last)


def _record(facts: dict[str, Any]) -> RunRecord:
    history = tuple(Epoch(**epoch) for epoch in facts["history"])
    groups, files = tuple(facts["trained_groups"]), tuple(facts.get("trained_files", ()))
    return RunRecord(Epoch(**facts["best"]), history, facts["identity"], groups, facts["provenance"], files)
