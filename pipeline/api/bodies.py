"""What is sent to the API and what comes back, as types, by which requests are read and described."""

from __future__ import annotations

from typing import Any

import msgspec

from pipeline.analysis.power_plan import PlannedSize
from pipeline.intake.photo_survey import Choices
from pipeline.models.run_records import SearchSummary


class Message(msgspec.Struct, frozen=True):
    """How it went, in a sentence, as the desk says it."""

    message: str


class Problem(msgspec.Struct, frozen=True):
    """Why it was not done, and what to do."""

    error: str


class NewStudy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A study to be made: from a preset, or with the design of another study, by its code."""

    name: str
    preset: str = "published"
    like: str = ""


class DesignState(msgspec.Struct, frozen=True):
    """The choices of a study's design by their names, and which of them can be changed now."""

    design: dict[str, Any]
    open: list[str]


class StudyLine(msgspec.Struct, frozen=True):
    """A study in a list; the role is what the token's researcher may do."""

    code: str
    name: str
    status: str
    role: str
    desk: str


class StageLine(msgspec.Struct, frozen=True):
    """One stage of a study: how far it is, and what it waits for."""

    title: str
    state: str
    figure: str
    waits_for: str


class JobLine(msgspec.Struct, frozen=True):
    """A job of a worker; progress is a share from 0 to 1."""

    id: int
    kind: str
    title: str
    state: str
    progress: float
    message: str
    error: str


class StudyState(msgspec.Struct, frozen=True):
    """Where a study stands.

    `next` is the action that the desk offers as its main button, `offered` are all that would not be
    refused; `loop` is empty before it was started; `busy` tells whether jobs wait or run, or the loop does.
    """

    code: str
    name: str
    status: str
    stages: list[StageLine]
    next: str
    offered: list[str]
    loop: str
    loop_reason: str
    photos: int
    version: int | None
    people: int
    target: int | None
    waiting_import: bool
    busy: bool
    failures: list[JobLine]


class Preview(msgspec.Struct, frozen=True):
    """What would be imported of the upload that was read, with these choices, and what stands against it."""

    photos: int
    counts: dict[str, int]
    choices: Choices
    left_out: list[str]
    two_classes: list[str]
    problem: str


class Import(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which classes to import, as a preview shows them; without choices all, as the files name them."""

    choices: Choices | None = None


class Robots(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many simulated people take part."""

    people: int
    seed: int = 1


class LevelLine(msgspec.Struct, frozen=True):
    """A crop level, and how much of a photo it keeps."""

    number: int
    keeps: str


class Levels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The share that each level keeps, light to heavy, from 1 on: of the subject, or of the photo's side."""

    amounts: list[float]


class SearchWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which level is searched for a stronger attack, and within which budget."""

    level: int
    recipes: int = 16
    cpu_minutes: float = 240


class SearchLine(msgspec.Struct, frozen=True):
    """A level: the machine's accuracy on validation photos, and how its search stands; empty where none was.

    `found` is there once the search has ended.
    """

    level: int
    machine: float | None
    fails: bool
    search: str
    found: SearchSummary | None


class Power(msgspec.Struct, frozen=True):
    """What a simulation found; `recommended` is the least number of people that is shown to be enough."""

    sizes: list[PlannedSize]
    says: str
    recommended: int | None


class PilotRobots(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The seed of what robots of the pilot find hard; they come as many as it asks people."""

    seed: int = 1


class TypedName(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The name of the study that is to be deleted."""

    name: str
