"""Which photos would be imported into which classes, and why the others would not: before anything is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import PurePosixPath

from attacker.photos.class_folders import (
    BOXES,
    LANDMARKS,
    MAXIMUM_CLASS_NAME,
    SOURCES,
    ClassFile,
    ClassFiles,
    LeftOut,
)
from attacker.photos.class_photos import Photo, without_copies
from pipeline.intake.class_layouts import Layout, classes_by_file, without_file
from pipeline.intake.photo_survey import Choices, ReadPhoto, Survey

_NO_CLASS = {
    Layout.FOLDERS: "is not in a class folder",
    Layout.INNER: "is not in a class folder inside a folder such as train or test",
    Layout.TABLE: "the table of classes does not name it",
    Layout.NAMES: "its name does not begin with a class and end in a number",
}


@dataclass(frozen=True)
class ImportPlan:
    """What would be imported.

    Attributes
    ----------
    classes : names in their order
    photos : each with its class
    left_out : files that would not come in, and why
    two_classes : groups of near duplicates that lie in several classes, in words
    unmatched : rows of the table of classes that name no file
    empty : classes of which no photo can be used, each with the first of its files and why not
    """

    classes: tuple[str, ...]
    photos: tuple[tuple[ReadPhoto, str], ...]
    left_out: tuple[LeftOut, ...]
    two_classes: tuple[str, ...]
    unmatched: tuple[str, ...]
    empty: tuple[tuple[str, LeftOut], ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """Number of photos of each class."""
        counted = Counter(category for _, category in self.photos)
        return {name: counted[name] for name in self.classes}

    def near_duplicates(self, in_study: Set[str]) -> int:
        """Count the photos that share a group with another one that comes in, or is in the study."""
        sizes = Counter(photo.cluster for photo, _ in self.photos)
        return sum(size for cluster, size in sizes.items() if size > 1 or cluster in in_study)

    @property
    def listed(self) -> ClassFiles:
        """The photos as the readers of tables want them."""
        return ClassFiles(tuple(ClassFile(photo.name, name) for photo, name in self.photos), self.left_out)


def plan_of(survey: Survey, choices: Choices) -> ImportPlan:
    """Return what would be imported with these choices."""
    used = {choice.in_files: choice.name.strip() for choice in choices.classes if choice.is_used}
    classes = classes_by_file(survey.files, choices.layout, survey.tables)
    reasons = {file: _reason(file, classes, used, choices.layout) for file in survey.files}
    candidates = [
        Photo(photo.name, used[classes[photo.name]], photo.sha256, photo)
        for photo in survey.photos
        if not reasons[photo.name]
    ]
    outcomes = without_copies(candidates)
    photos = [outcome for outcome in outcomes if isinstance(outcome, Photo)]
    left_out = _left_out(survey, outcomes, reasons)
    coming = [(photo.made, photo.category) for photo in photos if not _reason_of(photo.made)]
    unusable = {
        used[classes[entry.name]]: entry for entry in reversed(left_out) if classes.get(entry.name) in used
    }
    filled = {photo.category for photo in photos}
    return ImportPlan(
        classes=tuple(dict.fromkeys(used.values())),
        photos=tuple(coming),
        left_out=tuple(left_out),
        two_classes=tuple(_alike_in_two_classes(coming)),
        unmatched=tuple(without_file(survey.tables, survey.files)) if choices.layout == Layout.TABLE else (),
        empty=tuple((name, entry) for name, entry in unusable.items() if name not in filled),
    )


def _left_out(
    survey: Survey, outcomes: Sequence[Photo[ReadPhoto] | LeftOut], reasons: Mapping[str, str]
) -> list[LeftOut]:
    """Return all files that would not come in, by folder and name, each with one reason."""
    photos = [outcome for outcome in outcomes if isinstance(outcome, Photo)]
    left_out = [outcome for outcome in outcomes if isinstance(outcome, LeftOut)]
    left_out += [LeftOut(file, reason) for file, reason in reasons.items() if reason]
    left_out += [LeftOut(*refused) for refused in survey.refused if not reasons[refused[0]]]
    left_out += [LeftOut(photo.name, reason) for photo in photos if (reason := _reason_of(photo.made))]
    left_out += [LeftOut(*entry) for entry in survey.unmatched]
    return sorted(left_out, key=lambda entry: PurePosixPath(entry.name))


def _reason(file: str, classes: Mapping[str, str], used: Mapping[str, str], layout: Layout) -> str:
    """Return why a file is not in a class that is used; empty where it is."""
    if PurePosixPath(file).name in (LANDMARKS, SOURCES, BOXES):
        return "a table about photos; put it next to the class folders"
    if file not in classes:
        return _NO_CLASS[layout]
    if not used.get(classes[file]):
        return f"the class {classes[file]!r} is left out"
    if len(used[classes[file]]) > MAXIMUM_CLASS_NAME:
        return f"the class name has over {MAXIMUM_CLASS_NAME} characters"
    return ""


def _reason_of(photo: ReadPhoto) -> str:
    """Return why a photo that is in a class does not come in all the same."""
    if photo.known:
        return "the same photo is already in this study"
    return "" if photo.cluster else "shows the same as photos of two different splits"


def _alike_in_two_classes(photos: list[tuple[ReadPhoto, str]]) -> list[str]:
    """Name groups of near duplicates that lie in several classes: some of them may be in the wrong one."""
    groups: dict[str, list[tuple[ReadPhoto, str]]] = {}
    for photo, name in photos:
        groups.setdefault(photo.cluster, []).append((photo, name))
    mixed = [group for group in groups.values() if len({name for _, name in group}) > 1]
    return [", ".join(f"{photo.name} ({name})" for photo, name in group) for group in mixed]
