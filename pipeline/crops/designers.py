"""The crop designers of a study: the networks whose attention decides where a level is cut."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from attacker.errors import NoMapError
from pipeline.attacks.strongest import networks_on, strongest_attack
from pipeline.datasets import examples_of, feature_cache
from pipeline.models import AttackerRun
from pipeline.queue.claims import Claim
from pipeline.shared_runs import fetched_run
from study.models import Stimulus, Study
from study.models.studies import CropDesigners

Maps = NDArray[np.float32]  # [photos, h, w]


class NoDesignerError(RuntimeError):
    """There is no network whose attention could decide where to cut."""


def designers_attention(
    study: Study, lighter: Sequence[Stimulus], claim: Claim, trained_through: int | None = None
) -> tuple[Sequence[AttackerRun], Maps]:
    """Return the networks that decide where a level is cut, and their attention to lighter stimuli.

    The networks are those trained through this level, else through the heaviest of these stimuli, which come
    last.

    Raises NoDesignerError if there is none.
    """
    level = lighter[-1].level.number if trained_through is None else trained_through
    if study.crop_designers == CropDesigners.ATTACKERS:
        return _attackers_attention(study, level, lighter, claim)
    designers = list(study.attacker_runs.trained().designers(study).filter(trained_through=level))
    if not designers:
        raise NoDesignerError(
            f"No designer is trained through level {level}: start the loop, which trains one."
        )
    return designers, _attention(designers, lighter, claim)


def _attackers_attention(
    study: Study, level: int, lighter: Sequence[Stimulus], claim: Claim
) -> tuple[Sequence[AttackerRun], Maps]:
    """Return the strongest attackers that have maps, and these."""
    attacks = networks_on(study, level)
    while strongest := strongest_attack(attacks, study.seeds):
        try:
            return strongest.runs, _attention(strongest.runs, lighter, claim)
        except NoMapError:
            blind = strongest.recipe.architecture
            attacks = [attack for attack in attacks if attack.recipe.architecture != blind]
    raise NoDesignerError("No attacker of the level before has a spatial feature map: add one that has.")


def _attention(designers: Sequence[AttackerRun], stimuli: Sequence[Stimulus], claim: Claim) -> Maps:
    """Return the designers' mean Grad-CAM of the true class, [photos, h, w], not rescaled per photo."""
    from attacker import attention_maps, load

    examples = examples_of(stimuli)
    maps = [
        attention_maps(
            load(fetched_run(run)),
            examples,
            targets="true",
            cache_dir=feature_cache(),
            should_stop=claim.should_stop,
        )
        for run in designers
    ]
    mean: Maps = np.mean(maps, axis=0, dtype=np.float32)
    return mean
