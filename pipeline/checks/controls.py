"""Is it the attention, or just the missing pixels and the blur? Other crops of equal area, same attacker."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
from PIL import Image

from attacker.example import Example
from pipeline.checks.independent_network import other_attention
from pipeline.checks.probe import (
    Roles,
    accuracy_of,
    as_values,
    chance,
    gap_between,
    in_percent,
    photos_of,
    probe,
)
from pipeline.checks.result import Finding
from pipeline.crops.level_families import choose, hide_anywhere, hide_rim
from pipeline.crops.stimuli import original, shown
from pipeline.datasets import examples_of, stimuli_at
from pipeline.queue.claims import Claim
from stats.figures.controls_figure import controls_figure
from stats.figures.style import svg
from stats.inference.estimates import Accuracy, Gap
from study.models import Item, Level, Stimulus

OWN = "the study's own crops"
RANDOM, CENTRE = "random place", "centre"
FULL = "full photo at the crop's resolution"
ROLES = (Item.Split.TRAIN, Item.Split.VALIDATION, Item.Split.TEST)
SEED = 7
Make = Callable[[Stimulus], Image.Image]


def check_controls(level: Level, claim: Claim) -> Finding:
    """Train and test the same probe on each control; differences say what the attention adds."""
    study = level.study
    answers = {OWN: probe(study, photos_of(level), claim)}
    controls = list(_controls(level, claim))
    for number, (name, make) in enumerate(controls):
        claim.progress((number + 1) / (len(controls) + 1), name)
        with tempfile.TemporaryDirectory(prefix="sweetspot-controls-") as scratch:
            answers[name] = probe(study, _rendered(level, make, Path(scratch), claim), claim)
    found = {name: accuracy_of(answered, study) for name, answered in answers.items()}
    gaps = {name: gap_between(answers[name], answers[OWN], study) for name in found if name != OWN}
    return _finding(found, gaps, chance(photos_of(level)[Item.Split.TEST]))


def _controls(level: Level, claim: Claim) -> Iterator[tuple[str, Make]]:
    """Name of each control and how it makes a photo.

    Chance and the centre choose from the whole photo: inside the study's own crop of the level before they
    would inherit what attention did there, and only the last step would be compared.
    """
    rng = np.random.default_rng(SEED)
    yield RANDOM, lambda stimulus: shown(original(stimulus.item), hide_anywhere(rng, level))
    yield CENTRE, lambda stimulus: shown(original(stimulus.item), hide_rim(level))
    other, attention, subjects, before = other_attention(level, claim)

    def by_other(stimulus: Stimulus) -> Image.Image:
        item = stimulus.item_id
        return shown(original(stimulus.item), choose(subjects[item], attention[item], before[item], level))

    yield f"attention of {other}", by_other
    yield FULL, lambda stimulus: _matched(original(stimulus.item), stimulus)


def _matched(photo: Image.Image, stimulus: Stimulus) -> Image.Image:
    """The whole photo with as many pixels as its stimulus has; grey boxes take none away."""
    return photo.resize((stimulus.width, stimulus.height), Image.Resampling.LANCZOS)


def _rendered(level: Level, make: Make, folder: Path, claim: Claim) -> Roles:
    """Files of one control, standing in for the stimuli of the level."""
    return {
        split: [
            _stand_in(example, make(stimulus), folder / f"{stimulus.pk}.png", claim)
            for example, stimulus in _pairs(level, split)
        ]
        for split in ROLES
    }


def _pairs(level: Level, split: str) -> Iterator[tuple[Example, Stimulus]]:
    stimuli = list(stimuli_at(level.study, [level.number], [split]))
    return zip(examples_of(stimuli), stimuli, strict=True)


def _stand_in(example: Example, picture: Image.Image, path: Path, claim: Claim) -> Example:
    claim.checkpoint()
    picture.save(path, compress_level=1)
    return replace(example, path=path)


def _finding(found: dict[str, Accuracy], gaps: dict[str, Gap], guess: float) -> Finding:
    listed = "; ".join(f"{name} {in_percent(one)}" for name, one in found.items())
    by_attention, by_hiding = (_surely_gain(gaps, names) for names in ((RANDOM, CENTRE), (FULL,)))
    return Finding(
        {
            "rules": {name: as_values(one) for name, one in found.items()},
            "gained_without_the_rule": {name: msgspec.to_builtins(gap) for name, gap in gaps.items()},
            "chance": guess,
        },
        f"A frozen probe reaches, on equal area: {listed}. "
        f"{_about_attention(gaps, by_attention)} {_about_resolution(gaps, by_hiding)}",
        concern=not (by_attention and by_hiding),
        figure=svg(controls_figure(found, guess)),
        settings={"probe": "linear head on frozen features", "seed": SEED},
    )


def _surely_gain(gaps: dict[str, Gap], names: Sequence[str]) -> bool:
    return all(gaps[name].ci_low > 0 for name in names)


def _about_attention(gaps: dict[str, Gap], takes_more: bool) -> str:
    """Against the controls that look at nothing: chance and the centre; differences are paired by photo."""
    told = ", ".join(f"{name} {_in_words(gaps[name])}" for name in (RANDOM, CENTRE))
    if takes_more:
        return f"The rule takes more from the machine than missing pixels do: without it {told}."
    return f"Missing pixels alone may explain the machine's fall: without the rule {told}."


def _about_resolution(gaps: dict[str, Gap], gains: bool) -> str:
    """Against the whole photo, made as small as the crop."""
    told = _in_words(gaps[FULL])
    if gains:
        return f"It is not the resolution: the whole photo at as many pixels gains {told}."
    return f"The resolution alone may explain it: the whole photo at as many pixels gains {told}."


def _in_words(gap: Gap) -> str:
    return f"{gap.estimate:+.1%} [{gap.ci_low:+.1%}, {gap.ci_high:+.1%}]"
