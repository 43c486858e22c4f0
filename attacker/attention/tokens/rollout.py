"""Where the attention of a transformer's blocks comes from: rollout, and relevance for a class.

Grad-CAM (`attacker.attention.grad_cam`) reads the features of the patches; these two read what the tokens
attend to, and say nothing of what is done with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor

from attacker.attention.grad_cam import GRID, Floats, Targets, evidence_over_photo, target_classes
from attacker.attention.tokens.attention_weights import recorded_attention
from attacker.errors import DataError, NoRolloutError
from attacker.evaluation.prediction import LESS
from attacker.example import Example
from attacker.features.cache import store
from attacker.features.cached_features import Bank, PixelBank
from attacker.features.extraction import bank
from attacker.features.extractor import Frozen
from attacker.networks.runtime import computing
from attacker.networks.staged import StagedNetwork
from attacker.photos.decoding import hashes_of, size_of
from attacker.progress import Monitor, Progress, ignore, never
from attacker.training.trained import TrainedAttacker

Method = Literal["rollout", "relevance"]
_BATCH = 8  # photos at once: each block's weights are kept, heads x T x T numbers a photo


def token_maps(
    attacker: TrainedAttacker,
    examples: Sequence[Example],
    method: Method,
    targets: Targets = "true",
    *,
    grid: int = GRID,
    cache_dir: Path | None = None,
    on_progress: Callable[[Progress], None] = ignore,
    should_stop: Callable[[], bool] = never,
) -> Floats:
    """Return how much of what a transformer reads comes from each region of each photo.

    Parameters
    ----------
    attacker
        A trained transformer whose blocks all attend to the same tokens.
    examples
        Photos, n of them.
    method
        ``rollout`` (of no class) or ``relevance`` (for a class).
    targets, grid, cache_dir, on_progress, should_stop
        As in `attacker.attention.grad_cam.attention_maps`; rollout needs no targets.

    Returns
    -------
    Float32 [n, grid, grid], at least 0, of no unit: a map's sum is that of the network's own map over the
    photo, at any grid.

    Raises
    ------
    NoRolloutError
        If the network has no attention over all patches in every block.
    DataError, PhotoError, StoppedError
        As in `attention_maps`.

    Examples
    --------
    >>> token_maps(attacker, test_photos, "rollout").shape  # doctest: +SKIP
    (120, 28, 28)
    """
    if not examples:
        raise DataError("no photos to explain")
    config, monitor = attacker.config, Monitor(on_progress, should_stop)
    chosen = target_classes(targets, examples, len(attacker.classes)) if method == "relevance" else None
    with computing(LESS):
        pixels = Frozen(attacker.network, config.architecture, 0, config.image_size, attacker.runtime)
        photos = bank(pixels, examples, hashes_of(examples, monitor.check), store(cache_dir))
        maps = torch.cat(list(_maps_of_batches(attacker.network, photos, method, chosen, monitor)))
    monitor.report(Progress("done", 1, 1, 1.0))
    return evidence_over_photo(maps, [size_of(example.path) for example in examples], grid)


def _maps_of_batches(
    network: StagedNetwork, photos: Bank | PixelBank, method: Method, chosen: Tensor | None, monitor: Monitor
) -> Iterator[Tensor]:
    for start in range(0, len(photos), _BATCH):
        monitor.check()
        rows = list(range(start, min(start + _BATCH, len(photos))))
        x = photos.batch(rows, [0] * len(rows))
        wanted = None if chosen is None else chosen[rows].to(x.device)
        yield (rollout(network, x) if method == "rollout" else relevance(network, x, wanted)).cpu()


def rollout(network: StagedNetwork, x: Tensor) -> Tensor:
    """Return attention rollout: the product of all blocks' attention, each half passed by.

    Parameters
    ----------
    network
        A transformer in evaluation mode.
    x
        Its input, float32 [n, 3, S, S].

    Returns
    -------
    Float32 [n, g, g]: shares of the patches in what the classifier reads. With those of the tokens before the
    patches they sum to 1.

    Raises
    ------
    NoRolloutError
        If the network has no attention over all patches in every block.

    References
    ----------
    Abnar and Zuidema (2020), Quantifying Attention Flow in Transformers, ACL, section 3; mean over heads.

    Examples
    --------
    >>> from attacker.networks.staged import staged
    >>> rollout(staged("timm:test_vit", "random", 160, "frozen", 2), torch.zeros(1, 3, 160, 160)).shape
    torch.Size([1, 10, 10])
    """
    with torch.no_grad(), recorded_attention(network.network) as weights:
        network(x)
    _require_all_patches(network, weights)
    steps = [(block.mean(dim=1) + _identity(block)) / 2 for block in weights]
    return _read_patches(network, reduce(lambda below, step: step @ below, steps))


def relevance(network: StagedNetwork, x: Tensor, targets: Tensor | None) -> Tensor:
    """Return gradient-weighted rollout: attention counts by how much it adds to the logit of a class.

    Parameters
    ----------
    network, x
        As in `rollout`.
    targets
        Class of each photo, int64 [n]; None for the predicted class.

    Returns
    -------
    Float32 [n, g, g], at least 0; of no unit, comparable within a photo.

    Raises
    ------
    NoRolloutError
        If the network has no attention over all patches in every block.

    References
    ----------
    Chefer, Gur and Wolf (2021), Generic Attention-model Explainability, ICCV, equations 5 and 6.

    Examples
    --------
    >>> from attacker.networks.staged import staged
    >>> network = staged("timm:test_vit", "random", 160, "frozen", 2)
    >>> relevance(network, torch.zeros(1, 3, 160, 160), torch.tensor([1])).shape
    torch.Size([1, 10, 10])
    """
    with torch.enable_grad(), recorded_attention(network.network) as weights:
        logits = network(x.detach().clone().requires_grad_(True))
    _require_all_patches(network, weights)
    chosen = logits.argmax(1) if targets is None else targets
    gradients = torch.autograd.grad(logits.gather(1, chosen[:, None]).sum(), weights)
    steps = [(g * block).relu().mean(dim=1).detach() for g, block in zip(gradients, weights, strict=True)]
    start = _identity(weights[0])
    return _read_patches(network, reduce(lambda below, step: below + step @ below, steps, start))


def _identity(block: Tensor) -> Tensor:
    return torch.eye(block.shape[-1], dtype=block.dtype, device=block.device)


def _require_all_patches(network: StagedNetwork, weights: Sequence[Tensor]) -> None:
    """Raise an error unless every block attends from all tokens to all."""
    shapes = {block.shape[1:] for block in weights}
    blocks = len(network.stages)  # the stem is a stage, and the last block belongs to the neck
    if network.prefix is None or len(weights) != blocks or len(shapes) != 1:
        raise NoRolloutError(
            "no rollout for this network: its blocks do not all attend to the same tokens; "
            "use its Grad-CAM maps"
        )


def _read_patches(network: StagedNetwork, flow: Tensor) -> Tensor:
    """Return the patches' part of what the classifier reads, [n, g, g], of flow [n, T, T]."""
    read = flow[:, _rows_read(network)].mean(dim=1)  # [n, T]
    return network.grid(read[:, :, None])[:, 0]


def _rows_read(network: StagedNetwork) -> slice:
    """Return the tokens that the classifier reads: those of the class, or all patches."""
    whole: Any = network.network
    if getattr(whole, "global_pool", "token") != "token":
        return slice(network.prefix, None)
    return slice(0, 1 if getattr(whole, "dist_token", None) is None else 2)
