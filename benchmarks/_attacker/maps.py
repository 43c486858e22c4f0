"""Attention maps compared with pytorch-grad-cam, and with the original script's pass."""

from __future__ import annotations

from copy import deepcopy
from functools import partial

import cv2
import numpy as np
import torch
from pytorch_grad_cam import GradCAM
from torch import Tensor

from attacker.attention.grad_cam import grad_cam
from attacker.features.extractor import Frozen
from attacker.networks.staged import StagedNetwork
from benchmarks._attacker import plain
from benchmarks._attacker.networks import our_network, same_head
from benchmarks._attacker.plain import SIZE, offline_network, peers_maps, targets_of
from benchmarks._attacker.rows import Comparison, Row, at_most


def attention_rows(x: Tensor, compared: Comparison) -> list[Row]:
    """Time maps in both precisions, and predict + map, the original script's way a photo at a time."""
    given = len(x), x.device.type
    peer, script = partial(plain.maps_of_noise, *given), partial(plain.original_pass, *given)
    bf16, fp32 = (our_network(precision, x.device.type) for precision in ("auto", "fp32"))
    targets = targets_of(x)
    return [
        compared.compare("attention maps, bf16", peer, lambda: our_maps(*bf16, x, targets), 7.0),
        compared.compare("attention maps, fp32", peer, lambda: our_maps(*fp32, x, targets), 3.0),
        compared.compare("predict + map, bf16", script, lambda: our_maps(*bf16, x, None), 8.0),
    ]


def head_change_row(x: Tensor, compared: Comparison) -> Row:
    """Time new maps after the head has changed: again from pixels, or from cached last feature maps."""
    network, frozen = our_network("auto", x.device.type)
    with torch.no_grad(), frozen.runtime.autocast():
        last_maps = network.run(x.contiguous(memory_format=torch.channels_last))
    again = partial(plain.maps_of_noise, len(x), x.device.type)
    targets = targets_of(x)
    return compared.compare(
        "maps after a head change", again, lambda: grad_cam(network, last_maps, targets), 100.0
    )


def differences(x: Tensor) -> dict[str, dict[str, object]]:
    """Largest difference of maps in [0, 1] from the peer: on the same weights, and on unfolded ones."""
    device, targets = x.device.type, targets_of(x)
    unfolded_network, (network, frozen) = offline_network(device), our_network("fp32", device)
    same_head(unfolded_network, network)
    ours = scaled(our_maps(network, frozen, x, targets))
    same = peers_maps(GradCAM(network, [network.stages[-1]]), x)
    unfolded = peers_maps(GradCAM(unfolded_network, [unfolded_network.bn2]), x)
    exact_network = deepcopy(unfolded_network).double()
    exact = peers_maps(GradCAM(exact_network, [exact_network.bn2]), x.double())
    rounding = (
        f"float32 itself rounds as much: from float64, unfolded maps differ by {gap(unfolded, exact):.1e}, "
        f"folded ones by {gap(ours, exact):.1e}"
    )
    return {
        "fp32 maps beside the peer's, same weights": at_most(gap(ours, same), 1e-5),
        "fp32 maps beside the peer's, folded": {**at_most(gap(ours, unfolded), 1e-5), "note": rounding},
    }


def our_maps(network: StagedNetwork, frozen: Frozen, x: Tensor, targets: Tensor | None) -> Tensor:
    with torch.no_grad(), frozen.runtime.autocast():
        feature_map = network.run(x.contiguous(memory_format=torch.channels_last))
    return grad_cam(network, feature_map, targets)


def scaled(maps: Tensor) -> np.ndarray:
    """As the peer does it: to [0, 1], enlarged, and to [0, 1] once more."""
    return np.stack([unit(cv2.resize(unit(raw), (SIZE, SIZE))) for raw in maps.cpu().numpy()])


def unit(raw: np.ndarray) -> np.ndarray:
    lowered = raw - raw.min()
    return lowered / (1e-7 + lowered.max())


def gap(ours: np.ndarray, peers: np.ndarray) -> float:
    return float(np.abs(ours - peers).max())
