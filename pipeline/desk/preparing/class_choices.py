"""Choices about classes as the preview of an import sends them: a line for each class that the files name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.intake.class_layouts import Layout, classes_by_file
from pipeline.intake.photo_survey import Choices, ClassChoice, Survey

LAYOUT_LABELS = {
    Layout.FOLDERS: "One folder per class",
    Layout.INNER: "Class folders inside folders such as train and test",
    Layout.TABLE: "A table of file names and classes",
    Layout.NAMES: "The beginning of each file's name, as in dunk_001.jpg",
}


@dataclass(frozen=True)
class ClassRow:
    """A line of the preview: a class as the files name it, its readable photos, and what becomes of it."""

    number: int  # of its fields, whatever its place
    in_files: str
    photos: int
    name: str
    is_used: bool
    place: int


def rows_of(survey: Survey, choices: Choices) -> list[ClassRow]:
    """Return the lines, in the order of the choices."""
    classes = classes_by_file(survey.files, choices.layout, survey.tables)
    counts = Counter(classes[photo.name] for photo in survey.photos if photo.name in classes)
    first = Choices.first(survey, choices.layout).classes
    numbers = {choice.in_files: number for number, choice in enumerate(first)}
    return [
        ClassRow(
            numbers[choice.in_files],
            choice.in_files,
            counts[choice.in_files],
            choice.name,
            choice.is_used,
            place,
        )
        for place, choice in enumerate(choices.classes, start=1)
    ]


def chosen(sent: Mapping[str, str], survey: Survey) -> Choices:
    """Return the choices that a form sent; of a layout that was just chosen, those that change nothing."""
    layout = Layout(sent["layout"]) if sent.get("layout") in set(Layout) else None
    first = Choices.first(survey, layout)
    if sent.get("layout") != sent.get("shown_layout"):
        return first
    names = [" ".join(sent.get(f"name-{number}", "").split()) for number in range(len(first.classes))]
    classes = [
        ClassChoice(choice.in_files, names[number] or choice.in_files, is_used=f"use-{number}" in sent)
        for number, choice in enumerate(first.classes)
    ]
    places = {
        choice.in_files: _place(sent.get(f"place-{number}", "")) for number, choice in enumerate(classes)
    }
    return Choices(first.layout, tuple(sorted(classes, key=lambda choice: places[choice.in_files])))


def _place(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("inf")
