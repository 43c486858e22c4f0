"""The software that an analysis rests on."""

from __future__ import annotations

from collections import defaultdict

from pipeline.attacks.matrix_cells import attack_of_each_cell
from pipeline.datasets import run_directory
from pipeline.models import AttackerRun
from stats.decision.gates import PACKAGES
from stats.provenance import provenance
from study.models import Study

SOFTWARE = (*PACKAGES, "matplotlib", "pillow", "django")  # computes, draws, and keeps the answers


def software(study: Study) -> dict[str, str]:
    """Return the versions of what computed the analysis and of what had trained the networks in it.

    A package of which several versions took part is listed with all of them.
    """
    from attacker.training.run_folder import recorded_versions

    trained_with = [recorded_versions(run_directory(network)) for network in _networks(study)]
    versions: dict[str, set[str]] = defaultdict(set)
    for used in (provenance(SOFTWARE).software(), *trained_with):
        for package, version in used.items():
            versions[package].add(version)
    return {package: " and ".join(sorted(numbers)) for package, numbers in versions.items()}


def _networks(study: Study) -> set[AttackerRun]:
    """Return the networks of the attack matrix; of an ensemble, its members."""
    runs = {run for attack in attack_of_each_cell(study).values() for run in attack.runs}
    return {network for run in runs for network in (run.members() if run.is_ensemble else [run])}
