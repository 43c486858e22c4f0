"""bf16 compared with fp32 on trained weights and photos of subjects: the same answers, the same regions."""

from __future__ import annotations

import tempfile
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from attacker import AttackerConfig, Example, TrainedAttacker, train
from attacker.attention.grad_cam import grad_cam
from attacker.features.cache import MemoryStore
from attacker.features.extraction import bank
from attacker.features.extractor import Frozen
from attacker.networks.runtime import runtime
from attacker.photos.decoding import hashes_of
from benchmarks._attacker.plain import SIZE
from benchmarks._attacker.rows import at_least

TOP, FINE = 0.2, 28


def agreement(examples: list[Example], device: str) -> dict[str, object]:
    half = len(examples) // 2
    trained, other = (trained_on(examples[:half], examples[half:], device, seed) for seed in (0, 1))
    x = pixels_of(trained, examples[half:])
    labels = torch.tensor([example.label for example in examples[half:]], device=device)
    answers, maps = seen_in("bf16", trained, x, labels)
    exact_answers, exact_maps = seen_in("fp32", trained, x, labels)
    _, others = seen_in("fp32", other, x, labels)
    _, rounded = seen_in("fp32", with_rounded_weights(trained), x, labels)
    alone, seeds = overlap(rounded, exact_maps), overlap(exact_maps, others)
    note = (
        f"with the weights alone rounded to bf16 it is {alone:.3f}; maps of another seed of the same "
        f"training overlap by {seeds:.2f}; the map has {exact_maps[0].numel()} cells, the region is a fifth"
    )
    return {
        "bf16_same_predictions": at_least(float((answers == exact_answers).float().mean()), 0.99),
        "bf16_top_region_iou": {**at_least(overlap(maps, exact_maps), 0.98), "note": note},
    }


def trained_on(training: list[Example], validation: list[Example], device: str, seed: int) -> TrainedAttacker:
    config = AttackerConfig.quick(device=device, finetune_epochs=3, seed=seed)
    with tempfile.TemporaryDirectory() as scratch:
        return train(config, ("0", "1", "2"), training, validation, run_dir=Path(scratch))


def pixels_of(trained: TrainedAttacker, examples: list[Example]) -> Tensor:
    whole = Frozen(trained.network, trained.config.architecture, 0, SIZE, trained.runtime)
    rows = list(range(len(examples)))
    return bank(whole, examples, hashes_of(examples), MemoryStore()).batch(rows, [0] * len(rows))


def seen_in(precision: str, trained: TrainedAttacker, x: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Answers and maps of the same weights in one precision."""
    where = runtime(AttackerConfig(precision=precision, device=x.device.type))
    with torch.no_grad(), where.autocast():
        feature_map = trained.network.run(x)
        answers = trained.network.classify(feature_map).argmax(1)
    return answers, grad_cam(trained.network, feature_map, labels)


def with_rounded_weights(trained: TrainedAttacker) -> TrainedAttacker:
    """Return the same attacker, each convolution's weights as bf16 holds them."""
    network = deepcopy(trained.network)
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d):
            layer.weight.data = layer.weight.data.bfloat16().float()
    return replace(trained, network=network)


def overlap(maps: Tensor, others: Tensor) -> float:
    return float(np.mean([top_overlap(a, b) for a, b in zip(maps, others, strict=True)]))


def top_overlap(a: Tensor, b: Tensor) -> float:
    """Intersection over union of the top fifth of both maps, cells without evidence left out."""
    fine = [nn.functional.interpolate(m[None, None], (FINE, FINE), mode="bilinear").flatten() for m in (a, b)]
    tops = [
        {i for i in fine_map.topk(round(TOP * fine_map.numel())).indices.tolist() if fine_map[i] > 0}
        for fine_map in fine
    ]
    return len(tops[0] & tops[1]) / len(tops[0] | tops[1]) if tops[0] | tops[1] else 1.0
