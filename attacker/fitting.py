"""The training loop. It knows no photo and no folder: a phase feeds it, ports carry its news away."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from attacker.checkpoints import RunState, Tensors
from attacker.config import AttackerConfig
from attacker.devices import carried
from attacker.errors import DivergedError
from attacker.phases import Phase
from attacker.progress import Progress, Watch
from attacker.targets import Targets
from attacker.trained import Epoch

_WARMUP = 0.1  # share of all steps
_VALIDATION_BATCH = 128


class Saver(Protocol):
    """Where the state goes after each epoch."""

    def save(self, state: RunState) -> None: ...


def fit(
    phase: Phase, targets: Targets, config: AttackerConfig, state: RunState, saver: Saver, watch: Watch
) -> None:
    """Run a phase to its last epoch, or until validation stops improving.

    Parameters
    ----------
    phase
        What is trained.
    targets
        Labels and weights.
    config
        Seed, batch size, patience, smoothing.
    state
        Changed in place; where it already stands inside this phase, it is gone on with.
    saver
        Gets the state after each epoch.
    watch
        Progress and the wish to stop.
    """
    optimizer = torch.optim.AdamW(phase.groups(), weight_decay=config.weight_decay, fused=True)
    rates = [group["lr"] for group in optimizer.param_groups]
    if state.current:
        restore(phase, optimizer, state.current)
    elif state.best is not None:
        state.best_tensors = _copy(phase.tensors())  # a later phase must beat where it starts from
    while state.epoch < phase.epochs and state.stale < config.patience:
        epoch = _epoch(phase, targets, config, state.epoch, optimizer, rates, watch)
        _take_in(state, epoch, phase)
        state.current = {**_copy(phase.tensors()), **_optimizer_tensors(optimizer)}
        saver.save(state)
        watch.report(_news(epoch, phase))


def restore(phase: Phase, optimizer: torch.optim.Optimizer, current: Tensors) -> None:
    """Put the tensors of a checkpoint back where they were."""
    put(phase, current)
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    entries: dict[int, dict[str, Tensor]] = {}
    for name, tensor in current.items():
        if name.startswith("optimizer."):
            _, index, key = name.split(".")
            entries.setdefault(int(index), {})[key] = _laid_out_like(parameters[int(index)], tensor)
    optimizer.load_state_dict({"state": entries, "param_groups": optimizer.state_dict()["param_groups"]})


def _laid_out_like(parameter: Tensor, saved: Tensor) -> Tensor:
    """Return the same values in the parameter's memory layout: the fused optimizer walks both alike."""
    return torch.empty_like(parameter).copy_(saved) if saved.shape == parameter.shape else saved


def put(phase: Phase, tensors: Tensors) -> None:
    """Copy saved tensors into the phase's own."""
    with torch.no_grad():
        for name, tensor in phase.tensors().items():
            tensor.copy_(tensors[name])


def _copy(tensors: Tensors) -> Tensors:
    """Copies in main memory: on a GPU the optimizer and the best weights would stand there twice."""
    return {name: tensor.detach().to("cpu", copy=True) for name, tensor in tensors.items()}


def _optimizer_tensors(optimizer: torch.optim.Optimizer) -> Tensors:
    entries = optimizer.state_dict()["state"]
    return {
        f"optimizer.{index}.{key}": value.to("cpu", copy=True)
        for index, entry in entries.items()
        for key, value in entry.items()
    }


def _take_in(state: RunState, epoch: Epoch, phase: Phase) -> None:
    better = epoch.better_than(state.best)
    if better:
        state.best, state.best_tensors = epoch, _copy(phase.tensors())
    state.stale = 0 if better else state.stale + 1
    state.history.append(epoch)
    state.epoch += 1


def _news(epoch: Epoch, phase: Phase) -> Progress:
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


def _epoch(
    phase: Phase,
    targets: Targets,
    config: AttackerConfig,
    number: int,
    optimizer: torch.optim.Optimizer,
    rates: Sequence[float],
    watch: Watch,
) -> Epoch:
    seed = _seed(config.seed, phase.name, number)
    batches = list(_batches(len(phase.train_bank), phase.train_bank.views.count, config.batch_size, seed))
    total, logits, order = torch.zeros((), dtype=torch.float64, device=targets.train.device), [], []
    phase.training(True)
    device = targets.train.device
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.manual_seed(seed)  # dropout and the like
        for step, (rows, views) in enumerate(batches):
            watch.check()
            _set_rates(optimizer, rates, (number + step / len(batches)) / phase.epochs)
            loss, output = _step(phase, targets, config, optimizer, rows, views)
            total += loss.double() * len(rows)  # not read until the epoch ends: a GPU would wait each time
            logits.append(output)
            order.append(rows)
    phase.training(False)
    train_accuracy = balanced_accuracy(torch.cat(logits), targets.train[np.concatenate(order)])
    mean_loss = _finite(float(total) / len(phase.train_bank), phase)
    return Epoch(phase.name, number + 1, mean_loss, train_accuracy, *_validate(phase, targets, watch))


def _finite(loss: float, phase: Phase) -> float:
    """Refuse to go on from weights that are none: an attacker that diverged would pass for a weak one."""
    if math.isfinite(loss):
        return loss
    raise DivergedError(
        f"the training diverged in stage {phase.name} (its loss is {loss}); "
        f"lower {'head_lr' if phase.name == 'head' else 'finetune_lr'}, or use precision='fp32'"
    )


def _seed(seed: int, stage: str, epoch: int) -> int:
    """Derive the epoch's random state from what names it, so that a resumed run draws the same numbers."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{stage}/{epoch}".encode()).digest()[:7], "big")


def _batches(
    photos: int, views: int, size: int, seed: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield all photos once in random order, each in one of its views, in batches of nearly equal size."""
    random = np.random.default_rng(seed)
    order = random.permutation(photos)
    chosen = random.integers(0, views, photos)
    for rows in np.array_split(order, math.ceil(photos / size)):
        yield rows, chosen[rows]


def _set_rates(optimizer: torch.optim.Optimizer, rates: Sequence[float], done: float) -> None:
    """Warm up linearly, then fall along a cosine; the share of steps `done` is all the state there is."""
    factor = min(1.0, (done + 1e-3) / _WARMUP) * 0.5 * (1 + math.cos(math.pi * done))
    for group, rate in zip(optimizer.param_groups, rates, strict=True):
        group["lr"] = rate * factor


def _step(
    phase: Phase,
    targets: Targets,
    config: AttackerConfig,
    optimizer: torch.optim.Optimizer,
    rows: NDArray[np.int64],
    views: NDArray[np.int64],
) -> tuple[Tensor, Tensor]:
    logits = phase.logits(phase.train_bank.batch(rows.tolist(), views.tolist()))
    chosen = carried(rows, targets.train.device)
    losses = functional.cross_entropy(
        logits, targets.train[chosen], reduction="none", label_smoothing=config.label_smoothing
    )
    loss = (losses * targets.weights[chosen]).mean()
    optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    return loss.detach(), logits.detach()


@torch.inference_mode()
def _validate(phase: Phase, targets: Targets, watch: Watch) -> tuple[float, float]:
    logits = []
    for start in range(0, len(phase.validation_bank), _VALIDATION_BATCH):
        watch.check()
        rows = range(start, min(start + _VALIDATION_BATCH, len(phase.validation_bank)))
        logits.append(phase.logits(phase.validation_bank.batch(list(rows), [0] * len(rows))))
    output = torch.cat(logits)
    loss = functional.cross_entropy(output, targets.validation)
    return balanced_accuracy(output, targets.validation), float(loss)


def balanced_accuracy(logits: Tensor, labels: Tensor) -> float:
    """Return the mean over classes of the share of each class's photos that is right.

    Parameters
    ----------
    logits
        [n, K].
    labels
        True classes, int64 [n]; classes without a photo do not count.

    Returns
    -------
    float
        In [0, 1].
    """
    right = (logits.argmax(1) == labels).float()
    shares = [right[labels == label].mean() for label in torch.unique(labels)]
    return float(torch.stack(shares).mean())
