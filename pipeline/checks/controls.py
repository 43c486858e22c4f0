"""Is it the attention, or just missing pixels and blur? Other crops of equal area, the same attacker."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from pandas import DataFrame
from PIL import Image

from pipeline.checks.independent_network import independent_rule
from pipeline.checks.probe import Roles, accuracy_of, accuracy_text, chance, gap_between, photos_of, probe
from pipeline.checks.result import Finding
from pipeline.checks.result_types import AccuracyNumbers, ControlsResult, Settings
from pipeline.crops.level_families import Hiding, hide_anywhere, hide_rim
from pipeline.crops.stimuli import original, shown
from pipeline.crops.subject_windows import KEPT_TOLERANCE
from pipeline.crops.subjects import subjects_of
from pipeline.datasets import examples_of, stimuli_at
from pipeline.queue.claims import Claim
from stats.apa import signed, signed_interval
from stats.figures.controls_figure import controls_figure
from stats.figures.style import svg
from stats.inference.estimates import Accuracy, Gap
from study.models import Item, Level, Stimulus
from study.models.studies import LevelFamily

OWN = "the study's own crops"
RANDOM, CENTRE = "random place", "centre"
FULL = "full photo at the crop's resolution"
ROLES = (Item.Split.TRAIN, Item.Split.VALIDATION, Item.Split.TEST)
SEED = 7
Accuracies = Mapping[str, Accuracy]  # by control
Gaps = Mapping[str, Gap]  # accuracy on a control minus that on the study's own crops
Make = Callable[[Stimulus], Image.Image | None]  # None: the photo has no such control


def check_controls(level: Level, claim: Claim) -> Finding:
    """Train and test the same probe on each control; the differences say what the attention adds."""
    study = level.study
    own = photos_of(level)
    answers, left_out = _probed(level, own, claim)
    accuracies = {name: accuracy_of(rows, study) for name, rows in answers.items()}
    gaps = {name: gap_between(answers[name], answers[OWN], study) for name in answers if name != OWN}
    guess = chance(own[Item.Split.TEST])
    by_subject = study.level_family == LevelFamily.SUBJECT
    result = controls_result(accuracies, gaps, guess, left_out, by_subject=by_subject)
    return Finding(result, svg(controls_figure(accuracies, guess)))


def _probed(level: Level, own: Roles, claim: Claim) -> tuple[dict[str, DataFrame], dict[str, int]]:
    """Return answers to the study's own crops and to each control, and how many photos a control lacks."""
    answers, left_out = {OWN: probe(level.study, own, claim)}, {}
    controls = list(_controls(level, claim))
    for number, (name, make) in enumerate(controls):
        claim.progress((number + 1) / (len(controls) + 1), name)
        with tempfile.TemporaryDirectory(prefix="sweetspot-controls-") as scratch:
            roles = _rendered(level, make, Path(scratch), claim)
            left_out[name] = sum(len(own[split]) - len(roles[split]) for split in ROLES)
            answers[name] = probe(level.study, roles, claim)
    return answers, left_out


def controls_result(
    accuracies: Accuracies, gaps: Gaps, guess: float, left_out: Mapping[str, int], *, by_subject: bool
) -> ControlsResult:
    """Return what the controls say: a concern unless the simpler reasons are ruled out.

    Levels by subject are compared with windows that keep as much of the subject; the centre may keep less
    of it, and is reported only.
    """
    takes_more = all(gaps[name].ci_low > 0 for name in ((RANDOM,) if by_subject else (RANDOM, CENTRE)))
    not_resolution = gaps[FULL].ci_low > 0
    listed = "; ".join(f"{name} {accuracy_text(accuracy)}" for name, accuracy in accuracies.items())
    equal = "in windows of equal size" if by_subject else "on equal area"
    sentences = (
        f"A frozen probe reaches, {equal}: {listed}.",
        _attention_sentence(gaps, takes_more=takes_more),
        _resolution_sentence(gaps[FULL], excluded=not_resolution),
        *_subject_sentences(left_out.get(RANDOM, 0), by_subject=by_subject),
    )
    return ControlsResult(
        summary=" ".join(sentences),
        concern=not (takes_more and not_resolution),
        settings=Settings(probe="linear head on frozen features", seed=SEED),
        rules={name: AccuracyNumbers.of(accuracy) for name, accuracy in accuracies.items()},
        gained_without_the_rule=dict(gaps),
        chance=guess,
        left_out=dict(left_out),
    )


def same_resolution(photo: Image.Image, stimulus: Stimulus) -> Image.Image:
    """Return the whole photo with as many pixels as its stimulus has; grey boxes take none away."""
    return photo.resize((stimulus.width, stimulus.height), Image.Resampling.LANCZOS)


def _controls(level: Level, claim: Claim) -> Iterator[tuple[str, Make]]:
    """Yield the name of each control and how it makes a photo.

    Chance and the centre choose from the whole photo: inside the study's own crop of the level before they
    would inherit what attention did there, and only the last step would be compared.
    """
    rng, subjects = np.random.default_rng(SEED), subjects_of(level.study, claim)
    yield (
        RANDOM,
        lambda stimulus: _hidden(stimulus, hide_anywhere(rng, stimulus, subjects[stimulus.item_id].map)),
    )
    yield CENTRE, lambda stimulus: _hidden(stimulus, hide_rim(stimulus))
    architecture, hiding_of = independent_rule(level, claim)
    yield f"attention of another {architecture}", lambda stimulus: _hidden(stimulus, hiding_of(stimulus))
    yield FULL, lambda stimulus: same_resolution(original(stimulus.item), stimulus)


def _rendered(level: Level, make: Make, folder: Path, claim: Claim) -> Roles:
    """Return files of one control, in place of the stimuli of the level that have it."""
    roles: Roles = {split: [] for split in ROLES}
    for split, examples in roles.items():
        stimuli = list(stimuli_at(level.study, [level.number], [split]))
        for example, stimulus in zip(examples_of(stimuli), stimuli, strict=True):
            claim.checkpoint()
            picture = make(stimulus)
            if picture is None:
                continue
            path = folder / f"{stimulus.pk}.png"
            picture.save(path, compress_level=1)
            examples.append(replace(example, path=path))
    return roles


def _hidden(stimulus: Stimulus, hiding: Hiding | None) -> Image.Image | None:
    """Return the photo of a stimulus with something else hidden; None where it has no such control."""
    return None if hiding is None else shown(original(stimulus.item), hiding, stimulus.level)


def _attention_sentence(gaps: Gaps, *, takes_more: bool) -> str:
    """Compare with the controls that look at nothing, chance and the centre, paired by photo."""
    verdict = (
        "The rule takes more from the machine than missing pixels do"
        if takes_more
        else "Missing pixels alone may explain the machine's fall"
    )
    return (
        f"{verdict}: showing a random place instead changes accuracy by {_difference(gaps[RANDOM])}, "
        f"the centre by {_difference(gaps[CENTRE])}."
    )


def _resolution_sentence(gap: Gap, *, excluded: bool) -> str:
    """Compare with the whole photo, made as small as the crop."""
    verdict = "It is not the resolution" if excluded else "The resolution alone may explain it"
    return f"{verdict}: the whole photo at as many pixels changes accuracy by {_difference(gap)}."


def _subject_sentences(without_random: int, *, by_subject: bool) -> Iterator[str]:
    """Say what the random window of levels by subject holds fixed, and how many photos have none."""
    if by_subject:
        yield (
            f"The window at a random place has the side of the study's own crop and keeps as much of the "
            f"subject, within {KEPT_TOLERANCE:g}"
            + (f"; {without_random} photos have none." if without_random else ".")
        )


def _difference(gap: Gap) -> str:
    return f"{signed(gap.estimate)} {signed_interval(gap.ci_low, gap.ci_high)}"
