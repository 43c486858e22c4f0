"""A finished run in its folder: its weights and its record, written, recognised and loaded."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save

from attacker.config import AttackerConfig
from attacker.errors import CheckpointError
from attacker.features.cache import write_atomically
from attacker.file_hash import file_sha256
from attacker.networks.runtime import memory_guard, runtime
from attacker.networks.staged import StagedNetwork, staged
from attacker.networks.weights import with_layout_of
from attacker.training.record_file import FORMAT, RECORD, WEIGHTS, facts_of
from attacker.training.trained import Epoch, RunRecord, TrainedAttacker, channels_last


def save_trained(attacker: TrainedAttacker, run_dir: Path) -> None:
    """Write the weights, then the record; a run with a record counts as finished.

    Examples
    --------
    >>> save_trained(attacker, Path("run"))  # doctest: +SKIP
    >>> is_finished(Path("run"))  # doctest: +SKIP
    True
    """
    state = {
        name: tensor.detach().cpu().contiguous() for name, tensor in attacker.network.state_dict().items()
    }
    content = save(state)
    write_atomically(run_dir / WEIGHTS, lambda file: file.write(content), durable=True)
    text = json.dumps(_facts(attacker, file_sha256(run_dir / WEIGHTS)), indent=1).encode()
    write_atomically(run_dir / RECORD, lambda file: file.write(text), durable=True)


def _facts(attacker: TrainedAttacker, weights_sha256: str) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "classes": attacker.classes,
        "config": asdict(attacker.config),
        "record": asdict(attacker.record),
        "weights_sha256": weights_sha256,
    }


def _require_weights(path: Path, sha256: str) -> None:
    if not path.is_file():
        raise CheckpointError(f"{path}: missing; restore the file or train again")
    if file_sha256(path) != sha256:
        raise CheckpointError(f"{path}: checksum mismatch; restore the file or train again")


def load(run_dir: Path) -> TrainedAttacker:
    """Load a finished run.

    Parameters
    ----------
    run_dir
        The folder that `attacker.train` was given.

    Returns
    -------
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
    facts = facts_of(run_dir)
    try:
        config, classes = AttackerConfig.from_dict(facts["config"]), tuple(facts["classes"])
        record, weights_sha256 = _record(facts["record"]), facts["weights_sha256"]
    except (KeyError, TypeError, AttributeError) as error:
        raise CheckpointError(
            f"{run_dir / RECORD}: incomplete ({error}); restore it or train again"
        ) from error
    _require_weights(run_dir / WEIGHTS, weights_sha256)
    device = runtime(config)
    network = _network(run_dir, config, len(classes))
    with memory_guard("what else this device holds"):
        return TrainedAttacker(network.to(device.device), config, classes, record, device)


def _network(run_dir: Path, config: AttackerConfig, classes: int) -> StagedNetwork:
    network = staged(config.architecture, "random", config.image_size, config.normalisation, classes)
    try:
        network.load_state_dict(with_layout_of(network, load_file(run_dir / WEIGHTS)))
    except (SafetensorError, RuntimeError) as error:
        raise CheckpointError(f"{run_dir / WEIGHTS}: not this network's weights ({error})") from error
    return channels_last(network)


def _record(facts: dict[str, Any]) -> RunRecord:
    history = tuple(Epoch(**epoch) for epoch in facts["history"])
    groups, files = tuple(facts["trained_groups"]), tuple(facts.get("trained_files", ()))
    return RunRecord(Epoch(**facts["best"]), history, facts["identity"], groups, facts["provenance"], files)
