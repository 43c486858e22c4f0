"""Crops by the attention of a network that is neither designer nor attacker of the study."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from attacker.errors import NoMapError
from pipeline.attacks.data_roles import designers_roles
from pipeline.checks.probe import run_options, trained_probe
from pipeline.crops.cut_level import subject_maps_of
from pipeline.crops.level_families import Hiding, choose
from pipeline.datasets import classes_of, config_of, examples_of, stimuli_at
from pipeline.queue.claims import Claim
from study.models import Item, Level, Stimulus

OTHER_SEED = 2000  # neither an attacker's seed nor a designer's
Maps = NDArray[np.float32]  # [photos, h, w]
Rule = Callable[[Stimulus], Hiding]


def independent_rule(level: Level, claim: Claim) -> tuple[str, Rule]:
    """Train a probe on the design photos, and cut by its attention to the level before.

    Returns
    -------
    Its architecture, and what its attention hides of a stimulus of this level.
    """
    before = list(stimuli_at(level.study, [level.number - 1], Item.Split.values))
    architecture, attention = last_with_maps(
        level.study.architectures, lambda name: _attention_maps(name, level, before, claim)
    )
    subjects = subject_maps_of(level.study, claim)
    rows = {stimulus.item_id: row for row, stimulus in enumerate(before)}

    def hiding_of(stimulus: Stimulus) -> Hiding:
        row, subject = rows[stimulus.item_id], subjects[stimulus.item_id]
        return choose(subject.astype(float), attention[row].astype(float), before[row], level)

    return architecture, hiding_of


def last_with_maps(architectures: Sequence[str], maps_of: Callable[[str], Maps]) -> tuple[str, Maps]:
    """Return the last architecture that has maps: another than the designers', if there are several.

    Raises
    ------
    NoMapError
        If none has a spatial feature map.
    """
    for architecture in architectures[:0:-1]:
        try:
            return architecture, maps_of(architecture)
        except NoMapError:
            continue
    return architectures[0], maps_of(architectures[0])


def _attention_maps(architecture: str, level: Level, before: list[Stimulus], claim: Claim) -> Maps:
    from attacker import attention_maps

    roles = designers_roles(level.study, level.number - 1, OTHER_SEED)
    config = replace(config_of(level.study, architecture, OTHER_SEED), finetune_epochs=0)
    network = trained_probe(config, classes_of(level.study), *roles, claim)
    return attention_maps(network, examples_of(before), targets="true", **run_options(claim))
