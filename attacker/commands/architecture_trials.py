"""Trials of architectures with random weights: built, trained a step, mapped, stopped, resumed and loaded."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
import torch
import torchvision
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from attacker.attention.grad_cam import attention_maps
from attacker.attention.tokens.rollout import relevance, rollout
from attacker.config import AttackerConfig
from attacker.errors import ArchitectureError, NoMapError, NoRolloutError, SideError, StoppedError
from attacker.evaluation.prediction import predict
from attacker.example import Example
from attacker.networks.staged import StagedNetwork, staged
from attacker.progress import Progress
from attacker.training.run_folder import load
from attacker.training.train import train
from attacker.training.trained import TrainedAttacker

SMALL_SIDE = 64  # of photos, in pixels, where a network takes any
CLASSES = ("dark", "light")
_CACHE = "cache"  # of features below the stage that is trained
# A member of each family of timm, mostly its smallest; what torchvision has too is tried there.
TIMM_FAMILIES = (
    "beit_base_patch16_224", "cait_xxs24_224", "coatnet_nano_rw_224",
    "convit_tiny", "convnextv2_atto", "crossvit_tiny_240", "davit_tiny", "deit3_small_patch16_224", "dla34",
    "edgenext_xx_small", "efficientformer_l1", "efficientformerv2_s0", "eva02_tiny_patch14_224",
    "fastvit_t8", "focalnet_tiny_srf", "ghostnet_050", "gmlp_s16_224", "hgnetv2_b0", "hiera_tiny_224",
    "hrnet_w18_small", "levit_128s", "maxvit_nano_rw_256", "mixer_s32_224", "mobilenetv4_conv_small",
    "mobileone_s0", "mobilevit_xxs", "mvitv2_tiny", "naflexvit_base_patch16_gap", "pit_ti_224",
    "poolformer_s12", "pvt_v2_b0", "repvgg_a0", "repvit_m0_9", "resmlp_12_224", "resnest14d", "rexnet_100",
    "sequencer2d_s", "starnet_s1", "swinv2_tiny_window8_256", "tiny_vit_5m_224", "twins_svt_small",
    "vit_small_patch14_reg4_dinov2", "vit_small_patch16_dinov3", "volo_d1_224", "xcit_nano_12_p16_224",
)  # fmt: skip


class Trial(msgspec.Struct, frozen=True):
    """What an architecture can do.

    Attributes
    ----------
    architecture : its name
    side : of the photos, in pixels
    stages : into which it is cut; 0 if it cannot be
    grid : rows and columns of its attention maps; empty where it has none
    rollout : its attention can be rolled out, see `attacker.attention.tokens.rollout`
    resumed : a training that was stopped went on to the weights of one that was not, and loads
    reason : why it has no map, or else why it could not be trained
    """

    architecture: str
    side: int = 0
    stages: int = 0
    grid: tuple[int, ...] = ()
    rollout: bool = False
    resumed: bool = False
    reason: str = ""


def registry() -> tuple[str, ...]:
    """Return every classifier of torchvision, and the named families of timm.

    Examples
    --------
    >>> names = registry()
    >>> "squeezenet1_1" in names, "timm:hiera_tiny_224" in names, len(TIMM_FAMILIES)
    (True, True, 45)
    """
    torchvisions = torchvision.models.list_models(module=torchvision.models)
    return (*torchvisions, *(f"timm:{name}" for name in TIMM_FAMILIES))


def try_architecture(name: str) -> Trial:
    """Build a network, train it with a stop in between, map a photo and load it again.

    Parameters
    ----------
    name
        As in `attacker.config.AttackerConfig`.

    Returns
    -------
    What it can do; an architecture that cannot be cut is told by its reason.
    """
    try:
        built = _built(name)
    except ArchitectureError as error:
        return Trial(name, SMALL_SIDE, reason=str(error))
    with tempfile.TemporaryDirectory(prefix="sweetspot-trial-") as folder:
        try:
            return msgspec.structs.replace(built, resumed=_resumes(built, Path(folder)))
        except ArchitectureError as error:  # what random weights make of a photo may be beyond half precision
            return msgspec.structs.replace(built, reason=str(error))


def _resumes(built: Trial, folder: Path) -> bool:
    """Train with and without a stop; return whether both end in the same answers."""
    config, photos = _config(built.architecture, built.side), list(_photos(folder))
    whole = _trained(config, photos, folder / "whole")
    if built.grid:
        attention_maps(whole, photos[4:5], "predicted")
    expected = _logits(whole, photos, folder)
    del whole  # the largest networks fill gigabytes
    resumed = _stopped_and_resumed(config, photos, folder / "stopped")
    return np.array_equal(_logits(resumed, photos, folder), expected)


def _logits(trained: TrainedAttacker, photos: Sequence[Example], folder: Path) -> NDArray[np.float32]:
    predictions = predict(trained, photos[4:], test_time_augmentation=False, cache_dir=folder / _CACHE)
    return predictions.logits


def _built(name: str) -> Trial:
    """Return a network's stages and maps, of photos of the side to try it with."""
    try:
        side, network = SMALL_SIDE, staged(name, "random", SMALL_SIDE, "frozen", len(CLASSES))
    except SideError as refusal:
        side = refusal.own_side
        network = staged(name, "random", side, "frozen", len(CLASSES))
    return _mapped(Trial(name, side, len(network.stages)), network)


def _config(name: str, side: int) -> AttackerConfig:
    return AttackerConfig(
        architecture=name,
        weights="random",
        image_size=side,
        head_epochs=1,
        finetune_epochs=2,
        finetune_depth=1,
        views=1,
        batch_size=4,
        device="cpu",
        precision="fp32",
    )


def _photos(folder: Path) -> Iterator[Example]:
    """Yield photos of two classes, four to learn from and two to validate on."""
    random = np.random.default_rng(0)
    for number in range(6):
        label = number % 2
        pixels = random.integers(160 * label, 96 + 160 * label, (SMALL_SIDE, SMALL_SIDE, 3))
        path = folder / f"{number}.png"
        Image.fromarray(pixels.astype(np.uint8)).save(path)
        yield Example(path, label, path.name, 0, path.name)


def _trained(config: AttackerConfig, photos: Sequence[Example], run_dir: Path) -> TrainedAttacker:
    cache = run_dir.parent / _CACHE
    return train(config, CLASSES, photos[:4], photos[4:], run_dir=run_dir, cache_dir=cache)


def _stopped_and_resumed(config: AttackerConfig, photos: Sequence[Example], run_dir: Path) -> TrainedAttacker:
    """Stop a training after its first epoch of fine-tuning, go on, and load what it left."""
    epochs: list[Progress] = []

    def note(news: Progress) -> None:
        if news.loss is not None:
            epochs.append(news)

    try:
        train(
            config, CLASSES, photos[:4], photos[4:], run_dir=run_dir, cache_dir=run_dir.parent / _CACHE,
            on_progress=note, should_stop=lambda: len(epochs) == 2,
        )  # fmt: skip
    except StoppedError:
        _trained(config, photos, run_dir)
        return load(run_dir)
    raise AssertionError("the training was not stopped")


def _mapped(built: Trial, network: StagedNetwork) -> Trial:
    """Return a trial with what maps the network has, or why none."""
    x = torch.zeros(1, 3, built.side, built.side)
    try:
        with torch.no_grad():
            grid = tuple(network.grid(network.run(x)).shape[2:])
    except NoMapError as error:
        return msgspec.structs.replace(built, reason=error.reason)
    return msgspec.structs.replace(built, grid=grid, rollout=_rolls_out(network, x))


def _rolls_out(network: StagedNetwork, x: Tensor) -> bool:
    try:
        return bool(relevance(network, x, None).isfinite().all() and rollout(network, x).isfinite().all())
    except NoRolloutError:
        return False
