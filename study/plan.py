"""The plan of a frozen version: what is needed to run its sessions, arranged by class and level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import ceil

from study import counterbalancing
from study.choosing.answer_labels import AnswerLabel, label_in
from study.design import Design
from study.models import StudyVersion
from study.version_config import Picture, VersionConfig


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
    photos: tuple[tuple[Photo, ...], ...]
    practice: tuple[Picture, ...]
    catch: tuple[Picture, ...]
    lists: int
    photo_bytes: int
    is_pilot: bool

    @cached_property
    def tested(self) -> frozenset[Picture]:
        """Every test photo at every level: what people and the machine are tested on."""
        photos = (photo for photos in self.photos for photo in photos)
        return frozenset(picture for photo in photos for picture in photo.pictures)

    @cached_property
    def stimuli(self) -> frozenset[Picture]:
        """Every picture that people may be shown."""
        return self.tested.union(self.practice, self.catch)

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

    def catch_count(self) -> int:
        """Return the number of catch trials of one person."""
        return counterbalancing.catch_count(self.design.trials_per_person, self.design.catch_share)


def plan_of(version: StudyVersion) -> Plan:
    """Return the plan of a version, which is read once per process: it can never change."""
    return _plan(version.config_hash)


@lru_cache(maxsize=64)
def _plan(config_hash: str) -> Plan:
    return plan_from(StudyVersion.of_any_stage.filter(config_hash=config_hash).latest("frozen_at").frozen)


def plan_from(config: VersionConfig) -> Plan:
    """Return the plan of a configuration: its photos by class, in the order of the classes."""
    return Plan(
        design=config.design,
        choices=tuple(Choice(category.id, category.name, category.labels) for category in config.categories),
        levels=tuple(level.number for level in config.levels),
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
    )
