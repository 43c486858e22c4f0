"""Batch normalisation with fixed statistics, folded into the convolution before it as scale and shift."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack

import torch
from torch import Tensor, nn

from attacker.errors import ArchitectureError

Pair = tuple[nn.Conv2d, nn.Module]  # a convolution, and what reads its output
_ROUNDING = 1e-3  # of the largest output; a wrong fold is off by far more


def fold_batch_norms(network: nn.Module, probe: Tensor) -> int:
    """Fold every batch normalisation that is the only reader of a convolution, in place.

    Outputs stay the same up to rounding; on a CPU in bf16 the network runs about twice as fast. A
    normalisation whose convolution is also read elsewhere (by a skip connection), or is changed in place
    before it, is left alone.

    Parameters
    ----------
    network
        In evaluation mode.
    probe
        An input, [1, 3, h, w]. The order of layers is observed by running it, not guessed from names.

    Returns
    -------
    How many normalisations were folded.

    Raises
    ------
    ArchitectureError
        If the folded network gives other outputs.

    Examples
    --------
    >>> network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU()).eval()
    >>> fold_batch_norms(network, torch.zeros(1, 3, 8, 8))
    1
    >>> network[1]
    Identity()
    """
    with torch.no_grad():
        pairs, before = sole_readers(network, probe, nn.BatchNorm2d)
        _replace(network, pairs)
        error = (network(probe) - before).abs().max()
    if not error <= _ROUNDING * before.abs().max():
        raise ArchitectureError(
            "this network's batch normalisation cannot be folded into its convolutions; use "
            "normalisation='adapt', or another network"
        )
    return len(pairs)


def sole_readers(
    network: nn.Module, probe: Tensor, kind: type[nn.Module] | tuple[type[nn.Module], ...]
) -> tuple[list[Pair], Tensor]:
    """Return each module of a kind that alone reads a convolution's unchanged output, with that convolution.

    Parameters
    ----------
    network
        In evaluation mode; gradients are off.
    probe
        An input, [1, ...]; the network is run on it several times.
    kind
        Of modules whose outputs grow with their inputs, so that twice a half is the whole.

    Returns
    -------
    The pairs, without modules that the network passes twice, and the network's output.

    Examples
    --------
    >>> network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU()).eval()
    >>> with torch.no_grad():
    ...     pairs, _ = sole_readers(network, torch.zeros(1, 3, 8, 8), nn.ReLU)
    >>> pairs == [(network[0], network[1])]
    True
    """
    followers, output = _followers(network, probe, kind)
    return _only_readers(network, probe, followers, output), output


def _followers(
    network: nn.Module, probe: Tensor, kind: type[nn.Module] | tuple[type[nn.Module], ...]
) -> tuple[list[Pair], Tensor]:
    """Return each module that is passed once and reads a convolution's unchanged output; and the output."""
    pairs: list[Pair] = []
    latest: list[tuple[nn.Conv2d, Tensor, int]] = []
    passed: Counter[nn.Module] = Counter()

    def after(module: nn.Module, _: object, output: Tensor) -> None:
        assert isinstance(module, nn.Conv2d)
        passed[module] += 1
        latest[:] = [(module, output, output._version)]

    def before(module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        passed[module] += 1
        for convolution, output, version in latest:
            if inputs[0] is output and output._version == version:  # an in-place ReLU raises the version
                pairs.append((convolution, module))

    with ExitStack() as hooks:
        for part in list(network.modules()):
            if isinstance(part, nn.Conv2d):
                hooks.callback(part.register_forward_hook(after).remove)
            if isinstance(part, kind):
                hooks.callback(part.register_forward_pre_hook(before).remove)
        output = network(probe)
    return [pair for pair in pairs if passed[pair[0]] == passed[pair[1]] == 1], output


def _only_readers(network: nn.Module, probe: Tensor, pairs: list[Pair], expected: Tensor) -> list[Pair]:
    """Return the pairs whose convolution nothing but the reader reads.

    Convolutions' outputs are doubled and readers' inputs halved, both exactly: the network's output changes
    only if something else reads a convolution. The wiring decides, not the weights, so a saved run has the
    same pairs.
    """
    with ExitStack() as hooks:
        for convolution, reader in pairs:
            hooks.callback(convolution.register_forward_hook(lambda _m, _i, output: output * 2).remove)
            hooks.callback(reader.register_forward_pre_hook(lambda _m, inputs: (inputs[0] / 2,)).remove)
        is_unchanged = torch.equal(network(probe), expected)
    if is_unchanged or len(pairs) < 2:
        return pairs if is_unchanged else []
    halves = pairs[: len(pairs) // 2], pairs[len(pairs) // 2 :]
    return [pair for half in halves for pair in _only_readers(network, probe, half, expected)]


def _replace(network: nn.Module, pairs: list[Pair]) -> None:
    parents = {
        child: (parent, name) for parent in network.modules() for name, child in parent.named_children()
    }
    for convolution, norm in pairs:
        assert isinstance(norm, nn.BatchNorm2d)
        _fold(convolution, norm)
        parent, name = parents[norm]
        setattr(parent, name, _activation_of(norm))


def _fold(convolution: nn.Conv2d, norm: nn.BatchNorm2d) -> None:
    """Scale the convolution as the norm would; in float64, so that it is rounded once, at the end."""
    assert norm.running_mean is not None
    assert norm.running_var is not None
    weight, learns = convolution.weight.detach(), convolution.weight.requires_grad
    scale = (norm.running_var.double() + norm.eps).rsqrt()
    scale = scale if norm.weight is None else scale * norm.weight.detach().double()
    before = 0.0 if convolution.bias is None else convolution.bias.detach().double()
    shift = (before - norm.running_mean.double()) * scale
    shift = shift if norm.bias is None else shift + norm.bias.detach().double()
    folded = weight.double() * scale[:, None, None, None]
    convolution.weight = nn.Parameter(folded.to(weight.dtype), learns)
    convolution.bias = nn.Parameter(shift.to(weight.dtype), learns)  # it stands for the norm's own shift


def _activation_of(norm: nn.BatchNorm2d) -> nn.Module:
    """Return the activation that timm keeps inside its normalisation layers; elsewhere an identity."""
    activation = getattr(norm, "act", None)
    return activation if isinstance(activation, nn.Module) else nn.Identity()
