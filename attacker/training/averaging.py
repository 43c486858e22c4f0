"""The mean of the weights that a stage of training passes through: steadier than those of its last step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch.optim.swa_utils import get_ema_multi_avg_fn

from attacker.training.checkpoints import Tensors

_SPAN = 0.25  # of a stage's steps: what is older has faded to a third
_PREFIX = "average."


class RunningAverage:
    """An exponential moving average of tensors that training changes in place, from their first values on.

    Parameters
    ----------
    tensors
        What is averaged, by name; whole numbers among them (counters) stay as they are.
    steps
        How many steps there will be, of all epochs together.

    References
    ----------
    Polyak and Juditsky (1992), Acceleration of Stochastic Approximation by Averaging, SIAM J. Control Optim.
    Izmailov et al. (2018), Averaging Weights Leads to Wider Optima and Better Generalization, UAI.
    """

    def __init__(self, tensors: Tensors, steps: int) -> None:
        self._live = {name: tensor.detach() for name, tensor in tensors.items() if tensor.is_floating_point()}
        self._mean = {name: tensor.clone() for name, tensor in self._live.items()}
        decay = max(0.0, 1 - 1 / (_SPAN * steps))
        self._average = get_ema_multi_avg_fn(decay)  # type: ignore[no-untyped-call]

    def update(self) -> None:
        """Take in the tensors as a step has left them."""
        self._average(list(self._mean.values()), list(self._live.values()), None)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Let the average stand where training keeps its tensors."""
        self._swap()
        try:
            yield
        finally:
            self._swap()

    def tensors(self) -> Tensors:
        """Return the average for a checkpoint."""
        return {_PREFIX + name: mean for name, mean in self._mean.items()}

    def restore(self, saved: Tensors) -> None:
        """Go on from a checkpoint; one of an older version has no average, and it starts anew."""
        for name, mean in self._mean.items():
            mean.copy_(saved.get(_PREFIX + name, self._live[name]))

    @torch.no_grad()
    def _swap(self) -> None:
        for mean, live in zip(self._mean.values(), self._live.values(), strict=True):
            kept = live.clone()
            live.copy_(mean)
            mean.copy_(kept)
