"""What holds on a GPU. A machine without one has nothing to show here, and skips it."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from attacker import Example, TrainedAttacker, attention_maps, learning_curve, load, predict
from attacker.errors import DeviceError
from attacker.networks.runtime import repeatable
from attacker.training import loop
from attacker.training.run_folder import save_trained
from tests.attacker import planted

pytestmark = [
    pytest.mark.hardware,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="this machine has no CUDA"),
    pytest.mark.timeout(600),  # a cold compiler takes minutes
]

ROOM = 240 << 20  # bytes; what is trained in it would take twice as much
TRANSFORMER = {"architecture": "timm:test_vit", "image_size": 160}
WAYS = [
    pytest.param({"finetune_depth": 2}, id="upper stages"),
    pytest.param({"finetune_depth": 2, "precision": "fp32"}, id="upper stages, fp32"),
    pytest.param({"finetune_depth": None}, id="whole, compiled"),
    pytest.param({"finetune_depth": None, "compile": "never"}, id="whole, as it stands"),
    pytest.param({"finetune_depth": None, "normalisation": "adapt"}, id="statistics adapt"),
    pytest.param({"finetune_depth": None, **TRANSFORMER}, id="whole transformer, compiled"),
    pytest.param({"finetune_depth": None, "architecture": "resnet18"}, id="whole ResNet18, compiled"),
    pytest.param({"finetune_depth": 2, "architecture": "efficientnet_lite0"}, id="depthwise convolutions"),
]


def on_gpu(**changes: object) -> dict[str, object]:
    return {"device": "cuda", "precision": "auto", "compile": "always", "patience": 9, **changes}


@pytest.mark.filterwarnings("ignore:`torch.jit")  # how torch 2.11 imports its own compiler
@pytest.mark.filterwarnings("ignore:TensorFloat32")  # the compiler would like to round more
@pytest.mark.parametrize("way", WAYS)
def test_a_stopped_run_ends_bit_for_bit_like_one_that_was_not(
    way: dict[str, object],
    training: list[Example],
    validation: list[Example],
    tmp_path: Path,
) -> None:
    config, uneven = planted.tiny(**on_gpu(**way)), training[1:]  # batches of 8 and of 7
    whole = planted.fit(config, tmp_path / "whole", uneven, validation)
    planted.stopped(config, tmp_path / "cut", uneven, validation, after=5)
    resumed = planted.fit(config, tmp_path / "cut", uneven, validation)
    assert resumed.record.history == whole.record.history
    assert planted.same_weights(whole, resumed)


@pytest.mark.filterwarnings("ignore:.*prototype feature")  # what CUDA says of the monitor itself
def test_a_step_of_training_waits_for_nothing(
    training: list[Example], validation: list[Example], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = []
    step = loop._step

    def watched(*given: object) -> object:
        torch.cuda.set_sync_debug_mode("error" if taken else "default")  # cuDNN looks around in the first one
        taken.append(given)
        try:
            return step(*given)  # type: ignore[arg-type]
        finally:
            torch.cuda.set_sync_debug_mode("default")

    monkeypatch.setattr(loop, "_step", watched)
    planted.fit(planted.tiny(**on_gpu(finetune_depth=None, compile="never")), tmp_path, training, validation)
    assert len(taken) > 10


def test_a_gpu_answers_as_a_cpu_does(
    trained: TrainedAttacker, held_out: list[Example], tmp_path: Path
) -> None:
    there = moved(trained, tmp_path)
    here, gpu = predict(trained, held_out), predict(there, held_out)
    assert np.array_equal(here.probabilities.argmax(1), gpu.probabilities.argmax(1))
    np.testing.assert_allclose(here.probabilities, gpu.probabilities, atol=1e-3)
    np.testing.assert_allclose(attention_maps(trained, held_out), attention_maps(there, held_out), atol=5e-3)


def moved(trained: TrainedAttacker, folder: Path) -> TrainedAttacker:
    """The same weights on the GPU."""
    save_trained(replace(trained, config=replace(trained.config, device="cuda")), folder)
    return load(folder)


def test_a_learning_curve_is_measured_there(
    training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    config, shares = planted.tiny(**on_gpu()), (0.25, 0.5, 0.75, 1.0)
    curve = learning_curve(config, planted.CLASSES, training, validation, shares=shares, seeds=(0, 1))
    alone = planted.fit(replace(config, seed=1), tmp_path, training, validation)
    assert curve.errors[-1, 1] == pytest.approx(1 - alone.record.best.validation_accuracy)


def test_the_error_of_a_full_gpu_names_what_to_lower(
    training: list[Example], validation: list[Example], tmp_path: Path
) -> None:
    config = planted.tiny(**on_gpu(finetune_depth=None, compile="never", image_size=512, batch_size=24))
    torch.cuda.empty_cache()
    torch.cuda.set_per_process_memory_fraction(ROOM / torch.cuda.get_device_properties(0).total_memory)
    try:
        with pytest.raises(DeviceError, match=r"out of GPU memory; lower batch_size or image_size"):
            planted.fit(config, tmp_path, training, validation)
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)


@pytest.mark.parametrize(
    "layer", [torch.nn.Conv2d(64, 64, 3), torch.nn.Linear(64, 64)], ids=["Conv2d", "Linear"]
)
def test_float32_is_not_rounded_to_tensor_float_32(layer: torch.nn.Module) -> None:
    x = torch.randn(8, 64, 64, 64, generator=torch.Generator().manual_seed(0))
    with torch.no_grad(), repeatable():
        exact = deepcopy(layer).double()(x.double())
        there = deepcopy(layer).cuda()(x.cuda()).cpu()
    assert (there - exact).norm() / exact.norm() < 1e-5  # TensorFloat-32 errs by 3e-4


def test_the_record_names_the_gpu(training: list[Example], validation: list[Example], tmp_path: Path) -> None:
    trained = planted.fit(planted.tiny(**on_gpu()), tmp_path, training, validation)
    assert torch.cuda.get_device_name() in trained.record.provenance["device"]
