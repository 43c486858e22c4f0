"""A frozen version as values: the design with the photos that belong to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import ceil
from typing import Any

from study import counterbalancing
from study.design import Design
from study.models import StudyVersion


@dataclass(frozen=True)
class Picture:
    """A stimulus as it was frozen: its row, and the hash of the file that people and machine must get."""

    stimulus: int
    sha256: str


@dataclass(frozen=True)
class Photo:
    """A test photo with one picture for every level, light to heavy."""

    item: int
    by_level: tuple[Picture, ...]


@dataclass(frozen=True)
class Choice:
    """A class as participants can choose it."""

    category: int
    name: str


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

    @cached_property
    def tested(self) -> frozenset[Picture]:
        """Every test photo at every level: what people are asked and the machine is judged on."""
        photos = (photo for photos in self.photos for photo in photos)
        return frozenset(picture for photo in photos for picture in photo.by_level)

    @cached_property
    def stimuli(self) -> frozenset[Picture]:
        """Every picture that people may be shown."""
        return self.tested.union(self.practice, self.catch)

    def pictures_of_list(self, number: int) -> list[Picture]:
        """The test pictures of one row of the Latin square, in no particular order."""
        return [picture for pictures in self.pictures_by_level(number) for picture in pictures]

    def pictures_by_level(self, number: int) -> list[list[Picture]]:
        """The same, apart for every level, light to heavy."""
        found: list[list[Picture]] = [[] for _ in self.levels]
        photos = self.design.photos_per_person
        for photo, level in counterbalancing.latin_list(self.photos, len(self.levels), photos, number):
            found[level].append(photo.by_level[level])
        return found

    def block_count(self) -> int:
        """Blocks of about the planned size; catch trials make them a little longer, never more of them."""
        return ceil(self.design.trials_per_person / self.design.block_size)

    def catch_count(self) -> int:
        return counterbalancing.catch_count(self.design.trials_per_person, self.design.catch_share)


def plan_of(version: StudyVersion) -> Plan:
    """The plan of a version; it is read once per process, for it can never change."""
    return _plan(version.config_hash)


@lru_cache(maxsize=64)
def _plan(config_hash: str) -> Plan:
    version = StudyVersion.objects.filter(config_hash=config_hash).latest("frozen_at")
    return plan_from(version.config)


def plan_from(config: Mapping[str, Any]) -> Plan:
    return Plan(
        design=Design.from_config(dict(config)),
        choices=tuple(Choice(row["id"], row["name"]) for row in config["categories"]),
        levels=tuple(row["number"] for row in config["levels"]),
        photos=tuple(
            tuple(_photo(row) for row in config["items"] if row["category"] == category["id"])
            for category in config["categories"]
        ),
        practice=tuple(Picture(*row) for row in config["practice"]),
        catch=tuple(Picture(*row) for row in config["catch"]),
        lists=config["lists"],
        photo_bytes=config["photo_bytes"],
    )


def _photo(row: Mapping[str, Any]) -> Photo:
    return Photo(row["item"], tuple(Picture(*picture) for picture in row["stimuli"]))
