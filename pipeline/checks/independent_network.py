"""Crops by the attention of a network that is neither designer nor attacker of the study."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from attacker.errors import NoMapError
from pipeline.attacks.data_roles import designers_roles
from pipeline.checks.probe import run_options, trained_probe
from pipeline.crops.level_families import Hiding, choose, seen_by_item
from pipeline.crops.subject_windows import NoReadableWindowError
from pipeline.crops.subjects import subjects_of
from pipeline.datasets import classes_of, config_of, examples_of, lighter_stimuli
from pipeline.queue.claims import Claim
from study.models import Level, Stimulus

OTHER_SEED = 2000  # neither an attacker's seed nor a designer's
Maps = NDArray[np.float32]  # [photos, h, w]
Rule = Callable[[Stimulus], Hiding | None]  # None: the rule finds no window


def independent_rule(level: Level, claim: Claim) -> tuple[str, Rule]:
    """Train a probe on the design photos, and cut by its attention to lighter stimuli.

    Returns its architecture, and what its attention hides of a stimulus of this level.
    """
    lighter = list(lighter_stimuli(level))
    architecture, attention = last_with_maps(
        level.study.architectures, lambda name: _attention_maps(name, level, lighter, claim)
    )
    subjects, photos = subjects_of(level.study, claim), seen_by_item(lighter, attention)

    def hiding_of(stimulus: Stimulus) -> Hiding | None:
        try:
            return choose(subjects[stimulus.item_id].map, photos[stimulus.item_id], level)
        except NoReadableWindowError:
            return None

    return architecture, hiding_of


def last_with_maps(architectures: Sequence[str], maps_of: Callable[[str], Maps]) -> tuple[str, Maps]:
    """Return the last architecture that has maps: another than the designers', if there are several.

    Raises NoMapError if none has a spatial feature map.
    """
    for architecture in architectures[:0:-1]:
        try:
            return architecture, maps_of(architecture)
        except NoMapError:
            continue
    return architectures[0], maps_of(architectures[0])


def _attention_maps(architecture: str, level: Level, lighter: list[Stimulus], claim: Claim) -> Maps:
    from attacker import attention_maps

    roles = designers_roles(level.study, level.number - 1, OTHER_SEED)
    config = replace(config_of(level.study, architecture, OTHER_SEED), finetune_epochs=0)
    network = trained_probe(config, classes_of(level.study), *roles, claim)
    return attention_maps(network, examples_of(lighter), targets="true", **run_options(claim))
