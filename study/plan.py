"""The plan of a frozen version: what is needed to run its sessions, arranged by class and level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import ceil

from study import counterbalancing, photo_pairs
from study.choosing.answer_labels import AnswerLabel, label_in
from study.design import Design
from study.models import StudyVersion
from study.parts.block_ranges import blocks_of_parts, part_of_block, part_of_practice
from study.version_config import Picture, VersionConfig

PRACTICE_BLOCK = 0


@dataclass(frozen=True)
class Photo:
    """A test photo with one picture for every level, light to heavy; in a pilot, for every candidate."""

    item: int
    pictures: tuple[Picture, ...]


@dataclass(frozen=True)
class Choice:
    """A class as participants can choose it."""

    category: int
    name: str
    labels: Mapping[str, str]

    def label(self, language: str) -> AnswerLabel:
        """Return what its button says in a language."""
        return label_in(self.name, self.labels, language)


@dataclass(frozen=True)
class Plan:
    """Everything that is needed to run sessions of one frozen version."""

    design: Design
    choices: tuple[Choice, ...]
    levels: tuple[int, ...]
    amounts: tuple[float, ...]
    photos: tuple[tuple[Photo, ...], ...]
    practice: tuple[Picture, ...]
    catch: tuple[Picture, ...]
    lists: int
    photo_bytes: int
    is_pilot: bool
    longest_side: float = 0.0

    @cached_property
    def tested(self) -> frozenset[Picture]:
        """Every test photo at every level: what people and the machine are tested on."""
        photos = (photo for photos in self.photos for photo in photos)
        return frozenset(picture for photo in photos for picture in photo.pictures)

    @cached_property
    def stimuli(self) -> frozenset[Picture]:
        """Every picture that people may be shown."""
        return self.tested.union(self.practice, self.catch)

    @cached_property
    def pictures_beside(self) -> dict[int, tuple[Picture, ...]]:
        """The pictures of the photo at all levels, light to heavy, by the stimulus of any of them."""
        photos = (photo for photos in self.photos for photo in photos)
        return {picture.stimulus: photo.pictures for photo in photos for picture in photo.pictures}

    @cached_property
    def place_of(self) -> dict[int, int]:
        """The place of each test picture among the levels, by its stimulus."""
        photos = (photo for photos in self.photos for photo in photos)
        return {picture.stimulus: place for photo in photos for place, picture in enumerate(photo.pictures)}

    @cached_property
    def foils(self) -> dict[int, int]:
        """The class that each test photo is asked about where it does not show it, by row of the photo."""
        return self.foils_among(
            {
                photo.item: choice.category
                for choice, photos in zip(self.choices, self.photos, strict=True)
                for photo in photos
            }
        )

    def foils_among(self, category_of: Mapping[int, int]) -> dict[int, int]:
        """Return for each of these photos another class than its own; of a class, all alike."""
        categories = [choice.category for choice in self.choices]
        by_class = [
            sorted(item for item, own in category_of.items() if own == category) for category in categories
        ]
        return {item: categories[place] for item, place in counterbalancing.foils(by_class).items()}

    @cached_property
    def pairs(self) -> list[photo_pairs.Groups[Photo]]:
        """Pairs of test photos, in parts of which everybody sees equally many."""
        return photo_pairs.parts_of(self.design.task, self.photos)

    def pairs_of_list(self, number: int) -> list[photo_pairs.Pair[Picture]]:
        """Return the pairs of test pictures of one list, both of one level, in no particular order."""
        trials = self.design.trials_per_person
        drawn = photo_pairs.list_of_pairs(self.pairs, len(self.levels), trials, number)
        return [(first.pictures[level], second.pictures[level]) for (first, second), level in drawn]

    def pictures_of_list(self, number: int) -> list[Picture]:
        """Return the test pictures of one list, in no particular order; no photo is in it twice."""
        if self.is_pilot:
            return self._lists_of_candidates[number]
        return [picture for pictures in self.pictures_by_level(number) for picture in pictures]

    def pictures_by_level(self, number: int) -> list[list[Picture]]:
        """Return the test pictures of one row of the Latin square, by level from light to heavy."""
        by_level: list[list[Picture]] = [[] for _ in self.levels]
        photos = self.design.photos_per_person
        for photo, level in counterbalancing.latin_list(self.photos, len(self.levels), photos, number):
            by_level[level].append(photo.pictures[level])
        return by_level

    @cached_property
    def _lists_of_candidates(self) -> list[list[Picture]]:
        lists = counterbalancing.candidate_lists(
            self.photos, lambda photo: len(photo.pictures), self.design.photos_per_person, self.lists
        )
        return [[photo.pictures[candidate] for photo, candidate in drawn] for drawn in lists]

    def block_count(self) -> int:
        """Return the number of blocks; catch trials make blocks a little longer, never more of them."""
        return ceil(self.design.trials_per_person / self.design.block_size)

    @cached_property
    def blocks_of_parts(self) -> list[range]:
        """The numbers of the blocks of each part; one that is all in one go has one part."""
        return blocks_of_parts(self.block_count(), self.design.parts)

    def part_of(self, block: int, attempt: int) -> int:
        """Return to which part a block belongs; of practice, a round of it."""
        if not self.design.is_on_several_days:
            return 1
        if block == PRACTICE_BLOCK:
            return part_of_practice(attempt, self.design.practice_rounds)
        return part_of_block(block, self.blocks_of_parts)

    def catch_count(self) -> int:
        """Return the number of catch trials of one person."""
        return counterbalancing.catch_count(self.design.trials_per_person, self.design.catch_share)


def plan_of(version: StudyVersion) -> Plan:
    """Return the plan of a version, which is read once per process: it can never change.

    One that was never stored has no row to be read again.
    """
    if version._state.adding:
        return plan_from(version.frozen)
    return stored_plan(version.pk, version.config_hash, version.renumbered_by)


@lru_cache(maxsize=64)
def stored_plan(pk: int, _config_hash: str, _renumbered_by: int) -> Plan:
    """Return the plan of a stored version by what tells it from every other, read once per process.

    A version that was deleted and imported again has another hash or other numbers.
    """
    return plan_from(StudyVersion.of_any_stage.get(pk=pk).frozen)


def plan_from(config: VersionConfig) -> Plan:
    """Return the plan of a configuration: its photos by class, in the order of the classes."""
    return Plan(
        design=config.design,
        choices=tuple(Choice(category.id, category.name, category.labels) for category in config.categories),
        levels=tuple(level.number for level in config.levels),
        amounts=tuple(level.amount for level in config.levels),
        photos=tuple(
            tuple(
                Photo(item.item, tuple(item.stimuli)) for item in config.items if item.category == category.id
            )
            for category in config.categories
        ),
        practice=tuple(config.practice),
        catch=tuple(config.catch),
        lists=config.lists,
        photo_bytes=config.photo_bytes,
        is_pilot=config.is_pilot,
        longest_side=config.longest_side,
    )
