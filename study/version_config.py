"""The configuration of a frozen version: the design with the photos that belong to it, as stored and read."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import msgspec
from msgspec.structs import replace

from study.design import MAIN, PILOT, Design


class Picture(msgspec.Struct, frozen=True, array_like=True):
    """A stimulus as it was frozen: its row, and the hash of the file that people and machine must get."""

    stimulus: int
    sha256: str

    def renumbered(self, by: int) -> Picture:
        """Return the same picture under a number that is larger by so much."""
        return Picture(self.stimulus + by, self.sha256)


def level_extent(side: float | None, subject_share: float | None) -> str:
    """Return how much of a photo a level keeps: the side of its window, or the share of the subject."""
    return f"{subject_share:.0%} of the subject".replace("%", " %") if side is None else f"side {side:g}"


class FrozenLevel(msgspec.Struct, frozen=True, omit_defaults=True):
    """A crop level: its number, and the share of the photo's side, or of the subject, that it keeps."""

    number: int
    side: float | None = None
    subject_share: float | None = None

    @property
    def amount(self) -> float:
        """The share that the level keeps: of the subject, or of the photo's side."""
        return (self.subject_share if self.side is None else self.side) or 1.0

    @property
    def extent(self) -> str:
        """How much of a photo the level keeps, in words."""
        return level_extent(self.side, self.subject_share)


class FrozenCategory(msgspec.Struct, frozen=True):
    """A class by its row, with its name, its place among the classes, and its labels by language."""

    id: int
    name: str
    position: int
    labels: dict[str, str] = {}


class FrozenItem(msgspec.Struct, frozen=True):
    """A test photo by its row, with its class and one picture for every level, light to heavy.

    In a pilot, one picture for every window that people are asked about, level by level.
    """

    item: int
    category: int
    stimuli: list[Picture]

    def renumbered(self, by: int) -> FrozenItem:
        """Return the photo with the numbers of its rows larger by so much."""
        return FrozenItem(self.item + by, self.category + by, [each.renumbered(by) for each in self.stimuli])


class VersionConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is fixed when a version is frozen."""

    study: str
    design: Design
    levels: list[FrozenLevel]
    categories: list[FrozenCategory]
    items: list[FrozenItem]
    practice: list[Picture]
    catch: list[Picture]
    lists: int
    photo_bytes: int
    stage: str = MAIN
    longest_side: float = 0.0  # of any photo as people see it, in its pixels; 0: each is as large as fits
    machine: str = ""  # hash of the attackers and answers that count; empty: frozen before they were

    @property
    def is_pilot(self) -> bool:
        """Whether people choose crops with it, before others judge them."""
        return self.stage == PILOT

    @classmethod
    def read(cls, config: Any) -> VersionConfig:
        """Read a configuration back from what `to_json` gave."""
        return msgspec.convert(config, cls)

    @property
    def class_names(self) -> dict[int, str]:
        """Names of the classes as they were frozen, by row, in their order."""
        return {category.id: category.name for category in self.categories}

    def only_adds_photos_to(self, earlier: VersionConfig) -> bool:
        """Return whether this is the earlier configuration but for more photos, or none at all."""
        same = all(
            getattr(self, part) == getattr(earlier, part)
            for part in ("levels", "categories", "machine", "longest_side")
        )
        return (
            same
            and self.design == earlier.design.without_the_way_back()
            and earlier.pictures() <= self.pictures()
        )

    def pictures(self) -> set[Picture]:
        """Return every picture that people may be shown."""
        tested = (picture for item in self.items for picture in item.stimuli)
        return {*tested, *self.practice, *self.catch}

    def renumbered(self, by: int) -> VersionConfig:
        """Return the configuration with every number of a row larger by so much."""
        if by == 0:
            return self
        return replace(
            self,
            categories=[replace(category, id=category.id + by) for category in self.categories],
            items=[item.renumbered(by) for item in self.items],
            practice=[picture.renumbered(by) for picture in self.practice],
            catch=[picture.renumbered(by) for picture in self.catch],
        )

    def to_json(self) -> dict[str, Any]:
        """Return the configuration as plain values, which a JSON column can store."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain

    @property
    def sha256(self) -> str:
        """Hash of the canonical JSON (sorted keys, no spaces)."""
        canonical = json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()
