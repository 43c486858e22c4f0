"""What must be known to repeat a training: its data, the software and the machine."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import torch

from attacker.config import AttackerConfig
from attacker.example import Example
from attacker.networks.runtime import Runtime
from attacker.networks.zoo import packages_of
from stats.provenance import provenance

_ALWAYS = ("torch", "numpy", "pillow", "safetensors")  # tensors, labels, photos and checkpoints


def data_hash(examples: Sequence[Example], hashes: Sequence[str]) -> str:
    """Return a hash over the content and the name of each photo, order included.

    Parameters
    ----------
    examples
        Photos.
    hashes
        Hash of each one's file.
    """
    rows = [(key, e.label, e.item, e.level, e.group) for e, key in zip(examples, hashes, strict=True)]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def run_identity(config: AttackerConfig, classes: Sequence[str], *data: object) -> str:
    """Return a hash over everything that decides a run's result; `data` must be plain values."""
    return hashlib.sha256(json.dumps([asdict(config), list(classes), *data]).encode()).hexdigest()


def run_facts(
    config: AttackerConfig, train: Sequence[Example], validation: Sequence[Example], runtime: Runtime
) -> dict[str, Any]:
    """Return the facts about data, software and machine that a run's record carries."""
    software = provenance(packages(config.architecture, config.weights))
    return {
        "device": runtime.name,
        "git_revision": software.revision,
        "levels": sorted({example.level for example in train}),
        "machine": software.platform,
        "notes": [runtime.note] if runtime.note else [],
        "precision": runtime.precision,
        "python": software.python,
        "train_per_class": _per_class(train),
        "validation_per_class": _per_class(validation),
        "versions": {**software.packages, "cuda": torch.version.cuda or "none"},
    }


def packages(architecture: str, weights: str) -> tuple[str, ...]:
    """Return the names of the packages that take part in training such a network, as pip knows them."""
    return (*_ALWAYS, *packages_of(architecture, weights))


def _per_class(examples: Sequence[Example]) -> dict[str, int]:
    return {str(label): count for label, count in sorted(Counter(e.label for e in examples).items())}
