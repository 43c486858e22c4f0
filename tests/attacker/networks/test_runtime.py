"""Device and precision: compiled where that pays, repeatable, and with errors that say what to set."""

from __future__ import annotations

import math
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from attacker import (
    Example,
    TrainedAttacker,
    attention_maps,
    deletion,
    learning_curve,
    predict,
    subject_maps,
)
from attacker.config import AttackerConfig
from attacker.errors import DeviceError
from attacker.networks.runtime import Runtime, memory_guard, runtime
from attacker.networks.staged import StagedNetwork, staged
from attacker.training import setup
from attacker.training.phases import FinetunePhase
from tests.attacker import planted


def _on_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation=True: True)
    monkeypatch.setenv("CC", "cc")


def test_a_gpu_compiles_unless_the_config_forbids_it(monkeypatch: pytest.MonkeyPatch) -> None:
    _on_a_gpu(monkeypatch)
    assert runtime(AttackerConfig(compile="always")).compiles_from == 0
    assert runtime(AttackerConfig()).compiles_from == pytest.approx(25_000)
    assert runtime(AttackerConfig(compile="never")).compiles_from == math.inf
    assert runtime(AttackerConfig(device="cpu", compile="always")).compiles_from == math.inf


def test_a_gpu_without_a_c_compiler_trains_uncompiled_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    _on_a_gpu(monkeypatch)
    monkeypatch.delenv("CC")
    monkeypatch.setenv("PATH", "")
    chosen = runtime(AttackerConfig())
    assert chosen.compiles_from == math.inf
    assert "without torch.compile" in chosen.note


@pytest.mark.parametrize(
    ("start", "photos", "compiled"), [(0, 8000, True), (3, 8000, False), (0, 800, False)]
)
def test_only_a_network_that_is_trained_whole_and_for_long_is_compiled(
    start: int, photos: int, compiled: bool
) -> None:
    network = staged("timm:test_resnet", "random", 48, "frozen", 3)
    where = Runtime(torch.device("cpu"), "fp32", compiles_from=2000)
    phase = FinetunePhase(network, planted.tiny(), where, start, range(photos), None)  # type: ignore[arg-type]
    assert (phase.learner is not network) == compiled
    assert phase.tensors().keys() == network.upper_state(start).keys()


@pytest.mark.thorough
def test_a_compiled_training_learns_what_a_plain_one_learns(
    training: list[Example], validation: list[Example], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a backend that traces and runs as it stands: this needs no compiler, and rounds alike."""
    config = planted.tiny(finetune_depth=None, finetune_epochs=1, head_epochs=1, views=1)
    plain = planted.fit(config, tmp_path / "plain", training, validation)
    seen = []
    compile_by = torch.compile

    def traced(network: torch.nn.Module, *, dynamic: bool, **_: object) -> object:
        seen.append(network)
        return compile_by(network, dynamic=dynamic, backend="aot_eager")

    monkeypatch.setattr(torch, "compile", traced)
    compiling = Runtime(torch.device("cpu"), "fp32", compiles_from=0)
    monkeypatch.setattr(setup, "runtime", lambda _: compiling)
    compiled = planted.fit(config, tmp_path / "compiled", training, validation)
    assert len(seen) == 1
    for name, tensor in plain.network.state_dict().items():
        torch.testing.assert_close(compiled.network.state_dict()[name], tensor, rtol=1e-4, atol=1e-5)
    losses = [[epoch.loss for epoch in run.record.history] for run in (plain, compiled)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)


@pytest.mark.slow
@pytest.mark.timeout(600)  # a cold compiler takes minutes
@pytest.mark.skipif(not shutil.which("g++"), reason="there is no C++ compiler here")
@pytest.mark.parametrize(
    "way",
    [
        {},
        {"precision": "bf16"},
        {"normalisation": "adapt"},
        {"architecture": "timm:test_vit", "image_size": 160},
    ],
)
def test_a_stopped_compiled_training_ends_bit_for_bit_like_one_that_was_not(
    way: dict[str, object],
    training: list[Example],
    validation: list[Example],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By the real compiler, for the CPU; what it builds for a GPU is tested where there is one."""
    compiling = Runtime(torch.device("cpu"), str(way.get("precision", "fp32")), compiles_from=0)
    monkeypatch.setattr(setup, "runtime", lambda _: compiling)
    config, uneven = planted.tiny(finetune_depth=None, patience=9, **way), training[1:]
    whole = planted.fit(config, tmp_path / "whole", uneven, validation)
    planted.stopped(config, tmp_path / "cut", uneven, validation, after=5)
    resumed = planted.fit(config, tmp_path / "cut", uneven, validation)
    assert resumed.record.history == whole.record.history
    assert planted.same_weights(whole, resumed)


@pytest.mark.thorough
def test_each_size_of_batch_is_compiled_by_itself_however_often_and_in_whatever_order(
    validation: list[Example], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kernels for any size are other kernels, made where the second size is met: no run could be resumed."""
    sizes: list[object] = []

    def backend(graph: torch.fx.GraphModule, inputs: list[torch.Tensor]) -> object:
        sizes.extend(x.shape[0] for x in inputs if x.ndim == 4 and x.shape[1:] == (3, 48, 48))
        return graph

    compile_by = torch.compile
    monkeypatch.setattr(
        torch,
        "compile",
        lambda network, *, dynamic, **_: compile_by(network, dynamic=dynamic, backend=backend),
    )
    compiling = Runtime(torch.device("cpu"), "fp32", compiles_from=0)
    monkeypatch.setattr(setup, "runtime", lambda _: compiling)
    photos = planted.examples(tmp_path / "photos", 5, first=500)  # batches of 8 and 7
    config = planted.tiny(finetune_depth=None, finetune_epochs=1, head_epochs=1, views=1)
    with torch._dynamo.config.patch(recompile_limit=2):  # of one network; it is 8, and a worker trains many
        for run in range(2):
            planted.fit(replace(config, seed=run), tmp_path / str(run), photos, validation)
    assert sizes == [8, 7] * 2


@pytest.mark.thorough
def test_a_network_that_cannot_be_compiled_says_what_to_set() -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no Triton here")

    with pytest.raises(DeviceError, match=r"no Triton here.*set compile=.never"), memory_guard("batch_size"):
        torch.compile(torch.nn.Linear(2, 2), backend=broken)(torch.zeros(1, 2))


def _train(_: TrainedAttacker, photos: list[Example], folder: Path) -> None:
    config = planted.tiny(head_epochs=1, finetune_epochs=1)
    planted.fit(config, folder, photos[1::2], photos[::2])


def _curve(_: TrainedAttacker, photos: list[Example], folder: Path) -> None:
    config, few = planted.tiny(head_epochs=1, finetune_epochs=0), photos[::5]
    rest = [photo for photo in photos if photo not in few]
    learning_curve(config, planted.CLASSES, rest, few, shares=(0.4, 0.6, 0.8, 1.0), seeds=(0, 1))


ROUTES = {
    "train": _train,
    "learning curve": _curve,
    "predict": lambda attacker, photos, _: predict(attacker, photos),
    "attention": lambda attacker, photos, _: attention_maps(attacker, photos),
    "faithfulness": lambda attacker, photos, _: deletion(attacker, photos, _even_maps(photos)),
    "subject": lambda _, photos, __: subject_maps("timm:test_resnet", photos, weights="random"),
}


def _even_maps(photos: list[Example]) -> np.ndarray:
    return np.ones((len(photos), 4, 4))


@pytest.mark.thorough
@pytest.mark.parametrize("route", ROUTES)
def test_every_run_of_a_network_is_repeatable(
    route: str,
    trained: TrainedAttacker,
    held_out: list[Example],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The settings for CUDA: the same bits each time, and no TensorFloat-32 in place of float32."""
    seen: list[tuple[bool, bool]] = []
    run, cudnn = StagedNetwork.run, torch.backends.cudnn
    monkeypatch.setattr(
        StagedNetwork,
        "run",
        lambda *given: seen.append((cudnn.deterministic, cudnn.allow_tf32)) or run(*given),
    )
    before = cudnn.deterministic, cudnn.allow_tf32
    ROUTES[route](trained, held_out, tmp_path)
    assert set(seen) == {(True, False)}
    assert (cudnn.deterministic, cudnn.allow_tf32) == before


@pytest.mark.sampled
@pytest.mark.parametrize("route", ROUTES)
def test_running_out_of_memory_anywhere_says_what_to_lower(
    route: str,
    trained: TrainedAttacker,
    held_out: list[Example],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def explode(*_: object) -> None:
        raise torch.cuda.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(StagedNetwork, "run", explode)
    with pytest.raises(DeviceError, match=r"out of GPU memory; lower .*image_size"):
        ROUTES[route](trained, held_out, tmp_path)
