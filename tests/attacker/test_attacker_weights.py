from __future__ import annotations

import pickle
from pathlib import Path
from urllib.error import URLError

import pytest
import timm
import torch
import torchvision
from safetensors.torch import save_file

from attacker import weights
from attacker.architectures import staged
from attacker.errors import WeightsError


def test_every_packaged_tensor_has_exactly_one_place_in_timms_network() -> None:
    network = timm.create_model("tf_efficientnet_lite0", pretrained=False)
    assert not any(network.load_state_dict(weights.efficientnet_lite0_state()))


@pytest.mark.parametrize(
    ("packaged", "timms"),
    [
        ("_conv_stem.weight", "conv_stem.weight"),
        ("_bn1.running_var", "bn2.running_var"),
        ("_fc.bias", "classifier.bias"),
        ("_blocks.0._project_conv.weight", "blocks.0.0.conv_pw.weight"),
        ("_blocks.1._expand_conv.weight", "blocks.1.0.conv_pw.weight"),
        ("_blocks.4._bn2.bias", "blocks.2.1.bn3.bias"),
        ("_blocks.15._depthwise_conv.weight", "blocks.6.0.conv_dw.weight"),
    ],
)
def test_packaged_names_map_to_timms(packaged: str, timms: str) -> None:
    assert weights.lite0_name(packaged) == timms


def test_other_packaged_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "LITE0_SHA256", "0" * 64)
    with pytest.raises(WeightsError, match="checksum mismatch"):
        weights.efficientnet_lite0_state()


def test_offline_the_error_names_the_file_and_torch_home(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise URLError("no route to host")

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(torch.hub, "download_url_to_file", unreachable)
    with pytest.raises(WeightsError, match=r"resnet18-\w+\.pth into .*TORCH_HOME"):
        staged("resnet18", "pretrained", 64, "frozen", 2)


def test_offline_the_error_names_the_hugging_face_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise OSError("offline")

    monkeypatch.setattr(timm, "create_model", unreachable)
    with pytest.raises(WeightsError, match="HF_HOME"):
        staged("timm:test_resnet", "pretrained", 64, "frozen", 2)


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_a_local_state_dict_is_used(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"own{suffix}"
    state = torchvision.models.resnet18(weights=None).state_dict()
    state["conv1.weight"].fill_(0.25)
    torch.save(state, path) if suffix == ".pth" else save_file(state, path)
    network = staged("resnet18", str(path), 64, "adapt", 2)
    assert network.network.conv1.weight.unique().tolist() == [0.25]


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    torch.save({"a": torch.zeros(1)}, tmp_path / "a.pth")
    with pytest.raises(WeightsError, match="another network"):
        staged("timm:test_resnet", str(tmp_path / "a.pth"), 64, "frozen", 2)


def test_pickled_code_is_never_run(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return Path.touch, (tmp_path / "sprung",)

    (tmp_path / "trap.pth").write_bytes(pickle.dumps(Trap(), protocol=2))
    with pytest.raises(WeightsError, match="not a state dict"):
        weights.local_state(tmp_path / "trap.pth")
    assert not (tmp_path / "sprung").exists()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"nowhere\.pth"):
        weights.local_state(tmp_path / "nowhere.pth")


def test_the_fingerprint_follows_names_and_values() -> None:
    state = {"a": torch.arange(4.0)}
    assert weights.fingerprint(state) == weights.fingerprint({"a": torch.arange(4.0)})
    assert weights.fingerprint(state) != weights.fingerprint({"b": torch.arange(4.0)})
    assert weights.fingerprint(state) != weights.fingerprint({"a": torch.arange(4.0) + 1e-6})
