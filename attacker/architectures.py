"""Any classifier as a row of stages, a neck and a linear head.

Cut into stages, a network can be computed up to any stage once and trained from there on; its last
stage's output is the feature map that attention maps are drawn on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import timm
import torch
import torchvision
from torch import Tensor, nn

from attacker.config import AttackerConfig, Normalisation
from attacker.errors import ArchitectureError, WeightsError
from attacker.folding import fold_batch_norms
from attacker.weights import efficientnet_lite0_state, fingerprint, local_state, unreachable

_IMAGENET_MEAN, _IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_HALF = (0.5, 0.5, 0.5)
_CONTAINERS = ("blocks", "features", "layers", "stages", "trunk_output")
_AFTER_CONVOLUTION = (
    nn.BatchNorm2d,
    nn.GELU,
    nn.Hardswish,
    nn.Identity,
    nn.MaxPool2d,
    nn.ReLU,
    nn.ReLU6,
    nn.SiLU,
)
_RANDOM_WEIGHTS_SEED = 20_260


@dataclass(frozen=True)
class Source:
    """A classifier as its library builds it, its classifier still on it."""

    network: nn.Module
    mean: tuple[float, ...]
    std: tuple[float, ...]


class StagedNetwork(nn.Module):
    """A classifier cut into stages.

    Parameters
    ----------
    network
        The library's own network without its classifier; parameter names stay the library's.
    stages
        Modules of `network`; composed in order they make its last feature map, [n, C, h, w].
    neck
        From that map to the classifier's input, [n, D].
    features
        D.
    classes
        Number of outputs K.
    """

    def __init__(
        self,
        source: Source,
        stages: tuple[nn.Module, ...],
        neck: Callable[[Tensor], Tensor],
        features: int,
        classes: int,
    ) -> None:
        super().__init__()
        self.network = source.network
        self.stages = stages  # a tuple registers nothing: the parameters belong to `network`
        self.neck = neck
        self.head = nn.Linear(features, classes)
        self.register_buffer("mean", torch.tensor(source.mean).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(source.std).view(1, 3, 1, 1), persistent=False)

    def normalise(self, pixels: Tensor) -> Tensor:
        """Return network input for pixels in [0, 1]."""
        mean, std = self.get_buffer("mean"), self.get_buffer("std")
        return (pixels - mean) / std

    def run(self, x: Tensor, start: int = 0, stop: int | None = None) -> Tensor:
        """Pass `x`, the input of stage `start`, through the stages before `stop`."""
        for stage in self.stages[start:stop]:
            x = stage(x)
        return x

    def classify(self, feature_map: Tensor) -> Tensor:
        """Return logits, float32 [n, K], of the last feature map."""
        pooled = self.neck(feature_map)
        with torch.autocast(pooled.device.type, enabled=False):
            return self.head(pooled.float())  # type: ignore[no-any-return]

    def forward(self, x: Tensor, start: int = 0) -> Tensor:
        return self.classify(self.run(x, start))

    def upper_state(self, start: int) -> dict[str, Tensor]:
        """Return the state of everything from stage `start` on, head included."""
        lower = {name for name, _ in self._members(self.stages[:start])}
        return {name: tensor for name, tensor in self.state_dict().items() if name not in lower}

    def lower_fingerprint(self, stop: int) -> str:
        """Return the hash of everything below stage `stop`; `stop` past the end takes in the neck."""
        if stop > len(self.stages):
            return fingerprint(self.network.state_dict())
        return fingerprint(dict(self._members(self.stages[:stop])))

    def _members(self, stages: tuple[nn.Module, ...]) -> Iterator[tuple[str, Tensor]]:
        held = {tensor.data_ptr() for stage in stages for tensor in stage.state_dict().values()}
        for name, tensor in self.state_dict().items():
            if tensor.data_ptr() in held:
                yield name, tensor


def build(config: AttackerConfig, classes: int) -> StagedNetwork:
    """Build the network that `config` names, in evaluation mode, with a fresh head for `classes`.

    Raises
    ------
    ArchitectureError
        If the network is unknown or cannot be cut into stages.
    WeightsError
        If its weights cannot be had.
    """
    network = staged(config.architecture, config.weights, config.image_size, config.normalisation, classes)
    seed_head(network.head, config.seed)
    return network


def staged(
    architecture: str, weights: str, image_size: int, normalisation: Normalisation, classes: int
) -> StagedNetwork:
    """Build, cut and check a network; see `build`."""
    source = _source(architecture, weights)
    source.network.eval()
    probe = torch.linspace(-1, 1, 3 * image_size**2).reshape(1, 3, image_size, image_size)
    _drop_classifier(source.network, architecture)
    if normalisation == "frozen":  # before cutting: the stages must hold what folding leaves
        fold_batch_norms(source.network, probe)
    return _cut(source, probe, classes, architecture).eval()


def seed_head(head: nn.Linear, seed: int) -> None:
    """Give the head its first weights."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        head.weight.normal_(0, 0.01, generator=generator)
        head.bias.zero_()


def _source(architecture: str, weights: str) -> Source:
    if architecture == "efficientnet_lite0":
        return _lite0(weights)
    if architecture.startswith("timm:"):
        return _timm(architecture.removeprefix("timm:"), weights)
    if architecture in torchvision.models.list_models(module=torchvision.models):
        return _torchvision(architecture, weights)
    return _timm(architecture, weights)


def _lite0(weights: str) -> Source:
    network = _fresh(lambda: timm.create_model("tf_efficientnet_lite0", pretrained=False))
    if weights == "pretrained":
        network.load_state_dict(efficientnet_lite0_state())
    elif weights != "random":
        _load(network, Path(weights))
    return Source(network, _HALF, _HALF)


def _torchvision(name: str, weights: str) -> Source:
    chosen = torchvision.models.get_model_weights(name).DEFAULT
    if weights == "pretrained":
        try:
            network = torchvision.models.get_model(name, weights=chosen, progress=False)
        except OSError as error:
            raise unreachable(name, chosen.url.rsplit("/", 1)[-1], error) from error
    else:
        network = _fresh(lambda: torchvision.models.get_model(name, weights=None))
        if weights != "random":
            _load(network, Path(weights))
    return Source(network, _IMAGENET_MEAN, _IMAGENET_STD)


def _timm(name: str, weights: str) -> Source:
    if not timm.is_model(name):
        raise ArchitectureError(
            f"{name!r} is neither a torchvision nor a timm classifier; see timm.list_models()"
        )
    pretrained = weights == "pretrained"
    try:
        network = _fresh(lambda: timm.create_model(name, pretrained=pretrained))
    except (OSError, RuntimeError) as error:
        raise unreachable(name, None, error) from error
    if weights not in ("pretrained", "random"):
        _load(network, Path(weights))
    settings = network.pretrained_cfg
    return Source(network, tuple(settings["mean"]), tuple(settings["std"]))


def _fresh(create: Callable[[], nn.Module]) -> Any:
    """Create a network whose random weights, if any, are always the same."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(_RANDOM_WEIGHTS_SEED)
        return create()


def _load(network: nn.Module, path: Path) -> None:
    try:
        network.load_state_dict(local_state(path))
    except RuntimeError as error:
        raise WeightsError(f"{path}: weights of another network ({error})") from error


def _cut(source: Source, probe: Tensor, classes: int, architecture: str) -> StagedNetwork:
    """Cut into stages, and prove on `probe` that the pieces still make the whole."""
    with torch.no_grad():
        whole = source.network(probe)
        for stages, neck in _proposals(source.network):
            if _composes(stages, neck, probe, whole):
                return StagedNetwork(source, stages, neck, whole.shape[1], classes)
    raise ArchitectureError(
        f"{architecture} cannot be cut into stages that run in order; choose another network"
    )


def _composes(
    stages: tuple[nn.Module, ...], neck: Callable[[Tensor], Tensor], probe: Tensor, whole: Tensor
) -> bool:
    x = probe
    try:
        for stage in stages:
            x = stage(x)
        x = neck(x)
    except (RuntimeError, TypeError, ValueError, AssertionError):
        return False  # modules in another order than they run; the next proposal may fit
    return x.shape == whole.shape and torch.allclose(x, whole, rtol=1e-4, atol=1e-5)


def _drop_classifier(network: Any, architecture: str) -> None:
    """Leave the network ending in the classifier's input, [n, D]."""
    for extra in ("AuxLogits", "aux1", "aux2"):
        if getattr(network, extra, None) is not None:
            setattr(network, extra, None)
    if getattr(network, "aux_logits", False):
        network.aux_logits = False
    if hasattr(network, "reset_classifier"):
        network.reset_classifier(0)
        return
    linears = [name for name, module in network.named_modules() if isinstance(module, nn.Linear)]
    if not linears:
        raise ArchitectureError(f"{architecture} has no linear classifier to replace")
    parent, _, name = linears[-1].rpartition(".")
    setattr(network.get_submodule(parent), name, nn.Identity())


def _proposals(network: Any) -> Iterator[tuple[tuple[nn.Module, ...], Callable[[Tensor], Tensor]]]:
    """Yield ways to cut: children in the order they are declared, then timm's own two halves."""
    spatial, rest = _children_in_order(network)
    stages = tuple(_grouped(spatial))
    yield stages, Neck(rest, relu=False)
    yield stages, Neck(rest, relu=True)  # DenseNet rectifies between its features and its pool
    if hasattr(network, "forward_features"):
        halves = (ForwardFeatures(network),)
        if stages:
            yield stages, PreLogits(network)
        yield halves, PreLogits(network)


def _children_in_order(network: nn.Module) -> tuple[list[nn.Module], list[nn.Module]]:
    children: list[nn.Module] = []
    for name, child in network.named_children():
        children.extend(child.children() if name in _CONTAINERS else [child])
    pool = next((i for i, child in enumerate(children) if "globalpool" in _kind(child)), len(children))
    last = max((i for i, child in enumerate(children[:pool]) if _makes_maps(child)), default=-1)
    while last + 1 < len(children) and _follows_convolution(children[last + 1]):
        last += 1
    while last >= 0 and isinstance(children[last], nn.Identity):
        last -= 1  # a classifier taken off, not a layer
    return children[: last + 1], children[last + 1 :]


def _kind(module: nn.Module) -> str:
    name = type(module).__name__.lower()
    return "globalpool" if name.startswith(("adaptiveavgpool", "selectadaptivepool")) else name


def _makes_maps(module: nn.Module) -> bool:
    return any(isinstance(part, nn.Conv2d) for part in module.modules())


def _follows_convolution(module: nn.Module) -> bool:
    return isinstance(module, _AFTER_CONVOLUTION)


def _grouped(modules: list[nn.Module]) -> Iterator[nn.Sequential]:
    """Join loose layers (a stem, a last convolution and its norm) into stages of their own."""
    loose: list[nn.Module] = []
    for module in modules:
        if isinstance(module, nn.Conv2d) or not _makes_maps(module):
            loose.append(module)
            if isinstance(module, nn.MaxPool2d):
                yield nn.Sequential(*loose)
                loose = []
            continue
        if loose:
            yield nn.Sequential(*loose)
            loose = []
        yield nn.Sequential(module)
    if loose:
        yield nn.Sequential(*loose)


class Neck:
    """The modules between the last map and the classifier, flattening once the map is one cell."""

    def __init__(self, modules: list[nn.Module], *, relu: bool) -> None:
        pools = any("pool" in _kind(part) for module in modules for part in module.modules())
        self.modules = modules if pools else [nn.AdaptiveAvgPool2d(1), *modules]
        self.relu = relu

    def __call__(self, x: Tensor) -> Tensor:
        x = torch.relu(x) if self.relu else x
        for module in self.modules:
            x = module(
                x.flatten(1) if isinstance(module, nn.Linear | nn.Sequential) and self._flat(module) else x
            )
        return x.flatten(1)

    @staticmethod
    def _flat(module: nn.Module) -> bool:
        """Whether the module starts with a linear layer, dropout before it or not."""
        layers = [layer for layer in module.modules() if not isinstance(layer, nn.Sequential | nn.Dropout)]
        return bool(layers) and isinstance(layers[0], nn.Linear)


class ForwardFeatures(nn.Module):
    """A timm network's feature half as one stage, where its parts do not run one after another."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> Tensor:
        return self.network.forward_features(x)  # type: ignore[no-any-return]


class PreLogits:
    """A timm network's pooling half."""

    def __init__(self, network: Any) -> None:
        self.network = network

    def __call__(self, x: Tensor) -> Tensor:
        return self.network.forward_head(x, pre_logits=True)  # type: ignore[no-any-return]
