"""How a stage of training moves, what it keeps, and when it ends: on a head of two numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from attacker import AttackerConfig, StoppedError
from attacker.progress import Monitor, ignore, never
from attacker.training.checkpoints import NoCheckpoints, RunState
from attacker.training.loop import fit
from attacker.training.optimizer import RunningAverage
from attacker.training.targets import Targets
from attacker.training.trained import Epoch

CONFIG = AttackerConfig(batch_size=4, patience=2, label_smoothing=0.0)
ONE_NUMBER = torch.tensor([[-1.0], [-1.0], [-1.0], [1.0]])  # of each photo: below 0 in class 0
LABELS = torch.tensor([0, 0, 0, 1])


class Numbers:
    """A bank of one number per photo."""

    views = SimpleNamespace(count=1)

    def __len__(self) -> int:
        return len(ONE_NUMBER)

    def batch(self, rows: Sequence[int], views: Sequence[int]) -> Tensor:
        return ONE_NUMBER[list(rows)]


@dataclass
class Line:
    """A phase that trains one linear layer and writes down the weights that it was asked with."""

    epochs: int = 8
    rate: float = 0.1
    name: str = "finetune"
    layer: nn.Linear = field(default_factory=lambda: nn.Linear(1, 2, bias=False))
    trained: list[Tensor] = field(default_factory=list)
    validated: list[Tensor] = field(default_factory=list)
    train_bank: Numbers = field(default_factory=Numbers)
    validation_bank: Numbers = field(default_factory=Numbers)

    def __post_init__(self) -> None:
        nn.init.zeros_(self.layer.weight)

    def logits(self, x: Tensor) -> Tensor:
        seen = self.trained if torch.is_grad_enabled() else self.validated
        seen.append(self.layer.weight.detach().clone())
        return self.layer(x)

    def tensors(self) -> dict[str, Tensor]:
        return {"weight": self.layer.weight}

    def groups(self) -> list[dict[str, Any]]:
        return [{"params": [self.layer.weight], "lr": self.rate}]

    def training(self, mode: bool) -> None:
        self.layer.train(mode)


def fitted(phase: Line, *, validation: Tensor = LABELS, state: RunState | None = None) -> RunState:
    state = state or RunState("finetune")
    targets = Targets(LABELS, validation, torch.ones(len(LABELS)))
    fit(phase, targets, CONFIG, state, NoCheckpoints(), Monitor(ignore, never))
    return state


def test_validation_sees_the_average_of_a_quarter_of_the_steps_and_that_is_kept() -> None:
    phase = Line(epochs=8)
    state = fitted(phase)
    mean, ends = phase.trained[0].clone(), [*phase.trained[1:], state.current["weight"]]
    for epoch, weight in enumerate(ends):  # one step an epoch, eight in all: a span of two
        mean += (weight - mean) / 2
        torch.testing.assert_close(phase.validated[epoch], mean)
    assert torch.equal(state.best_tensors["weight"], phase.validated[-1])
    assert not torch.allclose(state.best_tensors["weight"], state.current["weight"], atol=1e-4)


def test_training_goes_on_from_its_own_weights_not_from_their_average() -> None:
    average = RunningAverage(tensors := {"a": torch.tensor([0.0])}, span=2)
    tensors["a"] += 4.0
    average.update()
    with average.in_place():
        assert tensors["a"].item() == 2.0
    with pytest.raises(StoppedError), average.in_place():
        raise StoppedError
    assert tensors["a"].item() == 4.0


def test_counters_stand_as_they_are() -> None:
    tensors = {"mean": torch.tensor([1.0]), "batches": torch.tensor(3)}
    average = RunningAverage(tensors, span=25)
    tensors["batches"] += 1
    average.update()
    with average.in_place():
        assert tensors["batches"].item() == 4
    assert list(average.tensors()) == ["average.mean"]


def test_a_checkpoint_without_an_average_starts_one() -> None:
    average = RunningAverage(tensors := {"a": torch.tensor([0.0])}, span=2)
    tensors["a"] += 4.0
    average.restore({"a": tensors["a"]})
    assert average.tensors()["average.a"].item() == 4.0


def test_an_epoch_is_preferred_for_its_loss_not_for_one_lucky_photo() -> None:
    steady = Epoch("head", 1, 0.5, 0.8, validation_accuracy=0.70, validation_loss=0.80)
    lucky = Epoch("head", 2, 0.5, 0.8, validation_accuracy=0.75, validation_loss=0.90)
    assert steady.better_than(lucky)
    assert not lucky.better_than(steady)
    assert lucky.better_than(None)


def test_the_validation_loss_weighs_classes_alike() -> None:
    phase = Line(epochs=1)
    epoch = fitted(phase).history[0]
    logits = ONE_NUMBER @ phase.validated[0].T
    losses = nn.functional.cross_entropy(logits, torch.tensor([0, 1, 1, 1]), reduction="none")
    uneven = fitted(Line(epochs=1), validation=torch.tensor([0, 1, 1, 1])).history[0]
    assert uneven.validation_loss == pytest.approx(float((losses[0] + losses[1:].mean()) / 2))
    assert uneven.validation_loss > epoch.validation_loss  # two of its photos are taken for the other class


def test_a_stage_goes_on_while_it_gets_better_though_the_head_is_not_beaten() -> None:
    head = Epoch("head", 30, 0.0, 1.0, validation_accuracy=1.0, validation_loss=0.0)
    state = fitted(Line(epochs=8), state=RunState("finetune", best=head, history=[head]))
    assert len(state.history) == 1 + 8
    assert state.best == head
    assert torch.equal(state.best_tensors["weight"], torch.zeros(2, 1))  # what the stage started from


def test_a_stage_that_only_gets_worse_ends_after_its_patience() -> None:
    state = fitted(Line(epochs=8), validation=1 - LABELS)
    assert len(state.history) == 1 + CONFIG.patience
    assert state.best == state.history[0]
