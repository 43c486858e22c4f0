"""What the database knows about a study's levels, as the flow chart asks for it."""

from __future__ import annotations

from collections import defaultdict
from statistics import fmean

from django.db.models import Avg, Count, Q

from pipeline.attacks.strongest import strongest_attack
from pipeline.attacks.together import together_accuracies
from pipeline.checks.scheduling import holding, is_outgrown, kinds_for
from pipeline.datasets import tested_levels
from pipeline.loop.decisions import LevelFacts, Prospect, Rules
from pipeline.models import ENSEMBLE, Check
from pipeline.models.runs import AttackerRunQuerySet
from study.models import Level, Stimulus, Study
from study.models.studies import CropDesigners

Rounds = tuple[tuple[float, ...], ...]


def rules_of(study: Study) -> Rules:
    return Rules(
        ceiling=study.ceiling,
        epsilon=study.improvement_epsilon,
        max_rounds=study.max_rounds,
        minimum_levels=study.minimum_levels,
    )


def facts(study: Study) -> list[LevelFacts]:
    """One for each level, light to heavy."""
    items = study.items.count()
    designed = _designed(study)
    tested = tested_levels(study)
    return [
        LevelFacts(
            number=level.number,
            rendered=level.stimuli.count() == items,
            awaits_review=study.review_required and _pending(level),
            tested=level.number in tested,
            designed=level.number in designed,
            rounds=rounds_of(study, level.number),
            alone=alone_of(study, level.number),
            best=best_of(study, level.number),
            lacks_networks=_lacks_networks(study, level.number),
            lacks_ensembles=_lacks_ensembles(study, level.number),
            prospect=prospect_of(study, level.number),
            checked=_checked(study, level.number),
        )
        for level in study.levels.all()
    ]


def rounds_of(study: Study, level: int) -> Rounds:
    """Validation accuracy per seed of each finished round at a level, of its strongest architecture.

    A round is finished when every seed of the study is trained; runs queued by hand make no round.
    """
    found: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for run in _of_the_loop(study, level).order_by("round", "seed"):
        found[run.architecture][run.round].append(run.validation_accuracy or 0.0)
    finished = [[a for a in rounds.values() if len(a) >= study.seeds] for rounds in found.values()]
    best = max(filter(None, finished), key=lambda rounds: max(map(fmean, rounds)), default=[])
    return tuple(tuple(accuracies) for accuracies in best)


def alone_of(study: Study, level: int) -> float:
    """Validation accuracy of the attack that counts in the verdict, mean over its seeds; 0 without one."""
    counting = strongest_attack(study, level)
    return counting.mean if counting else 0.0


def best_of(study: Study, level: int) -> float:
    """Validation accuracy of the strongest attack on a level, mean over its seeds; 0 where there is none.

    An attacker that calls everything by one name is biased, not defeated: where class offsets make a
    recipe stronger, they count. So does what all its seeds answer together, where nothing else holds.
    """
    recipes = _of_the_loop(study, level).order_by().values("round", "architecture")
    found = recipes.annotate(n=Count("seed"), a=Avg("corrected_accuracy"))
    corrected = [one["a"] or 0.0 for one in found if one["n"] >= study.seeds]
    best = max([alone_of(study, level), *corrected])
    return best if best >= study.ceiling else max([best, *together_accuracies(study, level).values()])


def prospect_of(study: Study, level: int) -> Prospect | None:
    """What the learning curve of a level says; None before it was measured, and once it is outgrown."""
    curve = study.checks.done().at(level).filter(kind=Check.Kind.CURVE).first()
    if curve is None or curve.result is None or is_outgrown(curve):
        return None
    gain = curve.result["gain"]
    return Prospect(
        gain["estimate"],
        gain["low"],
        gain["high"],
        curve.result.get("of", ""),
        curve.result.get("stand_in"),
    )


def _designed(study: Study) -> set[int]:
    """Levels whose attention is known: a designer was trained there, or an attacker where those decide."""
    by_attackers = study.crop_designers == CropDesigners.ATTACKERS
    runs = study.attacker_runs.trained()
    lookers = runs.attackers() if by_attackers else runs.designers(study)
    return set(lookers.values_list("trained_through", flat=True))


def _pending(level: Level) -> bool:
    waiting = level.stimuli.for_people().filter(review=Stimulus.Review.PENDING)
    return level.number > 0 and waiting.exists()


def _lacks_networks(study: Study, level: int) -> int | None:
    """First round begun at a level without all architectures and seeds: a study may be given more of them."""
    wanted = len(study.architectures) * study.seeds
    return _first_with_fewer(wanted, _of_the_loop(study, level).networks())


def _lacks_ensembles(study: Study, level: int) -> int | None:
    """First round whose networks are not averaged, each of its seeds over all architectures there are."""
    if len(study.architectures) < 2:
        return None
    averaged = Q(architecture=ENSEMBLE, config__members=sorted(study.architectures))
    return _first_with_fewer(study.seeds, _of_the_loop(study, level), averaged)


def _of_the_loop(study: Study, level: int) -> AttackerRunQuerySet:
    return study.attacker_runs.of_the_loop(study).trained().filter(trained_through=level)


def _first_with_fewer(wanted: int, runs: AttackerRunQuerySet, which: Q | None = None) -> int | None:
    rounds = runs.order_by("round").values("round").annotate(there=Count("pk", filter=which))
    return next((one["round"] for one in rounds if one["there"] < wanted), None)


def _checked(study: Study, level: int) -> bool:
    return holding(study, level) >= set(kinds_for(study))
