"""The two stages of transfer learning, as the training loop sees them: their data, tensors and rates."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Protocol

import torch
from torch import Tensor, nn

from attacker.config import AttackerConfig
from attacker.features.cached_features import Bank, PixelBank
from attacker.networks.lora import is_adapters
from attacker.networks.runtime import Runtime
from attacker.networks.staged import StagedNetwork

Group = dict[str, Any]


class Phase(Protocol):
    """One stage of training."""

    @property
    def network(self) -> StagedNetwork: ...

    @property
    def name(self) -> Literal["head", "finetune"]: ...

    @property
    def epochs(self) -> int: ...

    @property
    def train_bank(self) -> Bank | PixelBank: ...

    @property
    def validation_bank(self) -> Bank | PixelBank: ...

    def logits(self, x: Tensor) -> Tensor:
        """Return logits, float32 [n, K], of a batch of one of the banks."""
        ...

    def tensors(self) -> dict[str, Tensor]:
        """Return what this stage changes, by name: parameters and, where they adapt, statistics."""
        ...

    def groups(self) -> list[Group]:
        """Return the optimizer's parameter groups."""
        ...

    def training(self, mode: bool) -> None:
        """Switch dropout and adapting statistics on or off, only in the layers that this stage trains."""
        ...


def copy_into(phase: Phase, tensors: dict[str, Tensor]) -> None:
    """Copy saved tensors into the phase's own, by name.

    Examples
    --------
    >>> copy_into(phase, state.best_tensors)  # doctest: +SKIP
    """
    with torch.no_grad():
        for name, tensor in phase.tensors().items():
            tensor.copy_(tensors[name])


def steps_of_an_epoch(bank: Bank | PixelBank, config: AttackerConfig) -> int:
    """Return the number of batches in one pass over all photos of a bank.

    Examples
    --------
    >>> steps_of_an_epoch(range(100), AttackerConfig(batch_size=32))  # any bank of 100 photos
    4
    """
    return math.ceil(len(bank) / config.batch_size)


@dataclass(frozen=True)
class HeadPhase:
    """The first stage: a linear head on pooled features of the frozen network."""

    network: StagedNetwork
    config: AttackerConfig
    train_bank: Bank | PixelBank
    validation_bank: Bank | PixelBank
    name: Literal["head", "finetune"] = "head"

    @property
    def epochs(self) -> int:
        return self.config.head_epochs

    def logits(self, x: Tensor) -> Tensor:
        return self.network.head(x)  # type: ignore[no-any-return]

    def tensors(self) -> dict[str, Tensor]:
        return {f"head.{name}": tensor for name, tensor in self.network.head.state_dict().items()}

    def groups(self) -> list[Group]:
        return [{"params": list(self.network.head.parameters()), "lr": self.config.head_lr}]

    def training(self, mode: bool) -> None:
        self.network.head.train(mode)


@dataclass(frozen=True)
class FinetunePhase:
    """The second stage: all layers from `start` up, at lower rates the further down they are."""

    network: StagedNetwork
    config: AttackerConfig
    runtime: Runtime
    start: int
    train_bank: Bank | PixelBank
    validation_bank: Bank | PixelBank
    name: Literal["head", "finetune"] = "finetune"

    @property
    def epochs(self) -> int:
        return self.config.finetune_epochs

    @cached_property
    def learner(self) -> StagedNetwork:
        """The network as it is trained: compiled where all of it is trained for long enough."""
        steps = self.epochs * steps_of_an_epoch(self.train_bank, self.config)
        pays = self.start == 0 and steps >= self.runtime.compiles_from
        return self.runtime.compiled(self.network) if pays else self.network

    def logits(self, x: Tensor) -> Tensor:
        # Validation runs as `predict` will, on the network as it stands.
        network = self.learner if torch.is_grad_enabled() else self.network
        with self.runtime.autocast():
            return network(x, self.start)  # type: ignore[no-any-return]

    def tensors(self) -> dict[str, Tensor]:
        return self.network.upper_state(self.start)

    def groups(self) -> list[Group]:
        groups: list[Group] = []
        for depth, parameters in enumerate(self._from_the_top()):
            rate = self.config.finetune_lr * self.config.layer_decay**depth
            groups += _decayed_and_not(parameters, rate, self.config.weight_decay)
        return groups

    def _from_the_top(self) -> Iterator[list[nn.Parameter]]:
        """Yield the parameters of head and neck, which are in no stage, then of each stage downwards."""
        staged = {id(p) for stage in self.network.stages for p in stage.parameters()}
        yield [p for p in self.network.parameters() if id(p) not in staged]
        for stage in reversed(self.network.stages[self.start :]):
            yield list(stage.parameters())

    def training(self, mode: bool) -> None:
        if mode:
            for parameter in self.network.parameters():
                parameter.requires_grad_(False)
            for group in self.groups():
                for parameter in group["params"]:
                    parameter.requires_grad_(True)
        for module in (self.network.head, *self.network.stages[self.start :]):
            module.train(mode)
            if self.config.normalisation == "frozen":
                _keep_statistics(module)


class AdapterPhase(FinetunePhase):
    """The second stage by low-rank adapters, which the network has by then: only they and the head learn.

    It is never compiled.
    """

    @cached_property
    def learner(self) -> StagedNetwork:
        return self.network

    def tensors(self) -> dict[str, Tensor]:
        return {name: parameter.detach() for name, parameter in self._learning()}

    def _from_the_top(self) -> Iterator[list[nn.Parameter]]:
        own = {id(parameter) for _, parameter in self._learning()}
        for parameters in super()._from_the_top():
            yield [parameter for parameter in parameters if id(parameter) in own]

    def _learning(self) -> Iterator[tuple[str, nn.Parameter]]:
        for name, parameter in self.network.named_parameters():
            if is_adapters(name) or name.startswith("head."):
                yield name, parameter


def _keep_statistics(module: nn.Module) -> None:
    """Keep the pretrained statistics of batch norms that were not folded into a convolution."""
    for part in module.modules():
        if isinstance(part, nn.modules.batchnorm._BatchNorm):
            part.eval()


def _decayed_and_not(parameters: Sequence[nn.Parameter], rate: float, decay: float) -> list[Group]:
    """Return a group with weight decay for matrices, and one without for biases and scales."""
    matrices = [p for p in parameters if p.ndim > 1]
    vectors = [p for p in parameters if p.ndim <= 1]
    groups = [
        {"params": matrices, "lr": rate, "weight_decay": decay},
        {"params": vectors, "lr": rate, "weight_decay": 0.0},
    ]
    return [group for group in groups if group["params"]]
