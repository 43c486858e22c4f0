"""Weights from files: read without running code, and identified by their hash."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from attacker.errors import WeightsError
from attacker.file_hash import file_sha256

State = dict[str, Tensor]


def fingerprint(state: Mapping[str, Tensor]) -> str:
    """Return a sha256 over the names, types, shapes and values of tensors.

    Examples
    --------
    >>> weights = {"bias": torch.zeros(2)}
    >>> fingerprint(weights) == fingerprint({"bias": torch.zeros(2)})
    True
    >>> fingerprint(weights) == fingerprint({"bias": torch.ones(2)})
    False
    """
    digest = hashlib.sha256()
    for name in sorted(state):
        tensor = state[name].detach().cpu().contiguous()
        digest.update(f"{name}:{tensor.dtype}:{tuple(tensor.shape)}".encode())
        digest.update(tensor.view(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()


def local_sha256(weights: str) -> str | None:
    """Return the hash of the file that a config's `weights` names, None where it names none.

    Raises
    ------
    WeightsError
        If the file is missing.

    Examples
    --------
    >>> local_sha256("pretrained") is None
    True
    """
    if weights in ("pretrained", "random"):
        return None
    return file_sha256(_existing(Path(weights)))


def local_state(path: Path) -> State:
    """Read a state dict from a safetensors or torch file; pickled code is never run.

    Raises
    ------
    WeightsError
        If the file is missing or holds no state dict.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     torch.save({"bias": torch.zeros(2)}, Path(folder) / "weights.pth")
    ...     local_state(Path(folder) / "weights.pth")
    {'bias': tensor([0., 0.])}
    """
    _existing(path)
    try:
        state = load_file(path) if path.suffix == ".safetensors" else unpickled(path)
    except (SafetensorError, UnpicklingError, RuntimeError, ValueError, EOFError, OSError) as error:
        raise WeightsError(f"{path}: not a state dict ({error})") from error
    return state


def with_layout_of(network: nn.Module, state: State) -> State:
    """Return tensors with the layout versions of a network, which a safetensors file does not keep.

    Some layers refuse tensors of an unknown version, such as torchvision's MNASNet.

    Examples
    --------
    >>> network = nn.BatchNorm2d(2)
    >>> with_layout_of(network, dict(network.state_dict()))._metadata[""]
    {'version': 2}
    """
    versioned = network.state_dict()
    versioned.clear()  # keeps the versions, which are an attribute of it
    versioned.update(state)
    return versioned


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise WeightsError(
            f"{path}: no such weights file; give the path of a .safetensors or .pth state dict"
        )
    return path


def unpickled(path: Path) -> State:
    """Read a state dict from a torch file; pickled code is never run.

    Raises
    ------
    WeightsError
        If the file holds something else.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     torch.save({"state_dict": {"bias": torch.zeros(2)}}, Path(folder) / "checkpoint.pth")
    ...     unpickled(Path(folder) / "checkpoint.pth")
    {'bias': tensor([0., 0.])}
    """
    loaded: Any = torch.load(path, map_location="cpu", weights_only=True)
    state: Any = loaded.get("state_dict", loaded) if isinstance(loaded, dict) else None
    if not isinstance(state, dict) or not all(isinstance(value, Tensor) for value in state.values()):
        raise WeightsError(f"{path}: holds no state dict (a flat mapping of names to tensors)")
    return dict(state)


def require_named_content(path: Path) -> None:
    """Refuse a hub's file whose hash is not the one in its name, such as ``resnet18-f37072fd.pth``.

    Raises
    ------
    WeightsError
        If the name ends in the beginning of another sha256.

    Examples
    --------
    >>> import os
    >>> require_named_content(Path(os.devnull))
    """
    named = re.search(r"-([0-9a-f]{8,})$", path.stem)
    if named and not file_sha256(path).startswith(named[1]):
        raise WeightsError(f"{path}: checksum mismatch; delete it, so that it is fetched again")
