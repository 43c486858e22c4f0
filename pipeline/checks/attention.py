"""Can the attention be trusted? Whether it is faithful and stable across seeds, and what crops keep of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db.models import Avg
from msgspec.structs import replace

from attacker.errors import NoMapError
from attacker.example import Example
from pipeline.attacks.strongest import networks_on, strongest_attack
from pipeline.checks.attention_overlays import Maps, mean_maps, overlays
from pipeline.checks.body_part_shares import body_sentence, body_shares
from pipeline.checks.probe import run_options
from pipeline.checks.result import Finding
from pipeline.checks.result_types import (
    AttentionResult,
    BodyShares,
    CheckResult,
    Game,
    KeptShares,
    Margin,
    Settings,
)
from pipeline.datasets import classes_of, examples_of, stimuli_at
from pipeline.models import AttackerRun
from pipeline.queue.claims import Claim
from pipeline.shared_runs import fetched_run
from stats.apa import signed
from stats.figures.attention_figure import attention_figure
from stats.figures.style import svg
from study.models import Item, Level, Stimulus

if TYPE_CHECKING:
    from attacker import TrainedAttacker

PER_CLASS = 8  # photos on which faithfulness is measured
NETWORKS = 3
_NO_MAPS = (
    "The strongest network ({}) has no spatial feature map: where it looks, and whether its attention is "
    "faithful, is not known. The reason: {}."
)


class NoAttackerError(RuntimeError):
    """There is no network whose attention could be measured."""


def check_attention(level: Level, claim: Claim) -> Finding:
    """Explain the level's strongest networks on its test photos, if these networks have maps.

    Raises NoAttackerError if no network is trained through the level.
    """
    strongest = strongest_attack(networks_on(level.study, level.number), level.study.seeds)
    if strongest is None:
        raise NoAttackerError(f"No attacker is trained through level {level.number}: start the loop first.")
    settings = Settings(**strongest.recipe._asdict())
    try:
        return _explained(level, strongest.runs[:NETWORKS], settings, claim)
    except NoMapError as error:
        summary = _NO_MAPS.format(settings.architecture, error.reason)
        return Finding(CheckResult(summary=summary, concern=True, settings=settings))


def _explained(level: Level, runs: Sequence[AttackerRun], settings: Settings, claim: Claim) -> Finding:
    from attacker import load

    stimuli = list(stimuli_at(level.study, [level.number], [Item.Split.TEST]))
    examples, classes = examples_of(stimuli), classes_of(level.study)
    networks = [load(fetched_run(run)) for run in runs]
    maps = []  # of each network, [photos, h, w]
    for number, network in enumerate(networks):
        maps.append(_attention_maps(network, examples, "true", claim))
        claim.progress((number + 1) / (len(networks) + 1), f"attention of network {number + 1}")
    mean = np.mean(maps, axis=0)
    body = body_shares(stimuli, examples, mean, classes)
    result = _result(networks[0], maps, stimuli, body, claim)
    figure = attention_figure(mean_maps(classes, examples, mean), overlays(classes, examples, mean))
    return Finding(replace(result, settings=settings), svg(figure))


def _result(
    network: TrainedAttacker,
    maps: Sequence[Maps],
    stimuli: Sequence[Stimulus],
    body: BodyShares | None,
    claim: Claim,
) -> AttentionResult:
    """Measure the attention; faithfulness is that of the first network, whose maps come first."""
    from attacker import measure_faithfulness

    examples = examples_of(stimuli)
    rows = sample_rows(examples)
    faithfulness = measure_faithfulness(
        network, [examples[row] for row in rows], maps[0][rows], should_stop=claim.should_stop
    )
    result = AttentionResult(
        summary=faithfulness.summary(),
        concern=not faithfulness.is_faithful(),
        deletion=Game(**asdict(faithfulness.deletion)),
        insertion=Game(**asdict(faithfulness.insertion)),
        own_against_another=Margin(**asdict(faithfulness.own)),
        faithful=faithfulness.is_faithful(),
        stability=_correlation(maps) if len(maps) > 1 else None,
        true_against_predicted=_true_against_predicted(network, examples, maps[0], claim),
        without_evidence=without_evidence(maps),
        kept_shares=kept_shares(stimuli),
        body=body,
        photos=len(examples),
        networks=len(maps),
    )
    return replace(result, summary=" ".join([result.summary, *further_sentences(result)]))


def kept_shares(stimuli: Sequence[Stimulus]) -> KeptShares:
    """Return the mean shares inside the crops, of the subject and of the attention to the level before.

    Crops drawn by hand have none.
    """
    rows = Stimulus.objects.filter(pk__in=[stimulus.pk for stimulus in stimuli])
    return KeptShares(**rows.aggregate(subject=Avg("subject_kept"), attention=Avg("attention_kept")))


def without_evidence(maps: Sequence[Maps]) -> float:
    """Return the share of maps that are 0 everywhere, over all networks; the mean map would hide them."""
    return float((np.sum(maps, axis=(2, 3)) <= 0).mean())


def sample_rows(examples: Sequence[Example]) -> list[int]:
    """Return one photo of each of some groups, evenly from each class: neighbours may be of one burst."""
    first: dict[int, dict[str, int]] = {}  # label -> group -> row
    for row, example in enumerate(examples):
        first.setdefault(example.label, {}).setdefault(example.group, row)
    rows = []
    for of_class in map(list, map(dict.values, first.values())):
        taken = min(PER_CLASS, len(of_class))
        rows += [of_class[number * len(of_class) // taken] for number in range(taken)]
    return sorted(rows)


def further_sentences(result: AttentionResult) -> Iterator[str]:
    """Yield what the maps show beyond faithfulness; what is not defined is left out."""
    if result.without_evidence:
        yield f"{result.without_evidence:.0%} of the maps hold no evidence for the true class at all."
    if result.stability is not None:
        yield f"Maps of different seeds correlate at {signed(result.stability, 2)}."
    if result.true_against_predicted is not None:
        yield (
            "Where the machine is wrong, its maps of the true and of the predicted class correlate at "
            f"{signed(result.true_against_predicted, 2)}."
        )
    if result.kept_shares.subject is not None and result.kept_shares.attention is not None:
        yield (
            f"The photos keep {result.kept_shares.subject:.0%} of their subject, and "
            f"{result.kept_shares.attention:.0%} of what the designers attended to at the level before."
        )
    if sentence := body_sentence(result.body):
        yield sentence


def _attention_maps(
    network: TrainedAttacker, examples: Sequence[Example], targets: Any, claim: Claim
) -> Maps:
    from attacker import attention_maps

    return attention_maps(network, examples, targets=targets, **run_options(claim))


def _true_against_predicted(
    network: TrainedAttacker, examples: Sequence[Example], true: Maps, claim: Claim
) -> float | None:
    """Return the rank correlation of maps for the true and the predicted class, where the two differ."""
    from attacker import predict

    answers = predict(network, examples, **run_options(claim))
    wrong = np.flatnonzero(~answers.correct).tolist()
    if not wrong:
        return None
    predicted = _attention_maps(network, [examples[row] for row in wrong], answers.predicted[wrong], claim)
    return _correlation([true[wrong], predicted])


def _correlation(maps: Sequence[Maps]) -> float | None:
    """Return the rank correlation of maps of the same photos; None where undefined, as for flat maps."""
    from attacker import stability

    correlation = stability(maps)
    return correlation if np.isfinite(correlation) else None
