"""What is known of photos that were read but not yet imported: enough to choose their classes."""

from __future__ import annotations

import msgspec

from pipeline.intake.class_layouts import Layout, classes_by_file, guessed


class ReadPhoto(msgspec.Struct, frozen=True):
    """A photo that was read: its pixels are stored, no row of the study knows it yet.

    Attributes
    ----------
    name : its path as it came
    stored, mask : names in the storage; the mask's is empty where none came with it
    cluster : group of near duplicates; empty if it would join photos of two splits
    """

    name: str
    sha256: str
    stored: str
    width: int
    height: int
    size: int
    quantisation: float
    cluster: str
    mask: str = ""
    known: bool = False  # the study has it already


class Survey(msgspec.Struct, frozen=True):
    """All files of a folder or zip file, read once; how they are divided into classes is chosen afterwards.

    Attributes
    ----------
    title : what an error calls the source
    refused : files that are no photos that can be used, and why
    tables : text of the tables beside the folders
    unmatched : tables with rows that name no photo, and how many
    photos_before : how many photos the study had; others may have come since
    """

    title: str
    photos: tuple[ReadPhoto, ...]
    refused: tuple[tuple[str, str], ...]
    tables: dict[str, str]
    photos_before: int
    unmatched: tuple[tuple[str, str], ...] = ()

    @property
    def files(self) -> list[str]:
        """Paths of all files that could be photos."""
        return sorted([*(photo.name for photo in self.photos), *(name for name, _ in self.refused)])

    @property
    def stored(self) -> list[str]:
        """Names of all files in the storage."""
        return [name for photo in self.photos for name in (photo.stored, photo.mask) if name]


class ClassChoice(msgspec.Struct, frozen=True):
    """What becomes of a class as the files name it: under which name it is used, if at all."""

    in_files: str
    name: str
    is_used: bool = True


class Choices(msgspec.Struct, frozen=True):
    """How files are divided into classes, in their order; two choices of one name are one class."""

    layout: Layout
    classes: tuple[ClassChoice, ...]

    @classmethod
    def first(cls, survey: Survey, layout: Layout | None = None) -> Choices:
        """Return the choices that change nothing, by name, in the layout that the files seem to have."""
        layout = layout or guessed(survey.files, survey.tables)
        names = sorted(set(classes_by_file(survey.files, layout, survey.tables).values()))
        return cls(layout, tuple(ClassChoice(name, name) for name in names))
