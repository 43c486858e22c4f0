"""Render all photos of a study at one level, where the designers' attention says."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.crops import Choice, choose_window, place
from pipeline.examples import examples_of, feature_cache, run_directory, stimuli_at
from pipeline.files import cache_directory
from pipeline.jobs import Claim
from pipeline.models import AttackerRun
from pipeline.runs import Write
from pipeline.stimuli import render, window_of
from study.models import Item, Level, Stimulus, Study

Maps = NDArray[np.float32]
LOOKING_SHARE = 0.5  # of the progress bar: computing maps; cutting is the rest


class NoDesigner(RuntimeError):
    """There is no network whose attention could decide."""


def cut_level(claim: Claim) -> Write:
    """Render one level; what is rendered already stays. Files are written as they come: nothing is left."""
    level = claim.job.study.levels.get(number=claim.job.params["level"])
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
    before = _stimuli(study, level.number - 1)
    subjects = _subject_maps(study, _stimuli(study, 0), claim)
    claim.progress(LOOKING_SHARE / 2, "where the subject is")
    designers = _designers(study, level.number - 1)
    attention = _attention(designers, before, claim)
    claim.progress(LOOKING_SHARE, "where the network looks")
    made_by = ", ".join(str(run.pk) for run in designers)
    for number, stimulus in enumerate(before):
        choice = choose(subjects[stimulus.item_id], attention[number], stimulus, level)
        render(stimulus.item, level, choice, made_by=made_by)
        done = LOOKING_SHARE + (1 - LOOKING_SHARE) * (number + 1) / len(before)
        claim.progress(done, f"{number + 1} of {len(before)} crops")


def choose(subject: Maps, attention: Maps, before: Stimulus, level: Level) -> Choice:
    """Window of a level inside the crop before it; the attention map was computed on that crop."""
    window = window_of(before)
    return choose_window(
        subject.astype(float),
        place(attention.astype(float), window),
        side=level.side,
        within=window,
        attention_weight=level.study.attention_weight,
    )


def _stimuli(study: Study, level: int) -> list[Stimulus]:
    return list(stimuli_at(study, [level], Item.Split.values))


def _designers(study: Study, level: int) -> list[AttackerRun]:
    runs = study.attacker_runs.trained().filter(role=AttackerRun.Role.DESIGN, trained_through=level)
    if not runs:
        raise NoDesigner(f"No designer is trained through level {level}; start the loop, which trains one.")
    return list(runs)


def _attention(designers: Sequence[AttackerRun], stimuli: Sequence[Stimulus], claim: Claim) -> Maps:
    """Mean Grad-CAM of the true class over the designers, shape (photos, h, w), not rescaled per photo."""
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


def _subject_maps(study: Study, stimuli: Sequence[Stimulus], claim: Claim) -> dict[int, Maps]:
    """Class-free subject map of every photo, computed once and kept by content."""
    from attacker import subject_maps

    architecture = study.architectures[0]
    content = " ".join([architecture, *(stimulus.sha256 for stimulus in stimuli)])
    kept = cache_directory("subjects") / f"{hashlib.sha256(content.encode()).hexdigest()}.npy"
    if not kept.exists():
        partial = kept.with_suffix(".partial.npy")
        maps = subject_maps(architecture, examples_of(stimuli), should_stop=claim.should_stop)
        np.save(partial, maps)
        partial.replace(kept)
    found = np.load(kept)
    return {stimulus.item_id: found[number] for number, stimulus in enumerate(stimuli)}
