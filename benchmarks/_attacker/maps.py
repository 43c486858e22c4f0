"""Attention maps beside pytorch-grad-cam and beside the original script's pass."""

from __future__ import annotations

from copy import deepcopy
from functools import partial

import cv2
import numpy as np
import torch
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from torch import Tensor, nn

from attacker.architectures import StagedNetwork
from attacker.attention import grad_cam
from attacker.devices import repeatable
from attacker.frozen import Frozen
from benchmarks._attacker.networks import CLASSES, SIZE, our_network, plain_network, same_head
from benchmarks._attacker.rows import Row, at_most, beside


def attention_rows(x: Tensor, repeats: int) -> list[Row]:
    """Maps in both precisions, and predict + map, the original script's way a photo at a time."""
    device, targets = x.device.type, targets_of(x)
    plain = plain_network(device)
    (bf16, frozen16), (fp32, frozen32) = our_network("auto", device), our_network("fp32", device)
    peer = partial(peers_maps, GradCAM(plain, [plain.bn2]), x, targets)
    return [
        beside("attention maps, bf16", peer, lambda: our_maps(bf16, frozen16, x, targets), 7.0, repeats),
        beside("attention maps, fp32", peer, lambda: our_maps(fp32, frozen32, x, targets), 3.0, repeats),
        beside(
            "predict + map, bf16",
            lambda: original_pass(plain, x),
            lambda: our_maps(bf16, frozen16, x, None),
            8.0,
            repeats,
        ),
    ]


def head_change_row(x: Tensor, repeats: int) -> Row:
    """New maps after the head has changed: again from pixels, or from the last maps kept."""
    device, targets = x.device.type, targets_of(x)
    plain, (network, frozen) = plain_network(device), our_network("auto", device)
    with torch.no_grad(), frozen.runtime.autocast():
        kept = network.run(x.contiguous(memory_format=torch.channels_last))
    peer = partial(peers_maps, GradCAM(plain, [plain.bn2]), x, targets)
    return beside("maps after a head change", peer, lambda: grad_cam(network, kept, targets), 100.0, repeats)


def differences(x: Tensor) -> dict[str, dict[str, object]]:
    """Largest difference of maps in [0, 1] from the peer: on the same weights, and on unfolded ones."""
    device, targets = x.device.type, targets_of(x)
    plain, (network, frozen) = plain_network(device), our_network("fp32", device)
    same_head(plain, network)
    ours = scaled(our_maps(network, frozen, x, targets))
    same = peers_maps(GradCAM(network, [network.stages[-1]]), x, targets)
    unfolded = peers_maps(GradCAM(plain, [plain.bn2]), x, targets)
    exact_network = deepcopy(plain).double()
    exact = peers_maps(GradCAM(exact_network, [exact_network.bn2]), x.double(), targets)
    rounding = (
        f"float32 itself rounds as much: from float64, unfolded maps differ by {gap(unfolded, exact):.1e}, "
        f"folded ones by {gap(ours, exact):.1e}"
    )
    return {
        "fp32 maps beside the peer's, same weights": at_most(gap(ours, same), 1e-5),
        "fp32 maps beside the peer's, folded": {**at_most(gap(ours, unfolded), 1e-5), "note": rounding},
    }


def targets_of(x: Tensor) -> Tensor:
    return torch.arange(len(x), device=x.device) % CLASSES


def peers_maps(cam: GradCAM, x: Tensor, targets: Tensor) -> np.ndarray:
    maps: np.ndarray = cam(x, [ClassifierOutputTarget(int(target)) for target in targets])
    return maps


def original_pass(plain: nn.Module, x: Tensor) -> None:
    """Predict, then draw the predicted class's map of each photo, the hooks set up anew."""
    with torch.no_grad():
        chosen = plain(x).argmax(1)
    for one, label in zip(x, chosen.tolist(), strict=True):
        with GradCAM(plain, [plain.bn2]) as single:
            single(one[None], [ClassifierOutputTarget(label)])


def our_maps(network: StagedNetwork, frozen: Frozen, x: Tensor, targets: Tensor | None) -> Tensor:
    with repeatable(), torch.no_grad(), frozen.runtime.autocast():
        feature_map = network.run(x.contiguous(memory_format=torch.channels_last))
    return grad_cam(network, feature_map, targets)


def scaled(maps: Tensor) -> np.ndarray:
    """As the peer does it: to [0, 1], enlarged, and to [0, 1] once more."""
    return np.stack([unit(cv2.resize(unit(one), (SIZE, SIZE))) for one in maps.cpu().numpy()])


def unit(one: np.ndarray) -> np.ndarray:
    lowered = one - one.min()
    return lowered / (1e-7 + lowered.max())


def gap(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one - other).max())
