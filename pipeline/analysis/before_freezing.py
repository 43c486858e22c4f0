"""What a study will rest on, told before it is frozen and people are paid: gate 0, photos and coverage."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.attacks.strongest import Attack, machine_by_level
from pipeline.models import Prediction
from stats.apa import threshold
from study.freezing.candidates import Material, gather
from study.freezing.readiness import problems
from study.models import Item, Stimulus, Study

FEW_ANSWERS = 5  # to a photo at a level: with fewer, one person decides what a photo is worth
FEW_PHOTOS = 20  # of a class: with fewer, the interval over photos is wide however many people come


def known_before_freezing(study: Study) -> list[str]:
    """Return sentences about machine, photos and planned answers; none while a study has no photos.

    What prevents freezing comes first.
    """
    material = gather(study)
    if not material.photos_per_class():
        return []
    refusals = [f"It cannot be frozen yet: {problem}" for problem in problems(material)]
    return [
        *refusals,
        _gate_0(study, material),
        _photos(material),
        *_coverage(material),
        *_nobody_asked(study),
    ]


def _gate_0(study: Study, material: Material) -> str:
    """Say whether the machine is competent on uncropped photos, as the analysis will test it."""
    machine = machine_by_level(study).get(0)
    if machine is None:
        return (
            "Gate 0: no attacker is trained. Frozen now, the version never gets one, and no level can be a "
            "sweet spot: run the loop first."
        )
    from stats.decision.assay import judged
    from stats.decision.criteria import Criteria
    from stats.decision.level_tests import HypothesisTests
    from stats.table.network_answers import network_answers

    criteria = Criteria(study.floor, study.ceiling, study.competence, study.alpha)
    names = tuple(category.name for category in material.categories)
    uncropped = HypothesisTests(criteria, names).machine(network_answers(*_answers(machine)))
    assay = judged(uncropped, criteria, any_machine=True)
    if assay.passed:
        return f"Gate 0 is passed: the machine's {assay.reason}."
    return (
        f"Gate 0 is not passed: the machine's {assay.reason}. No level can be a sweet spot with it: train a "
        f"stronger one, or state why less than {threshold(study.competence)} is competent here."
    )


def _answers(machine: Attack) -> tuple[list[list[bool]], list[int], list[str]]:
    """Return which test photos each network recognised uncropped, their classes and their sources."""
    answers = Prediction.objects.filter(
        run__in=machine.runs, stimulus__level__number=0, stimulus__item__split=Item.Split.TEST
    )
    rows = answers.order_by("stimulus").values_list(
        "run", "stimulus", "correct", "stimulus__item__category__position", "stimulus__item__cluster"
    )
    known = {(run, photo): correct for run, photo, correct, *_ in rows}
    runs = [run.pk for run in machine.runs]
    photos: dict[int, tuple[int, str]] = {
        photo: (label, source)
        for _, photo, _, label, source in rows
        if all((run, photo) in known for run in runs)  # a network that is still being tested lacks some
    }
    correct = [[known[run, photo] for photo in photos] for run in runs]
    return correct, [label for label, _ in photos.values()], [source for _, source in photos.values()]


def _photos(material: Material) -> str:
    photos = material.photos_per_class()
    per_class = ", ".join(
        f"{category} {count}" for category, count in zip(material.categories, photos, strict=True)
    )
    few = f" Fewer than {FEW_PHOTOS} of a class leave its interval wide." if min(photos) < FEW_PHOTOS else ""
    return f"Test photos with a crop at every level: {per_class}.{few}"


def _nobody_asked(study: Study) -> Iterator[str]:
    """Say in how many test photos it is guessed who is meant."""
    crops = Stimulus.objects.filter(item__study=study, item__split=Item.Split.TEST, people_alike=True)
    if doubtful := crops.values("item").distinct().count():
        yield (
            "Another person or part is as large as the one that was taken for the subject in "
            f"{doubtful} of the test photos, and nobody has said which is meant: crop review shows these "
            "first, and a click picks it."
        )


def _coverage(material: Material) -> Iterator[str]:
    """Say how many answers each photo gets at each level, where people are planned and photos suffice."""
    design = material.design
    if not design.asks.shows_pairs and any(material.too_few_photos()):
        return
    if design.target_completes is None:
        yield (
            "No number of complete sessions is planned, so it is open how many answers each photo gets at "
            "each level."
        )
        return
    cells = sum(material.photos_per_class()) * len(material.levels)
    answers = design.target_completes * design.photos_per_person / cells if cells else 0.0
    few = " Plan more people or trials, or fewer photos." if answers < FEW_ANSWERS else ""
    if design.is_adaptive:
        least = answers * design.adaptive_even_share
        yield (
            f"{design.target_completes} people with {design.photos_per_person} photos give each photo at "
            f"least {least:.1f} answers at each level, and most where adaptive levels tell most (on "
            f"average {answers:.1f}).{few}"
        )
        return
    yield (
        f"{design.target_completes} people with {design.photos_per_person} photos give each photo "
        f"{answers:.1f} answers at each level.{few}"
    )
