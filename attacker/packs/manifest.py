"""What a prediction pack says of itself: question, choices, and stimuli by opaque names and hashes."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

import msgspec

from attacker.errors import DataError

FORMAT = "sweetspot prediction pack 1"
NAME = re.compile(r"[0-9a-f]{16}")


class PackError(DataError):
    """A file that is no prediction pack, or is damaged; the message says what to do."""


class PackedStimulus(msgspec.Struct, frozen=True):
    """One stimulus: its name, which says nothing about it, and the SHA-256 of its file."""

    name: str
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """A whole pack.

    Attributes
    ----------
    pack : its own name
    question : what people are asked about each photo
    choices : names of the classes, in the order of columns and logits
    stimuli : sorted by their names, so in an order that was drawn by chance
    may_leave : whether the photos may be sent to machines of others
    """

    pack: str
    question: str
    choices: tuple[str, ...]
    stimuli: tuple[PackedStimulus, ...]
    format: str = FORMAT
    may_leave: bool = False

    def json(self) -> bytes:
        """Return the manifest as it is written; equal manifests give equal bytes."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1)


def new_name() -> str:
    """Return a name drawn by chance: it tells neither class, photo, level nor role.

    Examples
    --------
    >>> bool(NAME.fullmatch(new_name())), new_name() == new_name()
    (True, False)
    """
    return secrets.token_hex(8)


def read_manifest(content: bytes, path: Path) -> Manifest:
    """Return what the manifest of a pack says.

    Parameters
    ----------
    content
        Of `manifest.json`.
    path
        What an error calls the pack.

    Raises
    ------
    PackError
        If it is no manifest of this format, or names stimuli as no pack does.

    Examples
    --------
    >>> manifest = Manifest("0123456789abcdef", "What is shown?", ("dunk", "shoot"), ())
    >>> read_manifest(manifest.json(), Path("pack.zip")) == manifest
    True
    """
    try:
        manifest = msgspec.json.decode(content, type=Manifest)
    except msgspec.MsgspecError as error:
        raise PackError(f"{path}: its manifest cannot be read ({error}); take the pack again") from error
    names = [stimulus.name for stimulus in manifest.stimuli]
    regular = manifest.format == FORMAT and all(map(NAME.fullmatch, names)) and names == sorted(set(names))
    if not regular:
        raise PackError(f"{path}: not a manifest of the format {FORMAT!r}; take the pack again")
    return manifest
