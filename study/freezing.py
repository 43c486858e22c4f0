"""From a draft to an immutable version, and from a version to an open study."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise, zip_longest
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from study import order
from study.design import Design, config_hash
from study.models import AssignmentList, Category, Item, Level, Stimulus, Study, StudyVersion

PADDING_STEP = 4096  # served photos are padded to a multiple of this, so that sizes carry no message
REVIEWS = (Stimulus.Review.PENDING, Stimulus.Review.APPROVED)


class NotReady(ValueError):
    """The study cannot be run as it is; `reasons` say what to do, one sentence each."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(" ".join(self.reasons))


@dataclass(frozen=True)
class Material:
    """What a version would be made of."""

    study: Study
    categories: list[Category]
    levels: list[Level]
    complete: dict[int, list[list[Stimulus]]]  # category -> photos, each with its stimuli light to heavy
    stimuli_per_level: dict[int, int]
    practice: list[Stimulus]
    catch: list[Stimulus]

    def stimuli(self) -> list[Stimulus]:
        tests = [crop for photos in self.complete.values() for photo in photos for crop in photo]
        return tests + self.practice + self.catch

    def photos_per_class(self) -> list[int]:
        return [len(self.complete[category.pk]) for category in self.categories]

    def catch_count(self) -> int:
        return order.catch_count(self.study.trials_per_person, self.study.catch_share)


@transaction.atomic
def freeze(study: Study, now: datetime) -> StudyVersion:
    """Write the study down as its next version, with its lists.

    Raises
    ------
    NotReady
        If the study cannot be run; the message says what to do.
    """
    Study.objects.select_for_update().get(pk=study.pk)
    material = gather(study)
    reasons = problems(material)
    if reasons:
        raise NotReady(reasons)
    config = _config(material)
    version = StudyVersion.objects.create(
        study=study,
        number=1 + (study.versions.aggregate(last=Max("number"))["last"] or 0),
        config=config,
        config_hash=config_hash(config),
        frozen_at=now,
    )
    AssignmentList.objects.bulk_create(
        AssignmentList(version=version, number=number) for number in range(config["lists"])
    )
    return version


def open_study(study: Study) -> None:
    """Let participants in.

    Raises
    ------
    NotReady
        If nothing is frozen yet.
    """
    if study.version() is None:
        raise NotReady([_("Freeze the study first: participants join a frozen version.")])
    _set_status(study, Study.Status.OPEN)


def close_study(study: Study) -> None:
    """Let nobody new in; who has begun may finish."""
    _set_status(study, Study.Status.CLOSED)


def _set_status(study: Study, status: Study.Status) -> None:
    study.status = status
    study.save(update_fields=["status"])


def gather(study: Study) -> Material:
    """Collect the photos that people may be shown."""
    categories = list(study.categories.all())
    levels = list(study.levels.all())
    tests = _presentable(study, Item.Split.TEST)
    practice, catch = _validation_pools(study, categories)
    return Material(
        study=study,
        categories=categories,
        levels=levels,
        complete=_complete(tests, categories, levels),
        stimuli_per_level={
            level.number: sum(level.pk in crops for crops in tests.values()) for level in levels
        },
        practice=practice,
        catch=catch,
    )


def _presentable(study: Study, split: Item.Split) -> dict[int, dict[int, Stimulus]]:
    """Stimuli by item and level; discarded ones never, unreviewed ones unless the study wants reviews."""
    reviews = REVIEWS[1:] if study.review_required and split == Item.Split.TEST else REVIEWS
    rows = Stimulus.objects.filter(item__study=study, item__split=split, review__in=reviews)
    found: dict[int, dict[int, Stimulus]] = defaultdict(dict)
    for stimulus in rows.select_related("item", "level").order_by("item", "level__number"):
        found[stimulus.item_id][stimulus.level_id] = stimulus
    return found


def _complete(
    tests: dict[int, dict[int, Stimulus]], categories: list[Category], levels: list[Level]
) -> dict[int, list[list[Stimulus]]]:
    """Photos that exist at every level: the others would leave holes in the Latin square."""
    complete: dict[int, list[list[Stimulus]]] = {category.pk: [] for category in categories}
    for crops in tests.values():
        if len(crops) == len(levels):
            row = [crops[level.pk] for level in levels]
            complete[row[0].item.category_id].append(row)
    return complete


def _validation_pools(study: Study, categories: list[Category]) -> tuple[list[Stimulus], list[Stimulus]]:
    """Whole validation photos for practice and, disjoint from them, for catch trials; classes alternate."""
    whole: dict[int, list[Stimulus]] = {category.pk: [] for category in categories}
    for crops in _presentable(study, Item.Split.VALIDATION).values():
        for stimulus in crops.values():
            if stimulus.level.number == 0:
                whole[stimulus.item.category_id].append(stimulus)
    return (
        _alternating([photos[::2] for photos in whole.values()]),
        _alternating([photos[1::2] for photos in whole.values()]),
    )


def _alternating(columns: list[list[Stimulus]]) -> list[Stimulus]:
    return [stimulus for row in zip_longest(*columns) for stimulus in row if stimulus is not None]


def problems(material: Material) -> list[str]:
    """What stands in the way of running this study; an empty list if nothing does."""
    return [
        *_design_problems(material),
        *_level_problems(material),
        *_photo_problems(material),
        *_validation_problems(material),
    ]


def _design_problems(material: Material) -> Iterable[str]:
    study = material.study
    if study.ceiling >= study.floor:
        yield _("The machine's ceiling (%(ceiling)g) must be below the people's floor (%(floor)g).") % {
            "ceiling": study.ceiling,
            "floor": study.floor,
        }
    if len(material.categories) < 2:
        yield _("Import photos of at least two classes.")
    if study.stimulus_ms is None and study.mask_ms:
        yield _("A mask needs a time for the photo: set how long the photo stays, or remove the mask.")
    if study.stimulus_ms is not None and study.stimulus_ms + study.mask_ms >= study.deadline_ms:
        yield _("Photo and mask together last longer than the deadline: shorten them, or allow more time.")


def _level_problems(material: Material) -> Iterable[str]:
    sides = [level.side for level in material.levels]
    if len(sides) < 2 or sides[0] != 1.0:
        yield _("Add the uncropped level 0 (side 1) and at least one crop level.")
    elif any(lighter <= heavier for lighter, heavier in pairwise(sides)):
        yield _("Order the levels from light to heavy: each needs a smaller side than the one before.")


def _photo_problems(material: Material) -> Iterable[str]:
    study, classes = material.study, len(material.categories)
    for level in material.levels:
        if not material.stimuli_per_level[level.number]:
            yield _("Make and approve test crops for %(level)s; it has none.") % {"level": level}
    if not classes:
        return
    needed = order.photos_needed(study.trials_per_person, classes)
    for category, found in zip(material.categories, material.photos_per_class(), strict=True):
        if found < needed:
            yield _(
                "%(category)s has %(found)d test photos with an approved crop at every level; "
                "%(trials)d trials per person need %(needed)d. Add photos or plan fewer trials."
            ) % {
                "category": category,
                "found": found,
                "trials": study.trials_per_person,
                "needed": needed,
            }


def _validation_problems(material: Material) -> Iterable[str]:
    advice = _("Put more photos into the validation split, or plan fewer.")
    wanted = material.study.practice_trials
    if len(material.practice) < wanted:
        yield (
            _("%(wanted)d practice trials need as many whole validation photos; there are %(found)d.")
            % {
                "wanted": wanted,
                "found": len(material.practice),
            }
            + f" {advice}"
        )
    if len(material.catch) < material.catch_count():
        yield (
            _("%(wanted)d catch trials need as many whole validation photos; there are %(found)d.")
            % {
                "wanted": material.catch_count(),
                "found": len(material.catch),
            }
            + f" {advice}"
        )
    kinds = {str(stimulus.image.name).rpartition(".")[2].lower() for stimulus in material.stimuli()}
    if len(kinds) > 1:
        yield _("Render all photos in one format (found %(kinds)s): a format could give a class away.") % {
            "kinds": ", ".join(sorted(kinds))
        }


def _config(material: Material) -> dict[str, Any]:
    study = material.study
    return {
        "study": study.code,
        "design": Design.of(study).to_dict(),
        "levels": [{"number": level.number, "side": level.side} for level in material.levels],
        "categories": [
            {"id": category.pk, "name": category.name, "position": category.position}
            for category in material.categories
        ],
        "items": [
            {
                "item": photo[0].item_id,
                "category": category.pk,
                "stimuli": [[crop.pk, crop.sha256] for crop in photo],
            }
            for category in material.categories
            for photo in material.complete[category.pk]
        ],
        "practice": [[stimulus.pk, stimulus.sha256] for stimulus in material.practice],
        "catch": [[stimulus.pk, stimulus.sha256] for stimulus in material.catch],
        "lists": order.number_of_lists(
            material.photos_per_class(), len(material.levels), study.trials_per_person
        ),
        "photo_bytes": _common_size(material.stimuli()),
    }


def _common_size(stimuli: list[Stimulus]) -> int:
    """One size for every photo of the study, next multiple of a page above the largest file."""
    largest = max(stimulus.image.size for stimulus in stimuli)
    return PADDING_STEP * (1 + largest // PADDING_STEP)
