"""Attacks on a level, and the definition of the strongest: the machine that counts there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import NamedTuple

import numpy as np
from django.db.models import Avg, Case, F, FloatField, QuerySet, Value, When
from numpy.typing import ArrayLike

from pipeline.models import ENSEMBLE, AttackerRun, Prediction
from pipeline.models.runs import AttackerRunQuerySet
from stats.inference.balanced_accuracy import balanced_accuracy
from study.asking.same_different import SAME_DIFFERENT
from study.asking.two_photos import TWO_PHOTOS
from study.asking.yes_no_question import YES_NO
from study.models import Item, Study

Judge = Callable[[ArrayLike, ArrayLike], float]  # of logits and right classes


class Recipe(NamedTuple):
    """What all seeds of an attack have in common."""

    trained_through: int
    round: int
    architecture: str
    searched: str = ""  # name of a recipe that a search found; empty for the study's own


@dataclass(frozen=True)
class Attack:
    """All trained seeds of one recipe, as an attack on one level.

    Parameters
    ----------
    recipe
        How its runs were trained.
    runs
        One for each seed, in the order of the seeds.
    accuracies
        Balanced accuracy of each run on the validation photos of the level under attack.
    """

    recipe: Recipe
    runs: tuple[AttackerRun, ...]
    accuracies: tuple[float, ...]

    @property
    def mean(self) -> float:
        return fmean(self.accuracies)

    @property
    def is_ensemble(self) -> bool:
        return self.recipe.architecture == ENSEMBLE


def strongest_attack(attacks: Iterable[Attack], seeds: int) -> Attack | None:
    """Return the attack of the highest mean accuracy on validation photos; None if there is none.

    An attack with fewer seeds than the study asks for does not count while another has them: a single seed
    can be lucky. Of equally strong attacks, the one trained on lighter crops is returned, then the one of the
    earlier round, then the first by name, and the study's own recipe before one that a search found.
    """
    candidates = list(attacks)
    most = max((len(attack.runs) for attack in candidates), default=0)
    complete = [attack for attack in candidates if len(attack.runs) >= min(most, seeds)]
    return min(complete, key=lambda attack: (-attack.mean, attack.recipe), default=None)


def machine_by_level(study: Study) -> dict[int, Attack]:
    """Return the machine that counts in the verdict at each level: the strongest attack on it.

    Attacks that were trained on heavier crops take part too. Levels without any attack are left out.
    """
    attacks = attacks_by_level(study.attacker_runs.attackers())
    strongest = {level: strongest_attack(attacks[level], study.seeds) for level in sorted(attacks)}
    return {level: attack for level, attack in strongest.items() if attack}


def accuracy_together(attack: Attack, level: int) -> float | None:
    """Return the balanced accuracy of all seeds together on a level's validation photos.

    The mean of their log probabilities is often a stronger attacker than each seed is alone. None for a
    single seed, or where not every seed has answered every photo.
    """
    from scipy.special import log_softmax  # nothing that a web process should load before it is needed

    logits, labels = _answers(attack, level)
    if len(attack.runs) < 2 or {len(of_photo) for of_photo in logits.values()} != {len(attack.runs)}:
        return None
    of_seeds = np.array(list(logits.values()))  # [photos, seeds, classes]
    together = log_softmax(of_seeds, axis=2).mean(1)
    truth = np.array([labels[photo] for photo in logits])
    judged = accuracy_in(attack.runs[0].study.task)
    if judged:
        return judged(together, truth)
    return balanced_accuracy(together.argmax(1) == truth, truth)


def networks_on(study: Study, level: int) -> list[Attack]:
    """Return the attacks of single networks on a level; ensembles have no weights to look into."""
    attacks = attacks_by_level(study.attacker_runs.attackers()).get(level, [])
    return [attack for attack in attacks if not attack.is_ensemble]


def attacks_by_level(attackers: AttackerRunQuerySet) -> dict[int, list[Attack]]:
    """Group trained runs into attacks on each level that they were trained through.

    A run that was trained on heavier crops attacks a level once it has answered its validation photos. Where
    people are asked another question than the class of a photo, an accuracy is that of the answers to all
    such questions about them.
    """
    runs = attackers.trained().select_related("warm_from", "study")
    in_order = list(runs.order_by("trained_through", "round", "architecture", "recipe", "seed"))
    judged = next((accuracy_in(run.study.task) for run in in_order), None)
    answered = _accuracies_by(judged, runs) if judged else _accuracies_on_lighter_levels(runs)
    grouped: dict[int, dict[Recipe, dict[AttackerRun, float]]] = defaultdict(lambda: defaultdict(dict))
    for run in in_order:
        recipe = Recipe(run.trained_through, run.round, run.architecture, run.recipe)
        own = {} if judged else {run.trained_through: run.validation_accuracy or 0.0}
        accuracies = answered.get(run.pk, {}) | own
        for level, accuracy in accuracies.items():
            grouped[level][recipe][run] = accuracy
    return {
        level: [Attack(recipe, tuple(by_run), tuple(by_run.values())) for recipe, by_run in recipes.items()]
        for level, recipes in grouped.items()
    }


def _accuracies_on_lighter_levels(runs: AttackerRunQuerySet) -> Mapping[int, dict[int, float]]:
    """Return balanced accuracies on validation photos, by run and by level."""
    answers = _validation_answers(runs).filter(stimulus__level__number__lt=F("run__trained_through"))
    score = Case(When(correct=True, then=Value(1.0)), default=Value(0.0), output_field=FloatField())
    shares: dict[tuple[int, int], list[float]] = defaultdict(list)
    by_class = answers.values_list("run", "stimulus__level__number", "stimulus__item__category")
    for run, level, _, share in by_class.annotate(share=Avg(score)):
        shares[run, level].append(share)
    return _by_run({place: fmean(of_classes) for place, of_classes in shares.items()})


def _accuracies_by(judged: Judge, runs: AttackerRunQuerySet) -> dict[int, dict[int, float]]:
    """Return accuracies in questions about validation photos, by run and by level."""
    answers = _validation_answers(runs).filter(stimulus__level__number__lte=F("run__trained_through"))
    columns = ("run", "stimulus__level__number", "stimulus__item__category__position", "logits")
    labels: dict[tuple[int, int], list[int]] = defaultdict(list)
    scores: dict[tuple[int, int], list[list[float]]] = defaultdict(list)
    for run, level, label, logits in answers.values_list(*columns):
        labels[run, level].append(label)
        scores[run, level].append(logits)
    return _by_run({place: judged(scores[place], labels[place]) for place in labels})


def _validation_answers(runs: AttackerRunQuerySet) -> QuerySet[Prediction]:
    return Prediction.objects.filter(run__in=runs.order_by(), stimulus__item__split=Item.Split.VALIDATION)


def _by_run(accuracies: Mapping[tuple[int, int], float]) -> dict[int, dict[int, float]]:
    by_run: dict[int, dict[int, float]] = defaultdict(dict)
    for (run, level), accuracy in accuracies.items():
        by_run[run][level] = accuracy
    return by_run


def accuracy_in(task: str) -> Judge | None:
    """Return the accuracy of logits in a task's questions; None where people name the class of a photo."""
    from stats.machine.same_different_answers import same_different_accuracy  # nothing that a web
    from stats.machine.two_photo_answers import two_photo_accuracy  # process should load
    from stats.machine.yes_no_answers import yes_no_accuracy

    judges: dict[str, Judge] = {
        YES_NO: yes_no_accuracy,
        TWO_PHOTOS: two_photo_accuracy,
        SAME_DIFFERENT: same_different_accuracy,
    }
    return judges.get(task)


def names_classes(attack: Attack) -> bool:
    """Return whether the people of an attack's study name the class of a photo."""
    return accuracy_in(attack.runs[0].study.task) is None


def _answers(attack: Attack, level: int) -> tuple[dict[int, list[list[float]]], dict[int, int]]:
    """Return each seed's logits on the validation photos of a level, and the right classes; both by photo."""
    answers = Prediction.objects.filter(
        run__in=attack.runs, stimulus__level__number=level, stimulus__item__split=Item.Split.VALIDATION
    )
    rows = answers.values_list("stimulus", "stimulus__item__category__position", "logits")
    logits: dict[int, list[list[float]]] = defaultdict(list)
    labels: dict[int, int] = {}
    for photo, label, values in rows:
        logits[photo].append(values)
        labels[photo] = label
    return logits, labels
