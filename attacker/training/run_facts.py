"""What must be known to repeat a training: its data, the software and the machine."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
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
    hashes
        Hash of each one's file.

    Examples
    --------
    >>> from pathlib import Path
    >>> photo = Example(Path("a.png"), label=0, item="a", level=0, group="a")
    >>> data_hash([photo], ["0f"]) == data_hash([photo], ["1e"])
    False
    """
    rows = [(key, e.label, e.item, e.level, e.group) for e, key in zip(examples, hashes, strict=True)]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def run_identity(config: AttackerConfig, classes: Sequence[str], *data: object) -> str:
    """Return a hash over everything that decides a run's result.

    Parameters
    ----------
    config, classes
        As in `attacker.train`.
    data
        Further values that json can write, such as hashes of the photos.

    Examples
    --------
    >>> config = AttackerConfig()
    >>> run_identity(config, ("dunk", "shoot"), "0f") == run_identity(config, ("shoot", "dunk"), "0f")
    False
    """
    return hashlib.sha256(json.dumps([config.identifying(), list(classes), *data]).encode()).hexdigest()


def run_facts(
    config: AttackerConfig, train: Sequence[Example], validation: Sequence[Example], runtime: Runtime
) -> dict[str, Any]:
    """Return the facts about data, software and machine that a run's record keeps.

    Parameters
    ----------
    config
        How the run is trained.
    train, validation
        Photos of both roles.
    runtime
        Device and precision.

    Examples
    --------
    >>> from pathlib import Path
    >>> from attacker.networks.runtime import runtime
    >>> config = AttackerConfig(device="cpu", precision="fp32")
    >>> photo = Example(Path("a.png"), label=0, item="a", level=2, group="a")
    >>> facts = run_facts(config, [photo], [photo], runtime(config))
    >>> facts["device"], facts["levels"], facts["train_per_class"]
    ('cpu', [2], {'0': 1})
    """
    software = provenance(packages(config.architecture, config.weights))
    return {
        "device": runtime.name,
        "git_revision": software.revision,
        "threads": torch.get_num_threads(),  # bits of a training on a CPU depend on them
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
    """Return the names of the packages that take part in training a network, as pip knows them.

    Examples
    --------
    >>> packages("resnet50", "pretrained")
    ('torch', 'numpy', 'pillow', 'safetensors', 'torchvision')
    """
    return (*_ALWAYS, *packages_of(architecture, weights))


def _per_class(examples: Sequence[Example]) -> dict[str, int]:
    return {str(label): count for label, count in sorted(Counter(e.label for e in examples).items())}
