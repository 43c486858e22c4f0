"""Which machine from outside is stronger than the strongest attack that was trained here, level by level."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from django.db.models import Count

from pipeline.attacks.strongest import accuracy_in, machine_by_level
from pipeline.brought.prediction_packs import PACKED
from pipeline.models import BroughtAnswer
from stats.inference.balanced_accuracy import balanced_accuracy
from study.models import Item, Stimulus, Study

SURE = 30.0  # logit of the class of a machine that says nothing but a class
ByLevel = dict[int, float]


def validated(study: Study) -> dict[int, ByLevel]:
    """Return the balanced accuracy of each taken machine on validation photos, by its row and by level.

    A level counts where the machine has answered every validation and test photo there is: of one whose
    photos were partly cut again, nothing can be said.
    """
    whole = _complete_levels(study)
    answers = BroughtAnswer.objects.filter(
        machine__in=study.brought_machines.taken(), stimulus__item__split=Item.Split.VALIDATION
    )
    rows = answers.values_list(
        "machine", "stimulus__level__number", "stimulus__item__category__position", "correct", "logits",
        "response__position",
    )  # fmt: skip
    by_place: dict[tuple[int, int], list[tuple[int, bool, list[float]]]] = defaultdict(list)
    classes = study.categories.count()
    for machine, level, label, correct, logits, place in rows:
        if level in whole.get(machine, ()):
            scores = scores_for_questions(logits, place, label, classes)
            by_place[machine, level].append((label, correct, scores))
    accuracies: dict[int, ByLevel] = defaultdict(dict)
    for (machine, level), answered in sorted(by_place.items()):
        accuracies[machine][level] = _accuracy(answered, study)
    return dict(accuracies)


def overruling(study: Study, accuracies: Mapping[int, ByLevel]) -> dict[int, int]:
    """Return the machine from outside that counts in place of the study's own, by level.

    It must be stronger on validation photos. Where no attack was trained here none counts: what an unknown
    machine cannot do says nothing about machines.
    """
    own = machine_by_level(study)
    instead = {}
    for level, attack in own.items():
        there = {machine: of.get(level, 0.0) for machine, of in accuracies.items()}
        strongest = max(there, key=lambda machine: (there[machine], -machine), default=None)
        if strongest is not None and there[strongest] > attack.mean:
            instead[level] = strongest
    return instead


def _complete_levels(study: Study) -> dict[int, set[int]]:
    """Return at which levels each machine has answered everything."""
    crops = Stimulus.objects.filter(item__study=study, item__split__in=PACKED)
    counts = crops.order_by().values_list("level__number").annotate(Count("pk"))
    photos: dict[int, int] = dict(counts)
    answers = BroughtAnswer.objects.filter(machine__in=study.brought_machines.taken())
    per_level = answers.order_by().values_list("machine", "stimulus__level__number").annotate(Count("pk"))
    whole: dict[int, set[int]] = defaultdict(set)
    for machine, level, count in per_level:
        if count == photos.get(level):
            whole[machine].add(level)
    return whole


def scores_for_questions(logits: list[float], place: int | None, label: int, classes: int) -> list[float]:
    """Return logits by which a machine answers yes-no questions, also where it gave none.

    A machine that names a class is sure of it. One that did not answer is wrong about every question: it
    says yes to all classes but the photo's own.
    """
    if place is None:
        return [0.0 if other != label else -SURE for other in range(classes)]
    return logits or [SURE if other == place else 0.0 for other in range(classes)]


def _accuracy(answered: list[tuple[int, bool, list[float]]], study: Study) -> float:
    labels, correct, scores = zip(*answered, strict=True)
    judged = accuracy_in(study.task)
    if judged:
        return judged(scores, labels)
    return balanced_accuracy(list(correct), list(labels))
