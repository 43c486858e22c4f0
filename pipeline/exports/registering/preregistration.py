"""A preregistration of a frozen version: what is asked, how it is tested, and when people stop being asked.

It says only what was frozen, so that the same version gives the same file, and one hash, for ever.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec

from pipeline.exports.registering.planned_analysis import analysis, exclusions, hypotheses, measures, sampling
from pipeline.exports.registering.planned_trials import design_sentences
from study.models import StudyVersion

FILE = "preregistration.json"
BLINDING = (
    "People know neither the level of a photo nor its class before they answer. The machine gets the very "
    "pixels that they see."
)


class Preregistration(msgspec.Struct, frozen=True):
    """What is fixed before the first answer, in sentences; and the whole frozen design behind them.

    Attributes
    ----------
    hypotheses, design, blinding, sampling, measures, analysis, exclusions, machine : sentences on each
    frozen : the configuration as it was frozen; `config_hash` is the SHA-256 of its canonical JSON
    """

    study: str
    version: int
    frozen_at: str
    config_hash: str
    hypotheses: list[str]
    design: list[str]
    blinding: list[str]
    sampling: list[str]
    measures: list[str]
    analysis: list[str]
    exclusions: list[str]
    machine: list[str]
    frozen: dict[str, Any]

    def json(self) -> str:
        """Return the file, whose SHA-256 reports and exports name."""
        return msgspec.json.format(msgspec.json.encode(self, order="sorted"), indent=2).decode() + "\n"

    @property
    def sha256(self) -> str:
        """Hash of the file."""
        return hashlib.sha256(self.json().encode()).hexdigest()


def preregistration_of(version: StudyVersion) -> Preregistration:
    """Return the preregistration of a frozen version of the main study."""
    frozen = version.frozen
    design = frozen.design
    return Preregistration(
        study=design.title or frozen.study,
        version=version.number,
        frozen_at=version.frozen_at.isoformat(timespec="seconds"),
        config_hash=version.config_hash,
        hypotheses=list(hypotheses(version)),
        design=list(design_sentences(version)),
        blinding=[BLINDING],
        sampling=list(sampling(design)),
        measures=list(measures(design)),
        analysis=list(analysis(design)),
        exclusions=list(exclusions(design)),
        machine=list(_machine(version)),
        frozen=version.config,
    )


def _machine(version: StudyVersion) -> Iterator[str]:
    design = version.design
    yield (
        f"Attackers: {', '.join(design.architectures)}, {design.seeds} seeds each (preset "
        f"{design.attacker_preset}), at most {design.max_rounds} rounds of training a level. At each level "
        "the one counts that is strongest on validation photos; no test photo plays a part in that choice."
    )
    if design.photos_may_leave:
        yield "The photos may be sent to machines of others, such as hosted models."
    if version.frozen.machine:
        yield f"Attackers and their answers are frozen with the design (SHA-256 {version.frozen.machine})."
    else:
        yield "Attackers were not frozen with this version."
