"""What a stored analysis rests on, as its report prints it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from pipeline.models import Loop
from stats.report.content import Facts
from study.models import StudyVersion

if TYPE_CHECKING:
    from pipeline.models import Analysis

LONGEST = 80  # characters; longer texts (consent, instructions) are left to the hash of the version
MADE_BY = {
    "separate": (
        "Crops of test photos were cut by networks that saw design photos only: no evaluated attacker's own "
        "attention decided what was removed."
    ),
    "attackers": (
        "Crops of test photos were cut where the evaluated attackers themselves look, which makes the "
        "machine seem weaker than it is."
    ),
}


def facts_of(analysis: Analysis) -> Facts:
    """Return hashes, versions and every setting of the frozen version.

    Parameters
    ----------
    analysis
        A finished one.
    """
    version = analysis.version
    loop = Loop.objects.filter(study=version.study).first()
    return Facts(
        study=version.study.name,
        created=f"{analysis.created_at:%Y-%m-%d %H:%M} UTC",
        hashes={
            "frozen version (config)": version.config_hash,
            "table of trials (trials.csv)": analysis.table_sha256,
            "stimuli of the frozen version": stimuli_sha256(version),
        },
        software=analysis.software,
        settings=_settings(version),
        statements=(MADE_BY[version.design.crop_designers],),
        cut_away={level.number: 1 - level.side**2 for level in version.frozen.levels},
        loop_ended=loop.reason if loop else "",
    )


def stimuli_sha256(version: StudyVersion) -> str:
    """Return one hash over the hashes of all photos that people of this version can be shown."""
    shown = [version.config[name] for name in ("items", "practice", "catch")]
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()


def _settings(version: StudyVersion) -> dict[str, str]:
    sides = ", ".join(f"{level.number}: {level.side:g}" for level in version.frozen.levels)
    frozen = {
        "version": f"{version.number}, frozen {version.frozen_at:%Y-%m-%d %H:%M} UTC",
        "levels (side of the kept window)": sides,
        "lists of the Latin square": version.frozen.lists,
    }
    design = {name.replace("_", " "): _text(value) for name, value in version.design.to_dict().items()}
    written = {name: str(value) for name, value in (frozen | design).items()}
    return {name: value for name, value in written.items() if 0 < len(value) <= LONGEST}


def _text(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
