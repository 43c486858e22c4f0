"""Render all photos of a study at one level, cut by the attention of the crop designers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from attacker.errors import NoMapError
from pipeline.attacks.strongest import Attack, networks_on, strongest_attack
from pipeline.crops.level_families import Seen, choose, levels_looked_at
from pipeline.crops.stimuli import render
from pipeline.crops.subject_windows import NoReadableWindowError
from pipeline.crops.subjects import subjects_of
from pipeline.datasets import examples_of, feature_cache, run_directory, stimuli_at
from pipeline.models import AttackerRun
from pipeline.models.job_params import CropParams
from pipeline.queue.claims import Claim, Write
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
    lighter = list(stimuli_at(study, levels_looked_at(level), Item.Split.values))
    subjects = subjects_of(study, claim)
    claim.progress(LOOKING_SHARE / 2, "where the subject is")
    designers, attention = designers_attention(study, lighter, claim)
    claim.progress(LOOKING_SHARE, "where the network looks")
    made_by = ", ".join(str(run.pk) for run in designers)
    photos = seen_by_item(lighter, attention)
    for number, (item, seen) in enumerate(photos.items()):
        with suppress(NoReadableWindowError):  # left out: see `pipeline.crops.levels.photos_without_crop`
            hiding = choose(subjects[item].map, seen, level)
            render(seen[-1].stimulus.item, level, hiding, subjects[item], made_by)
        done = LOOKING_SHARE + (1 - LOOKING_SHARE) * (number + 1) / len(photos)
        claim.progress(done, f"{number + 1} of {len(photos)} photos")


def seen_by_item(lighter: Iterable[Stimulus], attention: Maps) -> dict[int, list[Seen]]:
    """Return the lighter crops of each photo, light to heavy, each with the attention that it drew."""
    photos: dict[int, list[Seen]] = defaultdict(list)
    for stimulus, drawn in zip(lighter, attention, strict=True):
        photos[stimulus.item_id].append(Seen(stimulus, drawn.astype(float)))
    return photos


def designers_attention(
    study: Study, lighter: Sequence[Stimulus], claim: Claim
) -> tuple[list[AttackerRun], Maps]:
    """Return the networks that decide where a level is cut, and their attention to lighter stimuli.

    The networks are those trained through the heaviest of these stimuli, which come last.

    Raises
    ------
    NoDesignerError
        If there is none.
    """
    level = lighter[-1].level.number
    if study.crop_designers == CropDesigners.ATTACKERS:
        return _attackers_attention(networks_on(study, level), lighter, claim)
    designers = list(study.attacker_runs.trained().designers(study).filter(trained_through=level))
    if not designers:
        raise NoDesignerError(
            f"No designer is trained through level {level}: start the loop, which trains one."
        )
    return designers, _attention(designers, lighter, claim)


def _attackers_attention(
    attacks: Sequence[Attack], lighter: Sequence[Stimulus], claim: Claim
) -> tuple[list[AttackerRun], Maps]:
    """Return the strongest attackers that have maps, and these."""
    strongest = strongest_attack(attacks, lighter[0].level.study.seeds)
    if strongest is None:
        raise NoDesignerError("No attacker of the level before has a spatial feature map: add one that has.")
    try:
        return list(strongest.runs), _attention(strongest.runs, lighter, claim)
    except NoMapError:
        blind = strongest.recipe.architecture
        others = [attack for attack in attacks if attack.recipe.architecture != blind]
        return _attackers_attention(others, lighter, claim)


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
