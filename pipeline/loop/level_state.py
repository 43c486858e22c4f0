"""The state of a study's levels: facts from the database, as the flow chart needs them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Self

from django.db.models import Count

from pipeline.attacks.strongest import (
    Attack,
    accuracy_together,
    attacks_by_level,
    names_classes,
    strongest_attack,
)
from pipeline.attacks.transfer_tests import TESTED
from pipeline.checks.result_types import CheckResult, CurveResult
from pipeline.checks.scheduling import EVERYWHERE, kinds_for, valid_results
from pipeline.crops.levels import left_out_by_level
from pipeline.datasets import tested_levels
from pipeline.loop.decisions import LevelFacts, Pilot, Rules
from pipeline.loop.prospects import Prospect
from pipeline.models import Check, Prediction
from study.models import Level, Stimulus, Study
from study.models import Pilot as PilotRow
from study.models.studies import CropDesigners

Rounds = tuple[tuple[float, ...], ...]


def rules_of(study: Study) -> Rules:
    """Return the parts of a study's design that the loop obeys.

    With a pilot every level is attacked: their crops are made, and were chosen by people, before.
    """
    return Rules(
        ceiling=study.ceiling,
        epsilon=study.improvement_epsilon,
        max_rounds=study.max_rounds,
        minimum_levels=study.levels.count() - 1 if study.pilot else study.minimum_levels,
    )


def pilot_of(study: Study) -> Pilot:
    """Return how far the pilot of a study is."""
    if not study.pilot:
        return Pilot.NONE
    row = PilotRow.objects.of(study)
    if row is None:
        return Pilot.TO_OPEN
    if row.has_chosen:
        return Pilot.CHOSEN
    return Pilot.OPEN if row.is_open else Pilot.CLOSED


def facts(study: Study) -> list[LevelFacts]:
    """Return what is known about each level, light to heavy; to be called once for each decision."""
    known = _Known.of(study)
    return [_facts_about(level, known) for level in study.levels.all()]


@dataclass(frozen=True)
class _Known:
    """What is read once for all levels of a study."""

    study: Study
    photos: int
    left_out: dict[int, int]  # photos without a crop, by level
    designed: set[int]  # levels whose attention is known
    tested: set[int]  # levels on which the attackers of lighter ones were tested
    attacks: dict[int, list[Attack]]  # by level
    loop_attacks: dict[int, list[Attack]]  # the same without runs that were queued by hand
    checks: list[Check]

    @classmethod
    def of(cls, study: Study) -> Self:
        return cls(
            study,
            photos=study.items.count(),
            left_out=left_out_by_level(study),
            designed=_designed(study),
            tested=tested_levels(study) | (_answered_levels(study) if study.pilot else set()),
            attacks=attacks_by_level(study.attacker_runs.attackers()),
            loop_attacks=attacks_by_level(study.attacker_runs.of_the_loop(study)),
            checks=list(study.checks.done()),
        )


def _facts_about(level: Level, known: _Known) -> LevelFacts:
    study, number = known.study, level.number
    attacks = known.attacks.get(number, [])
    own = [attack for attack in known.loop_attacks.get(number, []) if attack.recipe.trained_through == number]
    finished = [attack for attack in own if len(attack.runs) >= study.seeds]
    machine = strongest_attack(attacks, study.seeds)
    alone = machine.mean if machine else 0.0
    valid = valid_results([check for check in known.checks if check.level == number], attacks)
    return LevelFacts(
        number=number,
        rendered=level.stimuli.count() + known.left_out.get(number, 0) == known.photos,
        awaits_review=_awaits_review(level, study),
        tested=number in known.tested,
        designed=number in known.designed,
        rounds=_rounds(finished, study.seeds),
        alone=alone,
        best=_best_by_any_means(finished, alone, number, study.ceiling),
        lacks_networks=_first_round_without_networks(own, len(study.architectures) * study.seeds),
        lacks_ensembles=_first_round_without_ensembles(own, study),
        prospect=_prospect(valid.get(Check.Kind.CURVE)),
        lacks_checks=tuple(sorted(set(kinds_for(study)) - valid.keys())),
        lacks_baselines=tuple(sorted(set(EVERYWHERE) - valid.keys())),
    )


def _rounds(finished: Sequence[Attack], seeds: int) -> Rounds:
    """Return accuracies per seed of each finished round, of the architecture with the strongest attack.

    A round is finished when every seed of the study is trained.
    """
    strongest = strongest_attack(finished, seeds)
    return tuple(
        attack.accuracies
        for attack in finished
        if strongest and attack.recipe.architecture == strongest.recipe.architecture
    )


def _best_by_any_means(finished: Sequence[Attack], alone: float, level: int, ceiling: float) -> float:
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


def _prospect(curve: CheckResult | None) -> Prospect | None:
    """Read what a learning curve predicts; None before it was measured, and once it is outdated."""
    if not isinstance(curve, CurveResult):
        return None
    return Prospect(curve.gain.estimate, curve.gain.low, curve.gain.high, curve.network, curve.stand_in)


def _designed(study: Study) -> set[int]:
    """Levels whose attention is known: a designer was trained there, or an attacker where those decide."""
    by_attackers = study.crop_designers == CropDesigners.ATTACKERS
    runs = study.attacker_runs.trained()
    designers = runs.attackers() if by_attackers else runs.designers(study)
    return set(designers.values_list("trained_through", flat=True))


def _answered_levels(study: Study) -> set[int]:
    """Levels whose crops were there when the attackers of lighter ones were trained, and so tested them."""
    runs = study.attacker_runs.attackers().trained()
    crops = Stimulus.objects.filter(item__study=study, item__split__in=TESTED)
    photos = Counter(crops.values_list("level__number", flat=True))
    through = Counter(runs.values_list("trained_through", flat=True))
    cells = Prediction.objects.filter(run__in=runs, stimulus__item__split__in=TESTED)
    by_cell = cells.values_list("run__trained_through", "stimulus__level__number").annotate(Count("pk"))
    answers = {(trained, tested): number for trained, tested, number in by_cell.order_by()}
    return {
        level
        for level in photos
        if any(trained < level for trained in through)
        and all(
            answers.get((trained, level), 0) == number * photos[level]
            for trained, number in through.items()
            if trained < level
        )
    }


def _awaits_review(level: Level, study: Study) -> bool:
    """Return whether people have still to decide which crops of a level can be recognised."""
    pending = level.stimuli.for_people().filter(review=Stimulus.Review.PENDING)
    return study.review_required and level.number > 0 and pending.exists()


def _first_round_without_networks(own: Sequence[Attack], wanted: int) -> int | None:
    """First round begun at a level without all architectures and seeds: a study may be given more of them."""
    trained: Counter[int] = Counter()
    for attack in own:
        if not attack.is_ensemble:
            trained[attack.recipe.round] += len(attack.runs)
    return next((round for round in sorted(trained) if trained[round] < wanted), None)


def _first_round_without_ensembles(own: Sequence[Attack], study: Study) -> int | None:
    """First round whose networks are not averaged, each of its seeds over all architectures there are."""
    if len(study.architectures) < 2:
        return None
    averaged = {attack.recipe.round: 0 for attack in own}
    for attack in own:
        if attack.is_ensemble:
            complete = [run for run in attack.runs if run.averages(study.architectures)]
            averaged[attack.recipe.round] = len(complete)
    return next((round for round in sorted(averaged) if averaged[round] < study.seeds), None)
