"""The software that an analysis rests on."""

from __future__ import annotations

from pipeline.exports.machine_answers import machine_of
from stats.decision.gates import PACKAGES
from stats.provenance import provenance
from study.models import StudyVersion

SOFTWARE = (*PACKAGES, "matplotlib", "pillow", "django")  # computes, draws, and keeps the answers


def software(version: StudyVersion) -> dict[str, str]:
    """Return the versions of what computed the analysis and of what had trained the networks in it.

    A package of which several versions took part is listed with all of them.
    """
    versions = {package: set(numbers) for package, numbers in machine_of(version).trained_with.items()}
    for package, number in provenance(SOFTWARE).software().items():
        versions.setdefault(package, set()).add(number)
    return {package: " and ".join(sorted(numbers)) for package, numbers in versions.items()}
