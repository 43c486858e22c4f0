"""Train one attacker: a head on frozen features, then the upper stages at a low rate; resumable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from attacker.architectures import StagedNetwork, build
from attacker.cache import Store, store
from attacker.checkpoints import Checkpoints, RunState, require_same_run
from attacker.config import AttackerConfig
from attacker.devices import Runtime, memory_guard, runtime
from attacker.errors import CheckpointError, DataError
from attacker.example import Example
from attacker.features import Bank, Frozen, PixelBank, bank, hashes_of
from attacker.fitting import Targets, fit, put
from attacker.phases import FinetunePhase, HeadPhase, Phase
from attacker.progress import Progress, Watch, ignore, never
from attacker.provenance import data_hash, describe, identity
from attacker.splits import require_disjoint, require_enough, require_no_shared_file
from attacker.trained import (
    RunRecord,
    TrainedAttacker,
    channels_last,
    first_trained_stage,
    is_finished,
    load,
    save_trained,
)
from attacker.views import PLAIN, ViewSet

_LEAST_TRAIN, _LEAST_VALIDATION = 2, 1
_LOWER = "batch_size or image_size, or fine-tune fewer stages (finetune_depth)"


def train(
    config: AttackerConfig,
    classes: Sequence[str],
    train: Sequence[Example],
    validation: Sequence[Example],
    *,
    run_dir: Path,
    cache_dir: Path | None = None,
    warm_start: Path | None = None,
    example_weights: Sequence[float] | None = None,
    on_progress: Callable[[Progress], None] = ignore,
    should_stop: Callable[[], bool] = never,
) -> TrainedAttacker:
    """Train an attacker, or go on where `run_dir` left off.

    Parameters
    ----------
    config
        How to train.
    classes
        Names; an example's label is an index into them.
    train
        Photos to learn from, of any levels.
    validation
        Photos that choose the best epoch (balanced accuracy, then loss).
    run_dir
        Checkpoints and the finished attacker; a finished one is loaded and returned.
    cache_dir
        Frozen features, shared between runs and processes; None keeps them in memory.
    warm_start
        Folder of a finished run with the same classes and network: start fine-tuning from its weights.
        Its head is already trained, so the head stage is skipped unless there is no fine-tuning.
    example_weights
        Weight of each training photo in the loss, [n_train]; None weighs them alike.
    on_progress
        Called after each epoch and each batch of features.
    should_stop
        Asked before every batch.

    Returns
    -------
    TrainedAttacker
        With the weights of the best epoch.

    Raises
    ------
    LeakError
        If a group, a source photo or a file stands in both roles, at whatever level.
    DataError
        If a class has too few photos; `PhotoError` if a photo cannot be read.
    WeightsError
        If pretrained weights cannot be had.
    CheckpointError
        If `run_dir` is damaged or belongs to another run, or `warm_start` does not fit.
    DeviceError
        If the device is missing or out of memory.
    Stopped
        If `should_stop` said so; what was done can be resumed.

    References
    ----------
    Carlini et al. (2019), On Evaluating Adversarial Robustness, arXiv:1902.06705 (adaptive attackers).
    Howard and Ruder (2018), ULMFiT, ACL (head first, then lower layers at lower rates).
    """
    warm = _warm(warm_start, config, classes)
    _check(classes, train, validation, warm)
    job = _Job.prepare(config, classes, train, validation, example_weights, warm)
    if is_finished(run_dir):
        return _finished(run_dir, job.identity)
    watch = Watch(on_progress, should_stop)
    with memory_guard(_LOWER):
        trained = _run(job, Checkpoints(run_dir, job.identity), store(cache_dir), watch)
    save_trained(trained, run_dir)
    Checkpoints(run_dir, job.identity).clear()
    watch.report(Progress("done", 1, 1, 1.0))
    return trained


@dataclass(frozen=True)
class _Job:
    """All that is fixed before the first batch."""

    config: AttackerConfig
    classes: tuple[str, ...]
    train: Sequence[Example]
    validation: Sequence[Example]
    train_hashes: tuple[str, ...]
    validation_hashes: tuple[str, ...]
    targets: Targets
    warm: TrainedAttacker | None
    runtime: Runtime
    identity: str

    @classmethod
    def prepare(
        cls,
        config: AttackerConfig,
        classes: Sequence[str],
        train: Sequence[Example],
        validation: Sequence[Example],
        example_weights: Sequence[float] | None,
        warm: TrainedAttacker | None,
    ) -> _Job:
        """Read the photos' hashes and derive the rest."""
        train_hashes, validation_hashes = hashes_of(train), hashes_of(validation)
        require_no_shared_file(train_hashes, validation_hashes)
        device = runtime(config)
        data = [data_hash(train, train_hashes), data_hash(validation, validation_hashes)]
        weights = None if example_weights is None else [float(weight) for weight in example_weights]
        name = identity(config, classes, *data, weights, warm.record.identity if warm else None)
        targets = _targets(config, len(classes), train, validation, weights, device.device)
        return cls(
            config,
            tuple(classes),
            train,
            validation,
            train_hashes,
            validation_hashes,
            targets,
            warm,
            device,
            name,
        )

    def trained_groups(self) -> tuple[str, ...]:
        before = self.warm.record.trained_groups if self.warm else ()
        return tuple(sorted({example.group for example in self.train} | set(before)))

    def provenance(self) -> dict[str, Any]:
        return {
            **describe(self.train, self.validation, self.runtime),
            "train_data": data_hash(self.train, self.train_hashes),
            "validation_data": data_hash(self.validation, self.validation_hashes),
            "warm_start": self.warm.record.identity if self.warm else None,
        }


def _warm(folder: Path | None, config: AttackerConfig, classes: Sequence[str]) -> TrainedAttacker | None:
    if folder is None:
        return None
    warm = load(folder)
    if warm.classes != tuple(classes):
        raise CheckpointError(f"{folder}: trained on classes {warm.classes}, not {tuple(classes)}")
    if (warm.config.architecture, warm.config.normalisation) != (config.architecture, config.normalisation):
        raise CheckpointError(
            f"{folder}: another architecture or normalisation; start from weights of the same kind"
        )
    return warm


def _check(
    classes: Sequence[str],
    train: Sequence[Example],
    validation: Sequence[Example],
    warm: TrainedAttacker | None,
) -> None:
    require_enough(train, classes, _LEAST_TRAIN, "train")
    require_enough(validation, classes, _LEAST_VALIDATION, "validate")
    require_disjoint(train, validation, trained_before=warm.record.trained_groups if warm else ())


def _finished(run_dir: Path, expected: str) -> TrainedAttacker:
    trained = load(run_dir)
    require_same_run(trained.record.identity, expected, run_dir)
    return trained


def _targets(
    config: AttackerConfig,
    classes: int,
    train: Sequence[Example],
    validation: Sequence[Example],
    weights: Sequence[float] | None,
    device: torch.device,
) -> Targets:
    labels = _shuffled(train, config.seed) if config.shuffle_labels else np.array([e.label for e in train])
    return Targets(
        torch.from_numpy(labels).to(device),
        torch.tensor([example.label for example in validation], device=device),
        _weights(labels, classes, weights, balance=config.class_balance).to(device),
        classes,
    )


def _shuffled(examples: Sequence[Example], seed: int) -> NDArray[np.int64]:
    """Give source photos each other's labels; all crops of one photo keep a common one."""
    label_of = {example.item: example.label for example in examples}
    items = sorted(label_of)
    shuffled = np.random.default_rng(seed).permutation([label_of[item] for item in items])
    given = dict(zip(items, shuffled.tolist(), strict=True))
    return np.array([given[example.item] for example in examples])


def _weights(
    labels: NDArray[np.int64], classes: int, given: Sequence[float] | None, *, balance: bool
) -> Tensor:
    """Return loss weights with mean 1, float32 [n]."""
    weights = np.ones(len(labels)) if given is None else np.asarray(given, dtype=np.float64)
    if weights.shape != labels.shape or not (weights >= 0).all() or weights.sum() <= 0:
        raise DataError(f"example_weights must be {len(labels)} numbers of at least 0, not all 0")
    if balance:
        mass = np.bincount(labels, weights, minlength=classes)
        weights = weights / np.where(mass > 0, mass, 1.0)[labels]
    return torch.from_numpy((weights / weights.mean()).astype(np.float32))


def _run(job: _Job, checkpoints: Checkpoints, cache: Store, watch: Watch) -> TrainedAttacker:
    network = _network(job)
    state = checkpoints.restore() or RunState("head" if _needs_head(job) else "finetune")
    phase: Phase | None = None
    if state.stage == "head":
        phase = _head_phase(job, network, cache, watch)
        fit(phase, job.targets, job.config, state, checkpoints, watch)
        put(phase, state.best_tensors)
        if job.config.finetune_epochs:
            state.stage, state.epoch, state.stale, state.current = "finetune", 0, 0, {}
    if state.stage == "finetune":
        phase = _finetune_phase(job, network, cache, watch)
        fit(phase, job.targets, job.config, state, checkpoints, watch)
        put(phase, state.best_tensors)
    return _result(job, network, state)


def _needs_head(job: _Job) -> bool:
    return job.warm is None or job.config.finetune_epochs == 0


def _network(job: _Job) -> StagedNetwork:
    """Return a network to train: warm weights where given, pretrained ones otherwise."""
    if job.warm is not None:
        return job.warm.network.to(job.runtime.device)
    return channels_last(build(job.config, len(job.classes))).to(job.runtime.device)


def _head_phase(job: _Job, network: StagedNetwork, cache: Store, watch: Watch) -> HeadPhase:
    # Fine-tuning will need the maps at its cut anyway: the head's features are computed from those.
    base = first_trained_stage(network, job.config) if job.config.finetune_epochs else 0
    banks = _banks(job, network, len(network.stages) + 1, cache, watch, base=base)
    return HeadPhase(network, job.config, *banks)


def _finetune_phase(job: _Job, network: StagedNetwork, cache: Store, watch: Watch) -> FinetunePhase:
    start = first_trained_stage(network, job.config)
    return FinetunePhase(network, job.config, job.runtime, start, *_banks(job, network, start, cache, watch))


def _banks(
    job: _Job, network: StagedNetwork, cut: int, cache: Store, watch: Watch, *, base: int = 0
) -> tuple[Bank | PixelBank, Bank | PixelBank]:
    frozen = Frozen(network, job.config.architecture, cut, job.config.image_size, job.runtime, base)
    views = ViewSet("augmented", job.config.views)
    return (
        bank(frozen, job.train, job.train_hashes, cache, views, watch.photos),
        bank(frozen, job.validation, job.validation_hashes, cache, PLAIN, watch.photos),
    )


def _result(job: _Job, network: StagedNetwork, state: RunState) -> TrainedAttacker:
    assert state.best is not None, "a phase runs at least one epoch"
    record = RunRecord(state.best, tuple(state.history), job.identity, job.trained_groups(), job.provenance())
    return TrainedAttacker(network.eval(), job.config, job.classes, record, job.runtime)
