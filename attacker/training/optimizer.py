"""How a stage's tensors move: optimizer, learning rates, and the average of the weights passed through."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor
from torch.optim.swa_utils import get_ema_multi_avg_fn

from attacker.config import AttackerConfig
from attacker.training.checkpoints import Tensors
from attacker.training.phases import Phase, copy_into, steps_of_an_epoch

_WARMUP = 0.1  # share of all steps
_OPTIMIZER, _AVERAGE = "optimizer.", "average."  # begin the names of tensors in a checkpoint


class PhaseOptimizer:
    """AdamW on a phase's parameter groups, and the average of the weights it passes through.

    Validation sees `average`, and a trained attacker consists of it.

    Parameters
    ----------
    phase
        Its tensors are changed in place.
    config
        Weight decay, batch size, share of steps that is averaged over.
    """

    def __init__(self, phase: Phase, config: AttackerConfig) -> None:
        self._phase = phase
        self._optimizer = torch.optim.AdamW(phase.groups(), weight_decay=config.weight_decay, fused=True)
        self._rates = [group["lr"] for group in self._optimizer.param_groups]
        self._steps = phase.epochs * steps_of_an_epoch(phase.train_bank, config)
        self.average = RunningAverage(phase.tensors(), config.averaged * self._steps)

    def step(self, loss: Tensor, number: int) -> None:
        """Take a step down the gradient of `loss`; `number` counts the steps of all epochs from 0."""
        self._set_rates(number / self._steps)
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimizer.step()
        self.average.update()

    def tensors(self) -> Tensors:
        """Return everything that the next step depends on, for a checkpoint."""
        moments = {
            f"{_OPTIMIZER}{index}.{key}": value
            for index, entry in self._optimizer.state_dict()["state"].items()
            for key, value in entry.items()
        }
        return {**self._phase.tensors(), **self.average.tensors(), **moments}

    def restore(self, saved: Tensors) -> None:
        """Continue from the tensors of a checkpoint."""
        copy_into(self._phase, saved)
        self.average.restore(saved)
        parameters = [parameter for group in self._optimizer.param_groups for parameter in group["params"]]
        state: dict[int, dict[str, Tensor]] = {}
        for name, tensor in saved.items():
            if name.startswith(_OPTIMIZER):
                _, index, key = name.split(".")
                state.setdefault(int(index), {})[key] = _in_layout_of(parameters[int(index)], tensor)
        groups = self._optimizer.state_dict()["param_groups"]
        self._optimizer.load_state_dict({"state": state, "param_groups": groups})

    def _set_rates(self, done: float) -> None:
        """Warm up linearly, then fall along a cosine; they depend on the share of steps `done` alone."""
        factor = min(1.0, (done + 1e-3) / _WARMUP) * 0.5 * (1 + math.cos(math.pi * done))
        for group, rate in zip(self._optimizer.param_groups, self._rates, strict=True):
            group["lr"] = rate * factor


def _in_layout_of(parameter: Tensor, saved: Tensor) -> Tensor:
    """Return `saved` in the parameter's memory layout: the fused optimizer reads both in the same order."""
    if saved.shape != parameter.shape:
        return saved  # a counter of steps
    return torch.empty_like(parameter).copy_(saved)


class RunningAverage:
    """An exponential moving average of tensors that training changes in place, from their first values on.

    It is steadier than the weights of the last step.

    Parameters
    ----------
    tensors
        The averaged tensors, by name; whole numbers among them (counters) are left alone.
    span
        After so many steps the weight of what was there before has fallen to a third.

    References
    ----------
    Polyak and Juditsky (1992), Acceleration of Stochastic Approximation by Averaging, SIAM J. Control Optim.
    Izmailov et al. (2018), Averaging Weights Leads to Wider Optima and Better Generalization, UAI.
    """

    def __init__(self, tensors: Tensors, span: float) -> None:
        self._live = {name: tensor.detach() for name, tensor in tensors.items() if tensor.is_floating_point()}
        self._mean = {name: tensor.clone() for name, tensor in self._live.items()}
        decay = max(0.0, 1 - 1 / span)
        self._average = get_ema_multi_avg_fn(decay)  # type: ignore[no-untyped-call]

    def update(self) -> None:
        """Include the tensors as the last step has left them."""
        self._average(list(self._mean.values()), list(self._live.values()), None)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Put the average in place of the tensors that training changes, and put those back at the end."""
        self._swap()
        try:
            yield
        finally:
            self._swap()

    def tensors(self) -> Tensors:
        """Return the average for a checkpoint."""
        return {_AVERAGE + name: mean for name, mean in self._mean.items()}

    def restore(self, saved: Tensors) -> None:
        """Continue from a checkpoint; in one of an older version, which has no average, it starts anew."""
        for name, mean in self._mean.items():
            mean.copy_(saved.get(_AVERAGE + name, self._live[name]))

    @torch.no_grad()
    def _swap(self) -> None:
        for mean, live in zip(self._mean.values(), self._live.values(), strict=True):
            copy = live.clone()
            live.copy_(mean)
            mean.copy_(copy)
