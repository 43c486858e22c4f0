"""How a stage's tensors move: optimizer, schedule, and the average of where they have been."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from attacker.config import AttackerConfig
from attacker.training.averaging import RunningAverage
from attacker.training.checkpoints import Tensors
from attacker.training.phases import Phase, put, steps_of_an_epoch

_WARMUP = 0.1  # share of all steps
_PREFIX = "optimizer."


class Descent:
    """AdamW on a phase's parameter groups; `average` is what validation sees and what is kept.

    Parameters
    ----------
    phase
        Whose tensors move, in place.
    config
        Weight decay, batch size.
    """

    def __init__(self, phase: Phase, config: AttackerConfig) -> None:
        self._phase = phase
        self._optimizer = torch.optim.AdamW(phase.groups(), weight_decay=config.weight_decay, fused=True)
        self._rates = [group["lr"] for group in self._optimizer.param_groups]
        self._steps = phase.epochs * steps_of_an_epoch(phase.train_bank, config)
        self.average = RunningAverage(phase.tensors(), self._steps)

    def step(self, loss: Tensor, number: int) -> None:
        """Go down the gradient of `loss`; `number` counts the steps of all the stage's epochs from 0."""
        self._set_rates(number / self._steps)
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimizer.step()
        self.average.update()

    def tensors(self) -> Tensors:
        """Return all that the next step depends on, for a checkpoint."""
        return {**self._phase.tensors(), **self.average.tensors(), **self._moments()}

    def restore(self, saved: Tensors) -> None:
        """Put the tensors of a checkpoint back where they were."""
        put(self._phase, saved)
        self.average.restore(saved)
        parameters = [one for group in self._optimizer.param_groups for one in group["params"]]
        entries: dict[int, dict[str, Tensor]] = {}
        for name, tensor in saved.items():
            if name.startswith(_PREFIX):
                _, index, key = name.split(".")
                entries.setdefault(int(index), {})[key] = _laid_out_like(parameters[int(index)], tensor)
        groups = self._optimizer.state_dict()["param_groups"]
        self._optimizer.load_state_dict({"state": entries, "param_groups": groups})

    def _moments(self) -> Tensors:
        return {
            f"{_PREFIX}{index}.{key}": value
            for index, entry in self._optimizer.state_dict()["state"].items()
            for key, value in entry.items()
        }

    def _set_rates(self, done: float) -> None:
        """Warm up linearly, then fall along a cosine; the share of steps `done` is all the state there is."""
        factor = min(1.0, (done + 1e-3) / _WARMUP) * 0.5 * (1 + math.cos(math.pi * done))
        for group, rate in zip(self._optimizer.param_groups, self._rates, strict=True):
            group["lr"] = rate * factor


def _laid_out_like(parameter: Tensor, saved: Tensor) -> Tensor:
    """Return the same values in the parameter's memory layout: the fused optimizer walks both alike."""
    return torch.empty_like(parameter).copy_(saved) if saved.shape == parameter.shape else saved
