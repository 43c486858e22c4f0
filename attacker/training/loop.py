"""The training loop: it reads batches from a phase, and hands states and progress to what it was given."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from attacker.config import AttackerConfig
from attacker.errors import DivergedError
from attacker.features.cached_features import Bank, PixelBank
from attacker.networks.runtime import to_device
from attacker.progress import Monitor, Progress
from attacker.training.checkpoints import RunState, Tensors
from attacker.training.mixing import mixed_loss, mixture
from attacker.training.optimizer import PhaseOptimizer
from attacker.training.phases import Phase, steps_of_an_epoch
from attacker.training.targets import Targets
from attacker.training.trained import Epoch
from stats.inference.balanced_accuracy import balanced_accuracy

_VALIDATION_BATCH = 128


class Saver(Protocol):
    """What keeps the state, after each epoch or some of them."""

    def save(self, state: RunState) -> None: ...


def fit(
    phase: Phase, targets: Targets, config: AttackerConfig, state: RunState, saver: Saver, monitor: Monitor
) -> None:
    """Train a phase to its last epoch, or until the validation loss stops falling.

    Parameters
    ----------
    phase
        Its tensors are trained in place.
    targets
        Labels and weights.
    config
        Seed, batch size, patience, smoothing.
    state
        Changed in place; a state from inside this phase is continued.
    monitor
        Gets the progress; may stop the training.

    Raises
    ------
    DivergedError
        If a loss is not finite.
    StoppedError
        If the monitor's caller asks for it.

    Examples
    --------
    >>> state = RunState("head")  # doctest: +SKIP
    >>> fit(head_phase, targets, config, state, NoCheckpoints(), Monitor())  # doctest: +SKIP
    >>> state.best.validation_loss  # doctest: +SKIP
    0.31
    """
    optimizer = PhaseOptimizer(phase, config)
    if state.current:
        optimizer.restore(state.current)
    elif state.best is not None:
        state.best_tensors = _copy(phase.tensors())  # a later phase must beat the weights that it starts from
    while state.epoch < phase.epochs and _epochs_since_best(state) < config.patience:
        learned = _train_epoch(phase, targets, config, state.epoch, optimizer, monitor)
        with optimizer.average.in_place():
            epoch = Epoch(phase.name, state.epoch + 1, *learned, *_validate(phase, targets, monitor))
            _record(state, epoch, phase)
        state.current = _copy(optimizer.tensors())
        saver.save(state)
        monitor.report(_progress(epoch, phase))


def _copy(tensors: Tensors) -> Tensors:
    """Return copies in main memory: a GPU would hold the optimizer's state and the best weights twice."""
    return {name: tensor.detach().to("cpu", copy=True) for name, tensor in tensors.items()}


def _record(state: RunState, epoch: Epoch, phase: Phase) -> None:
    if epoch.better_than(state.best):
        state.best, state.best_tensors = epoch, _copy(phase.tensors())
    state.history.append(epoch)
    state.epoch += 1


def _epochs_since_best(state: RunState) -> int:
    """Return how many epochs ago the stage had its lowest validation loss; 0 before its first epoch."""
    losses = [epoch.validation_loss for epoch in state.history if epoch.stage == state.stage]
    return len(losses) - 1 - losses.index(min(losses)) if losses else 0


def _progress(epoch: Epoch, phase: Phase) -> Progress:
    return Progress(
        phase.name,
        epoch.epoch,
        phase.epochs,
        epoch.epoch / phase.epochs,
        epoch.loss,
        epoch.train_accuracy,
        epoch.validation_accuracy,
        epoch.validation_loss,
    )


def _train_epoch(
    phase: Phase,
    targets: Targets,
    config: AttackerConfig,
    number: int,
    optimizer: PhaseOptimizer,
    monitor: Monitor,
) -> tuple[float, float]:
    """Train epoch `number`, from 0; return its mean loss and balanced accuracy on the training photos."""
    seed = _seed_of(config.seed, phase.name, number)
    batches = list(_batches(phase.train_bank, steps_of_an_epoch(phase.train_bank, config), seed))
    device = targets.train.device
    total, logits, order = torch.zeros((), dtype=torch.float64, device=device), [], []
    phase.training(True)
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        # Of dropout and the like. `torch.manual_seed` would note a stack trace for each kind of device that
        # is not there, which takes most of a millisecond.
        torch.default_generator.manual_seed(seed)
        if device.type == "cuda":
            torch.cuda.manual_seed_all(seed)
        for step, (rows, views) in enumerate(batches, start=number * len(batches)):
            monitor.check()
            loss, output = _step(phase, targets, config, optimizer, step, rows, views)
            total += loss.double() * len(rows)  # not read until the epoch ends: a GPU would wait each time
            logits.append(output)
            order.append(rows)
    phase.training(False)
    accuracy = _accuracy(torch.cat(logits), targets.train[np.concatenate(order)])
    return _finite(float(total) / len(phase.train_bank), phase), accuracy


def _finite(loss: float, phase: Phase) -> float:
    """Return the loss; raise an error if it is not finite: a diverged attacker would pass for a weak one."""
    if math.isfinite(loss):
        return loss
    raise DivergedError(
        f"the training diverged in stage {phase.name} (its loss is {loss}); "
        f"lower {'head_lr' if phase.name == 'head' else 'finetune_lr'}, or use precision='fp32'"
    )


def _seed_of(seed: int, stage: str, number: int) -> int:
    """Return a seed that depends on the epoch or step alone, so that a resumed run draws the same numbers."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{stage}/{number}".encode()).digest()[:7], "big")


def _batches(
    bank: Bank | PixelBank, steps: int, seed: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield all photos once in random order, each in one of its views, in batches of nearly equal size."""
    random = np.random.default_rng(seed)
    order = random.permutation(len(bank))
    chosen = random.integers(0, bank.views.count, len(bank))
    for rows in np.array_split(order, steps):
        yield rows, chosen[rows]


def _step(
    phase: Phase,
    targets: Targets,
    config: AttackerConfig,
    optimizer: PhaseOptimizer,
    number: int,
    rows: NDArray[np.int64],
    views: NDArray[np.int64],
) -> tuple[Tensor, Tensor]:
    x, mixed = phase.train_bank.batch(rows.tolist(), views.tolist()), None
    drawn = mixture(config, phase.name, len(rows), _seed_of(config.seed, f"{phase.name}/mixing", number))
    if drawn is not None:
        x, share = drawn(x)
        mixed = drawn, share
    logits = phase.logits(x)
    chosen = to_device(rows, targets.train.device)
    labels, weights = targets.train[chosen], targets.weights[chosen]
    loss = mixed_loss(logits, labels, weights, config.label_smoothing, mixed)
    optimizer.step(loss, number)
    return loss.detach(), logits.detach()


@torch.inference_mode()
def _validate(phase: Phase, targets: Targets, monitor: Monitor) -> tuple[float, float]:
    logits = []
    for start in range(0, len(phase.validation_bank), _VALIDATION_BATCH):
        monitor.check()
        rows = range(start, min(start + _VALIDATION_BATCH, len(phase.validation_bank)))
        logits.append(phase.logits(phase.validation_bank.batch(list(rows), [0] * len(rows))))
    output, labels = torch.cat(logits), targets.validation
    losses = functional.cross_entropy(output, labels, reduction="none")
    means = [losses[labels == label].mean() for label in torch.unique(labels)]  # every class weighs the same
    return _accuracy(output, labels), _finite(float(torch.stack(means).mean()), phase)


def _accuracy(logits: Tensor, labels: Tensor) -> float:
    """Return the balanced accuracy of logits [n, K] on the device of the labels, int64 [n]."""
    return balanced_accuracy((logits.argmax(1) == labels).cpu().numpy(), labels.cpu().numpy())
