"""The benchmark's own networks must run as it runs them: nothing else trains ResNet152 here."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks._attacker import frozen_stage
from benchmarks._attacker.photos import noise_photos


@pytest.mark.thorough
@pytest.mark.parametrize("architecture", frozen_stage.SIDES)
def test_a_head_is_trained_on_cached_features(
    architecture: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(frozen_stage.SIDES, architecture, 64)
    weights = frozen_stage.weights_of(architecture, tmp_path)
    frozen_stage.head_from_cache(architecture, weights, noise_photos(tmp_path / "photos", 12, 64), "cpu")
