"""The attacks on a level so far: their accuracies, the strongest by any means, and what their rounds lack."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import fmean

from pipeline.attacks.strongest import Attack, accuracy_together, names_classes, strongest_attack
from pipeline.checks.result_types import CheckResult, CurveResult
from pipeline.loop.prospects import Prospect
from study.models import Study

Rounds = tuple[tuple[float, ...], ...]


def finished_rounds(finished: Sequence[Attack], seeds: int) -> Rounds:
    """Return accuracies per seed of each finished round, of the architecture with the strongest attack.

    A round is finished when every seed of the study is trained.
    """
    strongest = strongest_attack(finished, seeds)
    return tuple(
        attack.accuracies
        for attack in finished
        if strongest and attack.recipe.architecture == strongest.recipe.architecture
    )


def best_by_any_means(finished: Sequence[Attack], alone: float, level: int, ceiling: float) -> float:
    """Return the validation accuracy of the strongest attack when it may use every means that it has.

    An attacker that calls everything by one name is biased, not defeated: where class offsets make a
    recipe stronger, they count. So does what all its seeds answer together, where nothing else reaches the
    ceiling.
    """
    best = max([alone, *(_corrected(attack) for attack in finished)])
    if best >= ceiling:
        return best
    return max([best, *(accuracy_together(attack, level) or 0.0 for attack in finished)])


def _corrected(attack: Attack) -> float:
    """Mean accuracy over seeds with class offsets refitted; 0 for runs that are older than this measure.

    Questions about one class at a time, or about two photos, have no such offsets.
    """
    if not names_classes(attack):
        return 0.0
    measured = [run.corrected_accuracy for run in attack.runs if run.corrected_accuracy is not None]
    return fmean(measured) if measured else 0.0


def prospect_of(curve: CheckResult | None) -> Prospect | None:
    """Read what a learning curve predicts; None before it was measured, and once it is outdated."""
    if not isinstance(curve, CurveResult):
        return None
    return Prospect(curve.gain.estimate, curve.gain.low, curve.gain.high, curve.network, curve.stand_in)


def first_round_without_networks(own: Sequence[Attack], wanted: int) -> int | None:
    """First round begun at a level without all architectures and seeds: a study may be given more of them."""
    trained: Counter[int] = Counter()
    for attack in own:
        if not attack.is_ensemble:
            trained[attack.recipe.round] += len(attack.runs)
    return next((round for round in sorted(trained) if trained[round] < wanted), None)


def first_round_without_ensembles(own: Sequence[Attack], study: Study) -> int | None:
    """First round whose networks are not averaged, each of its seeds over all architectures there are."""
    if len(study.architectures) < 2:
        return None
    averaged = {attack.recipe.round: 0 for attack in own}
    for attack in own:
        if attack.is_ensemble:
            complete = [run for run in attack.runs if run.averages(study.architectures)]
            averaged[attack.recipe.round] = len(complete)
    return next((round for round in sorted(averaged) if averaged[round] < study.seeds), None)
