"""Sources of the photos that come with them, in a table beside the class folders."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.intake.beside import read_beside
from pipeline.intake.source import SOURCES, Source, SourceFile


def sources_in(source: Source, files: Sequence[SourceFile]) -> dict[str, str]:
    """The source photo by file name; empty where no table came with the photos.

    Raises
    ------
    SourceRefused
        If there is a table and it cannot be used.
    """
    from attacker.origins import read_sources

    return read_beside(source, files, SOURCES, read_sources)
