"""Can the attention be trusted? Is it faithful, stable across seeds, and how much of it does a crop keep?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db.models import Avg
from numpy.typing import NDArray
from PIL import Image

from attacker.errors import NoMapError
from attacker.example import Example
from pipeline.attacks.strongest import networks_on, strongest_attack
from pipeline.checks.body_part_shares import body_in_words, body_shares
from pipeline.checks.probe import asked
from pipeline.checks.result import Finding
from pipeline.datasets import classes_of, examples_of, run_directory, stimuli_at
from pipeline.models import AttackerRun
from pipeline.queue.claims import Claim
from stats.figures.attention_figure import attention_figure
from stats.figures.style import svg
from study.models import Item, Level, Stimulus

if TYPE_CHECKING:
    from attacker import TrainedAttacker
    from attacker.attention.faithfulness_results import Contrast

PER_CLASS = 8  # photos on which faithfulness is measured
NETWORKS = 3
SHOWN, THUMBNAIL, BRIGHTEST = 5, 140, 0.95  # photos of a class, pixels, quantile in full colour
_NOT_SEEN = (
    "The strongest network ({}) has no spatial feature map: where it looks, and whether its attention is "
    "faithful, is not known."
)
Maps = NDArray[np.float32]


class NoAttackerError(RuntimeError):
    """There is no network whose attention could be looked at."""


def check_attention(level: Level, claim: Claim) -> Finding:
    """Maps of the level's strongest networks on its test photos, if these networks have any."""
    strongest = strongest_attack(networks_on(level.study, level.number), level.study.seeds)
    if strongest is None:
        raise NoAttackerError(f"No attacker is trained through level {level.number}: start the loop first.")
    runs, of = strongest.runs[:NETWORKS], strongest.recipe._asdict()
    try:
        return replace(_seen(level, runs, claim), settings=of)
    except NoMapError:
        return Finding({}, _NOT_SEEN.format(runs[0].architecture), concern=True, settings=of)


def _seen(level: Level, runs: Sequence[AttackerRun], claim: Claim) -> Finding:
    from attacker import load, measure_faithfulness, stability

    stimuli = list(stimuli_at(level.study, [level.number], [Item.Split.TEST]))
    examples = examples_of(stimuli)
    networks = [load(run_directory(run)) for run in runs]
    maps = []
    for number, network in enumerate(networks):
        maps.append(_maps(network, examples, "true", claim))
        claim.progress((number + 1) / (len(networks) + 1), f"attention of network {number + 1}")
    sample = _sample(examples)
    chosen = [examples[row] for row in sample]
    faithful = measure_faithfulness(networks[0], chosen, maps[0][sample], should_stop=claim.should_stop)
    agreement = stability(maps) if len(maps) > 1 else None
    classes, mean = classes_of(level.study), np.mean(maps, axis=0)
    values = {
        "deletion": _plain(faithful.deletion),
        "insertion": _plain(faithful.insertion),
        "own_against_another": asdict(faithful.own),
        "faithful": faithful.is_faithful(),
        "stability": _number(agreement),
        "true_against_predicted": _number(_true_against_predicted(networks[0], examples, maps[0], claim)),
        "without_evidence": _without_evidence(maps),
        "kept": kept_shares(stimuli),
        "body": body_shares(stimuli, examples, mean, classes),
        "photos": len(examples),
        "networks": len(networks),
    }
    figure = svg(attention_figure(_mean_maps(classes, examples, mean), _overlays(classes, examples, mean)))
    says = f"{faithful.in_words()} {_in_words(values)}".strip()
    return Finding(values, says, concern=not faithful.is_faithful(), figure=figure)


def kept_shares(stimuli: Sequence[Stimulus]) -> dict[str, float | None]:
    """Mean share inside the kept part, of the whole photo's subject and of the attention to the level before.

    Crops drawn by hand have none.
    """
    rows = Stimulus.objects.filter(pk__in=[one.pk for one in stimuli])
    return rows.aggregate(subject=Avg("subject_kept"), attention=Avg("attention_kept"))


def _without_evidence(maps: Sequence[Maps]) -> float:
    """Share of maps that are 0 everywhere, over all networks: their mean hides what each does not see."""
    return float((np.sum(maps, axis=(2, 3)) <= 0).mean())


def _maps(network: TrainedAttacker, examples: Sequence[Example], targets: Any, claim: Claim) -> Maps:
    from attacker import attention_maps

    return attention_maps(network, examples, targets=targets, **asked(claim))


def _sample(examples: Sequence[Example]) -> list[int]:
    """One photo of each of some groups, evenly from each class: neighbours may be of one burst."""
    first: dict[int, dict[str, int]] = {}
    for row, example in enumerate(examples):
        first.setdefault(example.label, {}).setdefault(example.group, row)
    return sorted(row for of_class in first.values() for row in _evenly(list(of_class.values())))


def _evenly(rows: Sequence[int]) -> list[int]:
    taken = min(PER_CLASS, len(rows))
    return [rows[number * len(rows) // taken] for number in range(taken)]


def _true_against_predicted(
    network: TrainedAttacker, examples: Sequence[Example], true: Maps, claim: Claim
) -> float | None:
    """Rank correlation of the maps for the true and for the predicted class, where the two differ."""
    from attacker import predict, stability

    answers = predict(network, examples, **asked(claim))
    wrong = np.flatnonzero(~answers.correct).tolist()
    if not wrong:
        return None
    predicted = _maps(network, [examples[row] for row in wrong], answers.predicted[wrong], claim)
    return stability([true[wrong], predicted])


def _mean_maps(
    classes: Sequence[str], examples: Sequence[Example], mean: Maps
) -> dict[str, NDArray[np.float64]]:
    from attacker import by_class_and_level

    return {classes[one.label]: one.mean_map for one in by_class_and_level(examples, mean)}


def _overlays(
    classes: Sequence[str], examples: Sequence[Example], mean: Maps
) -> dict[str, list[NDArray[np.uint8]]]:
    """Attention laid over the first photos of each class, in one scale: no evidence stays plain."""
    from attacker import overlay

    scale = float(np.quantile(mean, BRIGHTEST)) or 1.0
    shown: dict[str, list[NDArray[np.uint8]]] = {name: [] for name in classes}
    for example, attention in zip(examples, mean, strict=True):
        row = shown[classes[example.label]]
        if len(row) < SHOWN:
            with Image.open(example.path) as photo:
                photo.thumbnail((THUMBNAIL, THUMBNAIL))
                row.append(overlay(photo.convert("RGB"), attention, scale))
    return shown


def _in_words(values: dict[str, Any]) -> str:
    says = []
    if values["without_evidence"]:
        says.append(
            f"{values['without_evidence']:.0%} of the maps hold no evidence for the true class at all."
        )
    if values["stability"] is not None:
        says.append(f"Maps of different seeds correlate at {values['stability']:.2f}.")
    if values["true_against_predicted"] is not None:
        says.append(
            "Where the machine is wrong, its maps of the true and of the predicted class correlate at "
            f"{values['true_against_predicted']:.2f}."
        )
    if values["kept"]["attention"] is not None:
        says.append(
            f"The photos keep {values['kept']['subject']:.0%} of their subject, and "
            f"{values['kept']['attention']:.0%} of what the designers attended to at the level before."
        )
    return " ".join(filter(None, [*says, body_in_words(values["body"])]))


def _plain(found: Contrast) -> dict[str, Any]:
    values = asdict(found)
    return {name: one.tolist() if isinstance(one, np.ndarray) else one for name, one in values.items()}


def _number(value: float | None) -> float | None:
    """None for what is not defined, such as the correlation of maps without contrast."""
    return value if value is not None and np.isfinite(value) else None
