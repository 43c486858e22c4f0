"""Networks of torchvision with weights: from its hub at first use, from a file, or random ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
import torchvision
from torch import nn

from attacker.errors import WeightsError
from attacker.networks.weights import local_state, require_named_content, unreachable

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
        raise unreachable(name, file, error) from error


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
        network.load_state_dict(local_state(path))
    except RuntimeError as error:
        raise WeightsError(f"{path}: weights of another network ({error})") from error
