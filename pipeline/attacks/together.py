"""All seeds of a recipe as one attacker: their mean answers are a stronger attack than each gives alone."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from attacker.evaluation.metrics import balanced
from pipeline.attacks.strongest import Recipe
from pipeline.models import Prediction
from study.models import Item, Study

_Answers = dict[int, list[list[float]]]  # by photo, the logits of each seed


def together_accuracies(study: Study, level: int) -> dict[Recipe, float]:
    """Return, of each recipe with all its seeds, the balanced accuracy of their mean log probabilities.

    On the validation photos of the level that they were trained through; nothing for a single seed.
    """
    runs = study.attacker_runs.of_the_loop(study).trained().filter(trained_through=level)
    rows = Prediction.objects.filter(
        run__in=runs, stimulus__level__number=level, stimulus__item__split=Item.Split.VALIDATION
    ).values_list(
        "run__round", "run__architecture", "stimulus", "stimulus__item__category__position", "logits"
    )
    answers: dict[Recipe, _Answers] = defaultdict(lambda: defaultdict(list))
    labels: dict[int, int] = {}
    for round_, architecture, photo, label, logits in rows:
        answers[level, round_, architecture][photo].append(logits)
        labels[photo] = label
    return {
        recipe: _accuracy(of_photos, labels)
        for recipe, of_photos in answers.items()
        if min(map(len, of_photos.values())) >= max(study.seeds, 2)
    }


def _accuracy(of_photos: _Answers, labels: dict[int, int]) -> float:
    from scipy.special import log_softmax  # nothing that a web process should load before it is needed

    logits = np.array(list(of_photos.values()))  # [photos, seeds, classes]
    truth = np.array([labels[photo] for photo in of_photos])
    chosen = log_softmax(logits, axis=2).mean(1).argmax(1)
    return balanced(chosen == truth, truth)
