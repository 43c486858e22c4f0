"""An analysis lists the software that computed it, and that which trained its networks."""

from __future__ import annotations

import json
from importlib.metadata import version as installed
from pathlib import Path

import pytest
from pytest_django import Settings

from pipeline.analysis.analysis_software import software
from pipeline.datasets import run_directory
from tests.pipeline.answered import answered_version

pytestmark = pytest.mark.django_db


def test_the_software_names_what_trained_the_networks_in_the_analysis(
    settings: Settings, tmp_path: Path
) -> None:
    """Not what happens to be installed where the analysis runs."""
    settings.SWEETSPOT_VAR = tmp_path
    version = answered_version()
    for number, run in enumerate(version.study.attacker_runs.all()):
        record = {"provenance": {"versions": {"torch": f"2.{number % 2}", "cuda": "none", "numpy": "1.0"}}}
        run_directory(run).mkdir(parents=True)
        (run_directory(run) / "model.json").write_text(json.dumps({"format": 1, "record": record}))
    listed = software(version)
    assert listed["torch"] == "2.0 and 2.1"
    assert listed["numpy"] == f"1.0 and {installed('numpy')}"
    assert {"sweetspot", "python", "scipy", "pandas", "matplotlib", "django"} < set(listed)
    assert not {"timm", "torchvision", "statsmodels", "cuda"} & set(listed)
