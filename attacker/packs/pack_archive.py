"""A prediction pack as a zip file in which nothing but the pixels can tell a class."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from attacker.packs.manifest import Manifest, PackedStimulus, PackError, read_manifest
from attacker.photos.decoding import content_hash

MANIFEST, BLANK_TABLE, README = "manifest.json", "answers.csv", "README.txt"
TIME = (2020, 1, 1, 0, 0, 0)  # of every member: when a stimulus was made could tell its level
COLUMNS = ("stimulus", "sha256", "label")
HOW_TO = """Prediction pack {pack}

Question: {question}
Choices:  {choices}

Let your machine answer every file in stimuli/, and fill answers.csv, one row for each file. The rows may be
in any order; keep the columns stimulus and sha256 as they are. Answer in one form, the same in all rows:

  label             one of the choices (the column that is there)
  prob_<choice>     instead of label, one column for each choice: probabilities that sum to 1
  logit_<choice>    instead of label, one column for each choice: any finite numbers
  text              instead of label, what the machine wrote; a class is found in it by a stated rule

A tie goes to the choice that comes first in the list above. Where your machine refused to answer, add a
column refused with 1 in that row (0 elsewhere) and leave its answer blank: it counts as wrong, and is told
apart. Instead, a column state may say of each row how it ended: answered, refused, off-list (it named none
of the choices), several (it named more than one) or empty; all but answered have a blank answer. A table
with a row missing, doubled or unknown is not taken at all; you are told all that is wrong.

The names are drawn by chance. The pack holds no labels. Do not train on these files, and do not label them by
hand: what your machine learnt from is asked for when the table is taken, and is printed in the report.
"""


def pack_members(manifest: Manifest, read: Callable[[PackedStimulus], bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield the name and content of every file of a pack, the stimuli in the order of their names.

    Parameters
    ----------
    manifest
        What the pack holds.
    read
        Returns the file of a stimulus: pixels without metadata.

    Raises
    ------
    PackError
        If a file is not the one whose hash the manifest gives.
    """
    yield (
        README,
        HOW_TO.format(
            pack=manifest.pack, question=manifest.question, choices=", ".join(manifest.choices)
        ).encode(),
    )
    yield MANIFEST, manifest.json()
    yield BLANK_TABLE, blank_table(manifest).encode()
    for stimulus in manifest.stimuli:
        content = read(stimulus)
        if content_hash(content) != stimulus.sha256:
            raise PackError(
                f"the photo of {stimulus.name} has changed since the pack was frozen: freeze another"
            )
        yield file_of(stimulus), content


def blank_table(manifest: Manifest) -> str:
    """Return the table to be filled: a row for each stimulus, its label blank.

    Examples
    --------
    >>> print(blank_table(Manifest("p", "?", ("dunk", "shoot"), (PackedStimulus("0a", "ff"),))).strip())
    stimulus,sha256,label
    0a,ff,
    """
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((stimulus.name, stimulus.sha256, "") for stimulus in manifest.stimuli)
    return table.getvalue()


def file_of(stimulus: PackedStimulus) -> str:
    """Return where a stimulus lies in the archive."""
    return f"stimuli/{stimulus.name}.png"


def write_pack(path: Path, manifest: Manifest, read: Callable[[PackedStimulus], bytes]) -> None:
    """Write a pack; a file of that name appears only once it is whole.

    Parameters
    ----------
    path
        Of the zip file.
    manifest, read
        See `pack_members`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    with ZipFile(unfinished, "w", ZIP_STORED) as archive:
        for name, content in pack_members(manifest, read):
            archive.writestr(ZipInfo(name, TIME), content)
    unfinished.replace(path)


def manifest_of(path: Path) -> Manifest:
    """Return the manifest of a pack.

    Raises
    ------
    PackError
        If the file is no pack.
    """
    with _archive(path) as archive:
        return read_manifest(_member(path, archive, MANIFEST), path)


def unpack(path: Path, folder: Path) -> Manifest:
    """Write the stimuli of a pack into a folder, each as `<name>.png`, and return its manifest.

    Parameters
    ----------
    path
        Of the zip file.
    folder
        Where the stimuli go; made if it is not there.

    Raises
    ------
    PackError
        If the file is no pack, or a stimulus is missing or is not the one that was packed.
    """
    manifest = manifest_of(path)
    folder.mkdir(parents=True, exist_ok=True)
    with opened(path) as photo_of:
        for stimulus in manifest.stimuli:
            (folder / f"{stimulus.name}.png").write_bytes(photo_of(stimulus))
    return manifest


@contextmanager
def opened(path: Path) -> Iterator[Callable[[PackedStimulus], bytes]]:
    """Give what returns the file of a stimulus: read where the pack lies, so that no copy stays behind.

    Several threads may read at once.

    Raises
    ------
    PackError
        If the file is no pack, or a stimulus is missing or is not the one that was packed.
    """
    with _archive(path) as archive:

        def photo_of(stimulus: PackedStimulus) -> bytes:
            content = _member(path, archive, file_of(stimulus))
            if content_hash(content) != stimulus.sha256:
                raise PackError(f"{path}: {file_of(stimulus)} is damaged; take the pack again")
            return content

        yield photo_of


def _archive(path: Path) -> ZipFile:
    try:
        return ZipFile(path)
    except (OSError, BadZipFile) as error:
        raise _no_pack(path, error) from error


def _member(path: Path, archive: ZipFile, name: str) -> bytes:
    try:
        return archive.read(name)
    except (OSError, BadZipFile, KeyError) as error:
        raise _no_pack(path, error) from error


def _no_pack(path: Path, error: Exception) -> PackError:
    return PackError(f"{path}: not a whole prediction pack ({error}); take the pack again")
