"""Batch normalisation is folded into the convolution before it, where nothing else reads that."""

from __future__ import annotations

import pytest
import torch

from attacker.config import AttackerConfig
from attacker.networks.batch_norm_folding import fold_batch_norms
from attacker.networks.runtime import runtime
from attacker.networks.staged import staged
from attacker.training.phases import FinetunePhase


def test_folding_leaves_trained_statistics_in_the_convolutions() -> None:
    network = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.ReLU()).eval()
    network[1].running_mean.copy_(torch.tensor([1.0, -2, 3, 0.5]))
    network[1].running_var.copy_(torch.tensor([4.0, 1, 0.25, 9]))
    x = torch.randn(1, 3, 8, 8)
    with torch.no_grad():
        before = network(x)
        assert fold_batch_norms(network, x) == 1
        torch.testing.assert_close(network(x), before)
    assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in network.modules())


def test_a_normalisation_that_follows_no_convolution_is_left_alone() -> None:
    network = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.ReLU(), torch.nn.BatchNorm2d(4)).eval()
    with torch.no_grad():
        assert fold_batch_norms(network, torch.randn(1, 3, 8, 8)) == 0


class ReadTwice(torch.nn.Module):
    """A convolution that a skip reads too, beside one that only its norm reads."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.bn1 = torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4)
        self.conv, self.bn2 = torch.nn.Conv2d(4, 4, 1), torch.nn.BatchNorm2d(4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.conv(self.bn1(self.stem(x)))
        return y + self.bn2(y)


class ChangedOnTheWay(torch.nn.Sequential):
    """The norm gets the convolution's own tensor, but an activation has been over it."""

    def __init__(self) -> None:
        changed = torch.nn.ReLU(inplace=True)
        super().__init__(torch.nn.Conv2d(3, 4, 3), changed, torch.nn.BatchNorm2d(4))


@pytest.mark.parametrize(("network", "folded"), [(ReadTwice(), 1), (ChangedOnTheWay(), 0)])
def test_only_a_norm_that_alone_reads_its_convolution_is_folded(
    network: torch.nn.Module, folded: int
) -> None:
    for module in network.eval().modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(1, 0.5)
            module.running_var.uniform_(2, 3)
    x = torch.randn(1, 3, 8, 8)
    with torch.no_grad():
        before = network(x)
        assert fold_batch_norms(network, x) == folded
        torch.testing.assert_close(network(x), before)


def test_frozen_statistics_that_could_not_be_folded_stay_frozen_in_training() -> None:
    network = staged("densenet121", "random", 64, "frozen", 3)
    config = AttackerConfig(architecture="densenet121", device="cpu")
    phase = FinetunePhase(network, config, runtime(config), 6, None, None)  # type: ignore[arg-type]
    phase.training(True)
    norms = [m for stage in network.stages for m in stage.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    assert norms
    assert not any(norm.training for norm in norms)
