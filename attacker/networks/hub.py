"""Networks with weights: from the hubs of torchvision and timm at first use, from a file, or random ones."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import timm
import torch
import torchvision
from safetensors import SafetensorError
from torch import nn

from attacker.errors import WeightsError
from attacker.networks.weights import local_state, require_named_content, with_layout_of

_RANDOM_WEIGHTS_SEED = 20_260


def from_hub(name: str, chosen: Any) -> nn.Module:
    """Return a network of torchvision with its weights, whose hash must be the one in their file's name.

    Parameters
    ----------
    name
        As `torchvision.models.get_model` knows it.
    chosen
        Its weights, an entry of its weights enumeration.

    Raises
    ------
    WeightsError
        If they cannot be fetched, or are not the ones that their name says.
    """
    file = hub_file(chosen)
    downloaded = Path(torch.hub.get_dir()) / "checkpoints" / file
    if downloaded.is_file():  # perhaps copied there by hand, so its hash was never compared
        require_named_content(downloaded)
    try:
        return torchvision.models.get_model(name, weights=chosen, progress=False)  # type: ignore[no-any-return]
    except (OSError, RuntimeError, UnpicklingError, EOFError) as error:
        raise _unreachable(name, file, error) from error


def from_timm(name: str, *, pretrained: bool) -> Any:
    """Return a network of timm, with its weights or with random ones that are always the same.

    Raises
    ------
    WeightsError
        If the weights cannot be fetched.

    Examples
    --------
    >>> from_timm("test_resnet", pretrained=False).num_features
    96
    """
    try:
        return fresh(lambda: timm.create_model(name, pretrained=pretrained))
    except (OSError, RuntimeError, SafetensorError) as error:
        raise _unreachable(name, None, error) from error


def hub_file(chosen: Any) -> str:
    """Return the name of the file that torchvision's hub keeps weights in.

    Examples
    --------
    >>> hub_file(torchvision.models.get_model_weights("resnet18").DEFAULT)
    'resnet18-f37072fd.pth'
    """
    return str(chosen.url).rsplit("/", 1)[-1]


def fresh(create: Callable[[], nn.Module]) -> Any:
    """Create a network whose random weights, if any, are always the same.

    Examples
    --------
    >>> a, b = (fresh(lambda: nn.Linear(1, 1)) for _ in range(2))
    >>> bool(a.weight == b.weight)
    True
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(_RANDOM_WEIGHTS_SEED)
        return create()


def load_from(network: nn.Module, path: Path) -> None:
    """Load the weights of a network from a file.

    Raises
    ------
    WeightsError
        If the file is missing, holds no state dict, or that of another network.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> trained, network = nn.Linear(1, 1), nn.Linear(1, 1)
    >>> with TemporaryDirectory() as folder:
    ...     torch.save(trained.state_dict(), Path(folder) / "weights.pth")
    ...     load_from(network, Path(folder) / "weights.pth")
    >>> bool(network.weight == trained.weight)
    True
    """
    try:
        network.load_state_dict(with_layout_of(network, local_state(path)))
    except RuntimeError as error:
        raise WeightsError(f"{path}: weights of another network ({error})") from error


def _unreachable(name: str, file: str | None, error: Exception) -> WeightsError:
    """Return the error for pretrained weights that could not be fetched.

    Parameters
    ----------
    name
        Name of the network.
    file
        Name of its file in torchvision's hub; None for timm, whose files are in the Hugging Face cache.
    error
        What went wrong.
    """
    hub = Path(torch.hub.get_dir()) / "checkpoints"
    home = os.environ.get("TORCH_HOME", "unset")
    where = f"put {file} into {hub}" if file else f"fill the Hugging Face cache (HF_HOME) for {name}"
    return WeightsError(
        f"pretrained weights of {name} could not be fetched ({type(error).__name__}: {error}); "
        f"go online once, or {where} (TORCH_HOME is {home}), or give a local state dict as `weights`"
    )
