"""Which attack is the machine that counts at a level: the strongest that was trained on such crops."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean

from django.db.models import Avg, Case, FloatField, Value, When

from pipeline.models import AttackerRun, Prediction
from study.models import Item, Study

Recipe = tuple[int, int, str]  # trained through, round, architecture


@dataclass(frozen=True)
class Attack:
    """All seeds of one recipe, and their balanced accuracies on a level's validation photos."""

    recipe: Recipe
    accuracies: dict[int, float]  # by run

    @property
    def mean(self) -> float:
        return fmean(self.accuracies.values())


def strongest_attack(study: Study, level: int) -> Attack | None:
    """Return the strongest of all attacks that were trained on the level, on heavier crops too or not.

    Validation photos of the level decide. A recipe with fewer seeds than the study asks for does not count
    beside one that has them: a single seed can be lucky. None where nobody was trained on the level.
    """
    attacks = _attacks(study, level)
    most = max((len(attack.accuracies) for attack in attacks), default=0)
    complete = [attack for attack in attacks if len(attack.accuracies) >= min(most, study.seeds)]
    return min(complete, key=lambda attack: (-attack.mean, attack.recipe), default=None)


def _attacks(study: Study, level: int) -> list[Attack]:
    runs = study.attacker_runs.attackers().trained().filter(trained_through__gte=level)
    heavier = _accuracies(runs.filter(trained_through__gt=level), level)
    own = {run.pk: run.validation_accuracy or 0.0 for run in runs.filter(trained_through=level)}
    accuracies = own | heavier  # a heavier one that has not met the level's photos is in neither
    found: dict[Recipe, dict[int, float]] = defaultdict(dict)
    for run in runs.filter(pk__in=accuracies):
        found[run.trained_through, run.round, run.architecture][run.pk] = accuracies[run.pk]
    return [Attack(recipe, accuracies) for recipe, accuracies in found.items()]


def _accuracies(runs: Iterable[AttackerRun], level: int) -> dict[int, float]:
    """Balanced accuracy of each run on a level's validation photos."""
    asked = Prediction.objects.filter(
        run__in=runs, stimulus__level__number=level, stimulus__item__split=Item.Split.VALIDATION
    )
    score = Case(When(correct=True, then=Value(1.0)), default=Value(0.0), output_field=FloatField())
    by_class: dict[int, list[float]] = defaultdict(list)
    for run, _, share in asked.values_list("run", "stimulus__item__category").annotate(share=Avg(score)):
        by_class[run].append(share)
    return {run: fmean(shares) for run, shares in by_class.items()}
