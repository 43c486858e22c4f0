"""Attention maps by Grad-CAM on the last feature map, without a gradient through the layers below it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor
from torch.nn import functional

from attacker.errors import DataError
from attacker.evaluation.prediction import LESS, frozen
from attacker.example import Example
from attacker.features.cache import store
from attacker.features.cached_features import Bank, PixelBank
from attacker.features.extraction import bank
from attacker.networks.runtime import computing
from attacker.networks.staged import StagedNetwork
from attacker.photos.decoding import hashes_of, size_of
from attacker.progress import Monitor, Progress, ignore, never
from attacker.training.trained import TrainedAttacker

Floats = NDArray[np.float32]
Targets = Literal["true", "predicted"] | ArrayLike

GRID = 28
_BATCH = 64


def attention_maps(
    attacker: TrainedAttacker,
    examples: Sequence[Example],
    targets: Targets = "true",
    *,
    grid: int = GRID,
    cache_dir: Path | None = None,
    on_progress: Callable[[Progress], None] = ignore,
    should_stop: Callable[[], bool] = never,
) -> Floats:
    """Return how much each region of each photo adds to the logit of a class.

    Parameters
    ----------
    attacker
        A trained attacker whose last feature map is a grid of cells.
    examples
        Photos, n of them.
    targets
        ``true`` class, ``predicted`` class (for the photo without its mirror image), or a class per photo,
        int [n].
    grid
        Rows and columns of the returned maps; they cover the whole photo, whatever its shape.
    cache_dir, on_progress, should_stop
        As in `attacker.predict`.

    Returns
    -------
    Float32 [n, grid, grid], at least 0, in logits: a map's sum is that of the network's own map over the
    photo, at any grid. Maps are not scaled per photo, so that they can be compared; one without evidence for
    the class is all 0.

    Raises
    ------
    NoMapError
        If the network has no spatial feature map (a transformer that is not cut block by block).
    DataError
        If there are no photos, or the targets do not fit photos and classes.
    PhotoError
        If a photo cannot be read.
    StoppedError
        If `should_stop` returned True.

    References
    ----------
    Selvaraju et al. (2017), Grad-CAM: Visual Explanations from Deep Networks, ICCV.

    Examples
    --------
    >>> attacker = load(Path("run"))  # doctest: +SKIP
    >>> attention_maps(attacker, test_photos, cache_dir=Path("cache")).shape  # doctest: +SKIP
    (120, 28, 28)
    """
    if not examples:
        raise DataError("no photos to explain")
    monitor = Monitor(on_progress, should_stop)
    with computing(LESS):
        hashes = hashes_of(examples, monitor.check)
        features = bank(frozen(attacker), examples, hashes, store(cache_dir), on_batch=monitor.photos)
        wanted = target_classes(targets, examples, len(attacker.classes))
        native = torch.cat(_grad_cam_of_batches(attacker, features, wanted, monitor))
    monitor.report(Progress("done", 1, 1, 1.0))
    return evidence_over_photo(native, [size_of(example.path) for example in examples], grid)


def grad_cam(network: StagedNetwork, feature_map: Tensor, targets: Tensor | None) -> Tensor:
    """Return Grad-CAM from the last feature map.

    The gradient of the class passes through neck and head only, so that the layers below need none.

    Parameters
    ----------
    network
        Its neck and head are used.
    feature_map
        Float [n, C, h, w], or a vision transformer's tokens.
    targets
        Class of each photo, int64 [n]; None for the predicted class.

    Returns
    -------
    Float32 [n, h, w], at least 0. For pool + linear heads the map before the rectification sums to the
    class's logit without its bias.

    Examples
    --------
    >>> from attacker.networks.staged import staged
    >>> network = staged("timm:test_resnet", "random", 32, "frozen", classes=2).eval()
    >>> feature_map = torch.rand(1, *network.run(torch.zeros(1, 3, 32, 32), 0).shape[1:])
    >>> grad_cam(network, feature_map, torch.tensor([1])).shape == feature_map[:, 0].shape
    True
    """
    with torch.enable_grad():
        leaf = feature_map.detach().float().requires_grad_(True)
        logits = network.classify(leaf.clone())  # some rectify their last map in place, as SqueezeNet
        chosen = logits.argmax(1) if targets is None else targets
        (gradient,) = torch.autograd.grad(logits.gather(1, chosen[:, None]).sum(), leaf)
    weights = network.grid(gradient).mean(dim=(2, 3))
    return torch.einsum("nc,nchw->nhw", weights, network.grid(leaf.detach())).relu()


def evidence_over_photo(maps: Tensor, sizes: Sequence[tuple[int, int]], grid: int) -> Floats:
    """Resample maps as `over_photo` does, so that the sum over each photo stays the same.

    Parameters
    ----------
    maps
        Over the network's square, float [n, h, w], in logits per cell.
    sizes, grid
        As in `over_photo`.

    Returns
    -------
    Float32 [n, grid, grid], in logits per cell of this grid.

    Examples
    --------
    >>> float(evidence_over_photo(torch.ones(1, 4, 4), [(60, 60)], grid=8).sum())
    16.0
    """
    cells = maps.shape[1] * maps.shape[2] * np.array([min(size) / max(size) for size in sizes])
    evidence: Floats = over_photo(maps, sizes, grid) * (cells / grid**2).astype(np.float32)[:, None, None]
    return evidence


def over_photo(maps: Tensor, sizes: Sequence[tuple[int, int]], grid: int) -> Floats:
    """Resample maps of the network's square to the photo inside it.

    Parameters
    ----------
    maps
        Over the network's square, float [n, h, w].
    sizes
        (width, height) of each photo in pixels, [n].
    grid
        Rows and columns of the result.

    Returns
    -------
    Float32 [n, grid, grid].

    Examples
    --------
    A photo twice as wide as high covers the middle rows of the square:

    >>> maps = torch.tensor([[[9.0, 9.0], [1.0, 2.0], [1.0, 2.0], [9.0, 9.0]]])
    >>> over_photo(maps, [(80, 40)], grid=2).tolist()
    [[[1.0, 2.0], [1.0, 2.0]]]
    """
    rows = [[[w / max(w, h), 0.0, 0.0], [0.0, h / max(w, h), 0.0]] for w, h in sizes]
    places = functional.affine_grid(torch.tensor(rows), [len(maps), 1, grid, grid], align_corners=False)
    resampled = functional.grid_sample(
        maps[:, None].float().cpu(), places, padding_mode="border", align_corners=False
    )
    result: Floats = resampled[:, 0].numpy()
    return result


def last_maps(attacker: TrainedAttacker, features: Bank | PixelBank, rows: Sequence[int]) -> Tensor:
    """Return the last feature maps of some photos, [len(rows), C, h, w], or a transformer's tokens.

    Examples
    --------
    >>> last_maps(attacker, features, rows=[0, 1]).shape  # doctest: +SKIP
    torch.Size([2, 1280, 10, 10])
    """
    with torch.no_grad(), attacker.runtime.autocast():
        return attacker.network.run(features.batch(rows, [0] * len(rows)), attacker.cut)


def _grad_cam_of_batches(
    attacker: TrainedAttacker, features: Bank | PixelBank, wanted: Tensor | None, monitor: Monitor
) -> list[Tensor]:
    maps = []
    for start in range(0, len(features), _BATCH):
        monitor.check()
        rows = range(start, min(start + _BATCH, len(features)))
        chosen = None if wanted is None else wanted[rows.start : rows.stop].to(attacker.runtime.device)
        maps.append(grad_cam(attacker.network, last_maps(attacker, features, list(rows)), chosen))
    return maps


def target_classes(targets: Targets, examples: Sequence[Example], classes: int) -> Tensor | None:
    """Return the class of each photo, int64 [n]; None for the predicted one.

    Raises
    ------
    DataError
        If a word is not known, or there is not one class for each photo.

    Examples
    --------
    >>> photos = [Example(Path("a.jpg"), label, item="a", level=0, group="a") for label in (2, 0)]
    >>> target_classes("true", photos, 3), target_classes("predicted", photos, 3)
    (tensor([2, 0]), None)
    """
    if isinstance(targets, str):
        if targets not in ("true", "predicted"):
            raise DataError(f"targets must be 'true', 'predicted' or a class per photo, not {targets!r}")
        if targets == "predicted":
            return None
        targets = [example.label for example in examples]
    chosen = np.asarray(targets)
    if chosen.shape != (len(examples),) or chosen.min() < 0 or chosen.max() >= classes:
        raise DataError(f"targets must be {len(examples)} classes in 0..{classes - 1}")
    return torch.from_numpy(chosen.astype(np.int64))
