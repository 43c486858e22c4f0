"""Render all photos of a study at one level, cut by the attention of the crop designers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray

from attacker.config import Device
from attacker.errors import NoMapError
from attacker.features.cache import DiskStore
from pipeline.attacks.strongest import Attack, networks_on, strongest_attack
from pipeline.crops.level_families import choose
from pipeline.crops.stimuli import render
from pipeline.datasets import examples_of, feature_cache, run_directory, stimuli_at
from pipeline.models import AttackerRun
from pipeline.models.job_params import CropParams
from pipeline.queue.claims import Claim, Write
from pipeline.storage import cache_directory
from study.models import Item, Level, Stimulus, Study
from study.models.studies import CropDesigners

Maps = NDArray[np.float32]
LOOKING_SHARE = 0.5  # of the progress bar: computing maps; cutting is the rest


class NoDesignerError(RuntimeError):
    """There is no network whose attention could decide where to cut."""


def cut_level(claim: Claim) -> Write:
    """Render one level; existing stimuli stay. Files are stored one by one, so nothing is left to write."""
    level = claim.job.study.levels.get(number=CropParams.of(claim.job).level)
    if level.number == 0:
        _render_whole(level, claim)
    else:
        _render_crops(level, claim)
    return lambda: None


def _render_whole(level: Level, claim: Claim) -> None:
    items = list(level.study.items.all())
    for number, item in enumerate(items):
        render(item, level)
        claim.progress((number + 1) / len(items), f"{number + 1} of {len(items)} photos")


def _render_crops(level: Level, claim: Claim) -> None:
    study = level.study
    before = list(stimuli_at(study, [level.number - 1], Item.Split.values))
    subjects = subject_maps_of(study, claim)
    claim.progress(LOOKING_SHARE / 2, "where the subject is")
    designers, attention = designers_attention(study, before, claim)
    claim.progress(LOOKING_SHARE, "where the network looks")
    made_by = ", ".join(str(run.pk) for run in designers)
    for number, stimulus in enumerate(before):
        maps = subjects[stimulus.item_id].astype(float), attention[number].astype(float)
        render(stimulus.item, level, choose(*maps, stimulus, level), made_by=made_by)
        done = LOOKING_SHARE + (1 - LOOKING_SHARE) * (number + 1) / len(before)
        claim.progress(done, f"{number + 1} of {len(before)} crops")


def designers_attention(
    study: Study, before: Sequence[Stimulus], claim: Claim
) -> tuple[list[AttackerRun], Maps]:
    """Return the networks that decide where a level is cut, and their attention to the level before.

    Raises
    ------
    NoDesignerError
        If there is none.
    """
    level = before[0].level.number
    if study.crop_designers == CropDesigners.ATTACKERS:
        return _attackers_attention(networks_on(study, level), before, claim)
    designers = list(study.attacker_runs.trained().designers(study).filter(trained_through=level))
    if not designers:
        raise NoDesignerError(
            f"No designer is trained through level {level}: start the loop, which trains one."
        )
    return designers, _attention(designers, before, claim)


def _attackers_attention(
    attacks: Sequence[Attack], before: Sequence[Stimulus], claim: Claim
) -> tuple[list[AttackerRun], Maps]:
    """Return the strongest attackers that have maps, and these."""
    strongest = strongest_attack(attacks, before[0].level.study.seeds)
    if strongest is None:
        raise NoDesignerError("No attacker of the level before has a spatial feature map: add one that has.")
    try:
        return list(strongest.runs), _attention(strongest.runs, before, claim)
    except NoMapError:
        blind = strongest.recipe.architecture
        others = [attack for attack in attacks if attack.recipe.architecture != blind]
        return _attackers_attention(others, before, claim)


def _attention(designers: Sequence[AttackerRun], stimuli: Sequence[Stimulus], claim: Claim) -> Maps:
    """Return the designers' mean Grad-CAM of the true class, [photos, h, w], not rescaled per photo."""
    from attacker import attention_maps, load

    examples = examples_of(stimuli)
    maps = [
        attention_maps(
            load(run_directory(run)),
            examples,
            targets="true",
            cache_dir=feature_cache(),
            should_stop=claim.should_stop,
        )
        for run in designers
    ]
    mean: Maps = np.mean(maps, axis=0, dtype=np.float32)
    return mean


def subject_maps_of(study: Study, claim: Claim) -> dict[int, Maps]:
    """Return where the subject of each photo is, by item, whatever its class.

    Each map, [g, g], is the photo's box where one came with it, else its foreground.
    """
    from attacker.photos.subject_boxes import Box, box_map

    stimuli = list(stimuli_at(study, [0], Item.Split.values))
    foregrounds = _foregrounds(study, stimuli, claim)
    return {
        stimulus.item_id: (
            box_map(Box(*stimulus.item.box), len(foreground)) if stimulus.item.box else foreground
        )
        for stimulus, foreground in zip(stimuli, foregrounds, strict=True)
    }


def _foregrounds(study: Study, stimuli: Sequence[Stimulus], claim: Claim) -> Maps:
    """Return the foregrounds by the network's features, [photos, g, g], cached by content and recipe."""
    from attacker import subject_maps
    from attacker.attention.foreground import recipe

    architecture = study.architectures[0]
    content = " ".join([recipe(architecture), *(stimulus.sha256 for stimulus in stimuli)])
    key = f"maps/{hashlib.sha256(content.encode()).hexdigest()}"
    cache = DiskStore(cache_directory("subjects"))
    maps = cache.get(key)
    if maps is None:
        device = cast(Device, study.device)
        maps = subject_maps(architecture, examples_of(stimuli), device=device, should_stop=claim.should_stop)
        cache.put(key, maps)
    return maps
