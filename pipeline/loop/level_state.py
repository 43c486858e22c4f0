"""The state of a study's levels: facts from the database, as the flow chart needs them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Self

from django.db.models import Count

from pipeline.attacks.strongest import Attack, attacks_by_level, strongest_attack
from pipeline.attacks.transfer_tests import TESTED
from pipeline.checks.scheduling import EVERYWHERE, kinds_for, valid_results
from pipeline.crops.levels import left_out_by_level
from pipeline.datasets import tested_levels
from pipeline.loop.attacks_so_far import (
    best_by_any_means,
    finished_rounds,
    first_round_without_ensembles,
    first_round_without_networks,
    prospect_of,
)
from pipeline.loop.level_facts import LevelFacts, Pilot, Rules
from pipeline.models import Check, Prediction
from study.models import Level, Stimulus, Study
from study.models import Pilot as PilotRow
from study.models.studies import CropDesigners


def rules_of(study: Study) -> Rules:
    """Return the parts of a study's design that the loop obeys.

    With a pilot every level is attacked: their crops are made, and were chosen by people, before.
    """
    return Rules(
        ceiling=study.ceiling,
        epsilon=study.improvement_epsilon,
        max_rounds=study.max_rounds,
        minimum_levels=study.levels.count() - 1 if study.pilot else study.minimum_levels,
        designers_apart=study.crop_designers != CropDesigners.ATTACKERS,
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
        rounds=finished_rounds(finished, study.seeds),
        alone=alone,
        best=best_by_any_means(finished, alone, number, study.ceiling),
        lacks_networks=first_round_without_networks(own, len(study.architectures) * study.seeds),
        lacks_ensembles=first_round_without_ensembles(own, study),
        prospect=prospect_of(valid.get(Check.Kind.CURVE)),
        lacks_checks=tuple(sorted(set(kinds_for(study)) - valid.keys())),
        lacks_baselines=tuple(sorted(set(EVERYWHERE) - valid.keys())),
    )


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
