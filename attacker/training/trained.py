"""A trained attacker: its weights and everything that is known about how they came about."""

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
_NOT_USED = ("not installed", "none")  # what records say of packages, and of CUDA, that took no part


@dataclass(frozen=True)
class Epoch:
    """What one epoch gave; validation and accuracies are means over classes, losses in nats."""

    stage: str
    epoch: int
    loss: float
    train_accuracy: float
    validation_accuracy: float
    validation_loss: float

    def better_than(self, other: Epoch | None) -> bool:
        """Whether validation prefers this epoch: by its loss.

        Of a few dozen photos an accuracy is so coarse that the best of many epochs is mostly a lucky one.
        """
        return other is None or self.validation_loss < other.validation_loss


@dataclass(frozen=True)
class RunRecord:
    """How a training went and what went into it.

    Parameters
    ----------
    best
        The epoch whose weights are kept, chosen on validation.
    history
        Every epoch of both stages.
    identity
        Hash of config, classes and data: what a resumed run must agree on.
    trained_groups
        Groups of photos that these weights, or those they started from, have learned from.
    provenance
        Versions, revision, data hashes, counts, levels, device, precision, notes.
    trained_files
        Beginnings of the hashes of the files that they have learned from; older records have none.
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
        What is known of the training.
    runtime
        Device and precision that it runs in.
    """

    network: StagedNetwork
    config: AttackerConfig
    classes: tuple[str, ...]
    record: RunRecord
    runtime: Runtime

    @property
    def cut(self) -> int:
        """First stage that was trained; everything below is as pretrained and can be cached."""
        return first_trained_stage(self.network, self.config)

    def require_unseen(self, examples: Sequence[Example], contents: Sequence[str] | None = None) -> None:
        """Refuse photos of groups that these weights learned from.

        Parameters
        ----------
        examples
            Photos.
        contents
            Hash of each one's file: where they are given, files that were learned from are refused too. In
            another folder their groups go by other names.

        Raises
        ------
        LeakError
            With their number.
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
    """Return the beginning of a hash: enough to know a file again, in records that list thousands."""
    return content_hash[:16]


def first_trained_stage(network: StagedNetwork, config: AttackerConfig) -> int:
    """Return the number of the lowest stage that is fine-tuned; a frozen probe has none."""
    if config.finetune_epochs == 0:
        return len(network.stages)
    if config.finetune_depth is None:
        return 0
    return max(0, len(network.stages) - config.finetune_depth)


def save_trained(attacker: TrainedAttacker, run_dir: Path) -> None:
    """Write weights, then the record that makes the run count as finished."""
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
    return (run_dir / _RECORD).exists()


def load(run_dir: Path) -> TrainedAttacker:
    """Load a finished run.

    Parameters
    ----------
    run_dir
        The folder that `train` was given.

    Returns
    -------
    TrainedAttacker
        On the device that its config asks for.

    Raises
    ------
    CheckpointError
        If the run is unfinished, damaged, or of another format.
    DeviceError
        If its device is not there.
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
    """Return the versions of the packages that trained a finished run, by package; nothing where none is."""
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
        raise CheckpointError(
            f"{run_dir}: no finished run here; call train with this folder to go on"
        ) from error
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
    """Lay the convolutions out as fast kernels want them."""
    return network.to(memory_format=torch.channels_last)


def _record(facts: dict[str, Any]) -> RunRecord:
    history = tuple(Epoch(**epoch) for epoch in facts["history"])
    groups, files = tuple(facts["trained_groups"]), tuple(facts.get("trained_files", ()))
    return RunRecord(Epoch(**facts["best"]), history, facts["identity"], groups, facts["provenance"], files)
