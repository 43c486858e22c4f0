"""What is sent to the API and what comes back, as types, by which requests are read and described."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from pipeline.analysis.power_plan import PlannedSize
from pipeline.intake.photo_survey import Choices


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


class Invitation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to invite, as `reader` or `collaborator`."""

    name: str
    role: str


class Decision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is decided about a participant: a rule of the frozen design, `counted`, or empty for the rules."""

    ruling: str
    reason: str


class PersonLine(msgspec.Struct, frozen=True):
    """One sitting: how it ended, where, and which rule leaves the person out."""

    participant: str
    started_at: datetime
    completed_at: datetime | None
    end: str
    where: str
    excluded: str
    counted: bool


class People(msgspec.Struct, frozen=True):
    """Recruitment of a version in one mode."""

    version: int
    mode: str
    started: int
    counted: int
    ends: dict[str, int]
    sittings: list[PersonLine]


class AnalysisLine(msgspec.Struct, frozen=True):
    """An analysis: what it is of, why it was made, and its verdict once it is done."""

    id: int
    version: int
    mode: str
    state: str
    created_at: datetime
    cause: str
    verdict: dict[str, Any] | None


class CropLine(msgspec.Struct, frozen=True):
    """A crop that people judge; window is left, top, width and height as shares of the photo's sides.

    `seen` are boxes of people or parts seen in the photo: left, top, right, bottom; `pick_subject` counts
    them from 1.
    """

    id: int
    photo: int
    category: str
    review: str
    by_hand: bool
    window: list[float]
    seen: list[tuple[float, float, float, float]]
    known: str


class CropDecision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether a crop stays: `approved` or `discarded`."""

    decision: str


class CropWindow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Corner and width of a window, as shares of the photo's sides; without a width that which it has."""

    left: float
    top: float
    width: float | None = None


class CropSubject(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The subject of a photo: the number of a person or part seen in it, or a box as shares of its sides."""

    person: int | None = None
    box: tuple[float, float, float, float] | None = None


class LevelLine(msgspec.Struct, frozen=True):
    """A crop level, and how much of a photo it keeps."""

    number: int
    keeps: str


class Levels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The share that each level keeps, light to heavy, from 1 on: of the subject, or of the photo's side."""

    amounts: list[float]


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
