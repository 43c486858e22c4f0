"""The photos and levels that a version, or a pilot, would consist of if it were frozen now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from django.db.models import QuerySet

from study import counterbalancing, photo_pairs
from study.design import Design
from study.models import Category, Item, Level, Stimulus, Study

REVIEWS = (Stimulus.Review.PENDING, Stimulus.Review.APPROVED)


@dataclass(frozen=True)
class Material:
    """What a version would consist of; a pilot has candidates in place of levels."""

    study: Study
    design: Design
    categories: list[Category]
    levels: list[Level]  # those at which test photos were rendered
    left_out: list[Level]  # the others: a loop that stopped early never reached them
    complete: dict[int, list[list[Stimulus]]]  # by category: photos, each with its stimuli by level
    stimuli_per_level: dict[int, int]
    practice: list[Stimulus]
    catch: list[Stimulus]

    def stimuli(self) -> list[Stimulus]:
        """Return every stimulus that people may be shown."""
        tests = [crop for photos in self.complete.values() for photo in photos for crop in photo]
        return tests + self.practice + self.catch

    def photos_per_class(self) -> list[int]:
        """Return the number of complete test photos of each class."""
        return [len(self.complete[category.pk]) for category in self.categories]

    def pairs(self) -> list[photo_pairs.Groups[int]]:
        """Return the pairs of test photos that people are shown, by row of the photo."""
        classes = [[photo[0].item_id for photo in self.complete[category.pk]] for category in self.categories]
        return photo_pairs.parts_of(self.design.task, classes)

    def too_few_photos(self) -> Iterator[tuple[Category, int, int]]:
        """Yield each class that lacks test photos, how many it has, and how many are needed."""
        if not self.categories:
            return
        needed = counterbalancing.photos_needed(self.design.photos_per_person, len(self.categories))
        for category, photos in zip(self.categories, self.photos_per_class(), strict=True):
            if photos < needed:
                yield category, photos, needed

    def practice_photos(self) -> int:
        """Return how many validation photos one round of practice takes."""
        return self.study.practice_trials * self.design.photos_per_trial

    def catch_photos(self) -> int:
        """Return how many validation photos one person's catch trials take."""
        trials = counterbalancing.catch_count(self.design.trials_per_person, self.design.catch_share)
        return trials * self.design.photos_per_trial


def gather(study: Study) -> Material:
    """Collect the photos and levels that people may be shown."""
    categories = list(study.categories.all())
    rendered = _rendered(study)
    levels = [level for level in study.levels.all() if level.pk in rendered]
    tests = _presentable(study, Item.Split.TEST)
    practice, catch = _validation_pools(study, categories)
    return Material(
        study=study,
        design=Design.of(study),
        categories=categories,
        levels=levels,
        left_out=[level for level in study.levels.all() if level.pk not in rendered],
        complete=_complete(tests, categories, levels),
        stimuli_per_level={
            level.number: sum(level.pk in crops for crops in tests.values()) for level in levels
        },
        practice=practice,
        catch=catch,
    )


def gather_for_pilot(study: Study) -> Material:
    """Collect the windows that people of a pilot may be asked about, photo by photo and level by level.

    A crop that was discarded in review is not asked about.
    """
    categories = list(study.categories.all())
    practice, catch = _validation_pools(study, categories)
    discarded = Stimulus.objects.filter(item__study=study, review__in=Stimulus.LEFT_OUT)
    left_out = set(discarded.values_list("item", "level"))
    complete: dict[int, list[list[Stimulus]]] = {category.pk: [] for category in categories}
    by_item: dict[int, list[Stimulus]] = defaultdict(list)
    for window in candidates_of(study).filter(item__split=Item.Split.TEST):
        if (window.item_id, window.level_id) not in left_out:
            by_item[window.item_id].append(window)
    for windows in by_item.values():
        complete[windows[0].item.category_id].append(windows)
    levels = list(study.levels.all())
    return Material(
        study=study,
        design=Design.of(study).of_the_pilot(),
        categories=categories,
        levels=levels,
        left_out=[],
        complete=complete,
        stimuli_per_level={
            level.number: sum(
                window.level_id == level.pk for windows in by_item.values() for window in windows
            )
            for level in levels
        },
        practice=practice,
        catch=catch,
    )


def candidates_of(study: Study) -> QuerySet[Stimulus]:
    """Return the windows that a pilot chooses among, by photo, light to heavy, least attention first."""
    windows = Stimulus.candidates.filter(item__study=study).select_related("item__category", "level")
    return windows.order_by("item", "level__number", "candidate")


def _rendered(study: Study) -> set[int]:
    """Return the levels at which test photos exist, whatever a review decided about them."""
    rows = Stimulus.objects.filter(item__study=study, item__split=Item.Split.TEST)
    return set(rows.order_by().values_list("level", flat=True).distinct())


def _presentable(study: Study, split: Item.Split) -> dict[int, dict[int, Stimulus]]:
    """Return stimuli by item and level: never discarded ones, unreviewed ones unless reviews are required."""
    reviews = REVIEWS[1:] if study.review_required and split == Item.Split.TEST else REVIEWS
    rows = Stimulus.objects.filter(item__study=study, item__split=split, review__in=reviews)
    by_item: dict[int, dict[int, Stimulus]] = defaultdict(dict)
    for stimulus in rows.select_related("item", "level").order_by("item", "level__number"):
        by_item[stimulus.item_id][stimulus.level_id] = stimulus
    return by_item


def _complete(
    tests: dict[int, dict[int, Stimulus]], categories: list[Category], levels: list[Level]
) -> dict[int, list[list[Stimulus]]]:
    """Return photos that exist at every level: others would leave gaps in the Latin square."""
    complete: dict[int, list[list[Stimulus]]] = {category.pk: [] for category in categories}
    for crops in tests.values():
        if len(crops) == len(levels):
            row = [crops[level.pk] for level in levels]
            complete[row[0].item.category_id].append(row)
    return complete


def _validation_pools(study: Study, categories: list[Category]) -> tuple[list[Stimulus], list[Stimulus]]:
    """Return uncropped validation photos for practice and others for catch trials; classes alternate."""
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
