"""The plain ways, each as it is usually written; networks and photos are built once per process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import timm
import torch
import torchvision
from PIL import Image
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from torch import Tensor, nn

from attacker.networks.packaged_weights import packaged_state

CLASSES, SIZE = 3, 224


def offline_network(device: str) -> nn.Module:
    """Return the packaged network as it is usually built: unfolded, contiguous, float32."""
    network = timm.create_model("tf_efficientnet_lite0", pretrained=False)
    network.load_state_dict(packaged_state("efficientnet_lite0"))
    network.reset_classifier(CLASSES)
    return network.eval().to(device)


def studys_network(device: str) -> nn.Module:
    return torchvision.models.resnet152(weights=None, num_classes=CLASSES).to(device)


NETWORKS = {"efficientnet_lite0": offline_network, "resnet152": studys_network}


def noise(photos: int, device: str) -> Tensor:
    """Network input, float32 [photos, 3, SIZE, SIZE] in [-1, 1]."""
    return (torch.rand(photos, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(0)) * 2 - 1).to(device)


def targets_of(x: Tensor) -> Tensor:
    return torch.arange(len(x), device=x.device) % CLASSES


def peers_maps(cam: GradCAM, x: Tensor) -> np.ndarray:
    """pytorch-grad-cam's maps of `targets_of`, a batch at once."""
    maps: np.ndarray = cam(x, [ClassifierOutputTarget(int(target)) for target in targets_of(x)])
    return maps


def maps_of_noise(photos: int, device: str) -> None:
    peers_maps(_cam(device), _noise(photos, device))


def original_pass(photos: int, device: str) -> None:
    """Predict, then draw the predicted class's map of each photo, the hooks set up anew."""
    network, x = _network("efficientnet_lite0", device), _noise(photos, device)
    with torch.no_grad():
        chosen = network(x).argmax(1)
    for photo, label in zip(x, chosen.tolist(), strict=True):
        with GradCAM(network, [network.bn2]) as single:
            single(photo[None], [ClassifierOutputTarget(label)])


def training_step(architecture: str, photos: int, device: str) -> None:
    _stepper(architecture, photos, device)()


def photos_to_tensors(paths: Sequence[Path], device: str) -> Tensor:
    batch = np.stack([decoded(path) for path in paths])
    return torch.from_numpy(batch).to(device).float().div_(127.5).sub_(1)


def photos_through(architecture: str, paths: Sequence[Path], side: int, batch: int, device: str) -> None:
    """All photos through the frozen network, as each epoch of a head's training does it."""
    network = _network(architecture, device)
    for start in range(0, len(paths), batch):
        some = np.stack([decoded(path, side) for path in paths[start : start + batch]])
        with torch.no_grad():
            network(torch.from_numpy(some).to(device).float() / 127.5 - 1)


def decoded(path: Path, side: int = SIZE) -> np.ndarray:
    image = Image.open(path).convert("RGB").resize((side, side))
    return np.asarray(image).transpose(2, 0, 1)


def stepper(
    network: nn.Module, forward: Callable[[Tensor], Tensor], x: Tensor, *, fused: bool
) -> Callable[[], None]:
    """One step of a whole network's training."""
    labels = targets_of(x)
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-5, fused=fused)

    def step() -> None:
        loss = nn.functional.cross_entropy(forward(x), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


@cache
def _noise(photos: int, device: str) -> Tensor:
    return noise(photos, device)


@cache
def _network(architecture: str, device: str) -> nn.Module:
    return NETWORKS[architecture](device).eval()


@cache
def _cam(device: str) -> GradCAM:
    network = offline_network(device)
    return GradCAM(network, [network.bn2])


@cache
def _stepper(architecture: str, photos: int, device: str) -> Callable[[], None]:
    network = NETWORKS[architecture](device).train()
    return stepper(network, network, noise(photos, device), fused=False)
