"""Attention of a network that is neither designer nor attacker of the study."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from attacker.errors import NoMapError
from pipeline.attacks.data_roles import designers_roles
from pipeline.checks.probe import asked, trained_probe
from pipeline.crops.cut_level import subject_maps_of
from pipeline.datasets import classes_of, config_of, examples_of, stimuli_at
from pipeline.queue.claims import Claim
from study.models import Item, Level, Stimulus

OTHER_SEED = 2000  # neither an attacker's seed nor a designer's
Maps = dict[int, NDArray[np.float64]]  # by item


def other_attention(level: Level, claim: Claim) -> tuple[str, Maps, Maps, dict[int, Stimulus]]:
    """Train a probe on the design photos, and look with it at the level before.

    Returns
    -------
    Its name, attention and subject map of each photo, and the stimulus of the level before.
    """
    study, before_number = level.study, level.number - 1
    before = list(stimuli_at(study, [before_number], Item.Split.values))
    architecture, attention = _attention(level, before, claim)
    subjects = subject_maps_of(study, claim)
    return (
        f"another {architecture}",
        {one.item_id: attention[row].astype(float) for row, one in enumerate(before)},
        {item: one.astype(float) for item, one in subjects.items()},
        {one.item_id: one for one in before},
    )


def _attention(level: Level, before: list[Stimulus], claim: Claim) -> tuple[str, NDArray[np.float32]]:
    """Of the study's last architecture that has maps: another than the designers', if there are several."""
    for architecture in level.study.architectures[:0:-1]:
        try:
            return architecture, _attention_of(architecture, level, before, claim)
        except NoMapError:
            continue
    first = level.study.architectures[0]
    return first, _attention_of(first, level, before, claim)


def _attention_of(
    architecture: str, level: Level, before: list[Stimulus], claim: Claim
) -> NDArray[np.float32]:
    from attacker import attention_maps

    roles = designers_roles(level.study, level.number - 1, OTHER_SEED)
    config = replace(config_of(level.study, architecture, OTHER_SEED), finetune_epochs=0)
    network = trained_probe(config, classes_of(level.study), *roles, claim)
    return attention_maps(network, examples_of(before), targets="true", **asked(claim))
