"""The key of a pack: what each stimulus is. It stays where the pack was made."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from attacker.errors import DataError
from attacker.example import Example
from attacker.packs.manifest import Manifest, PackedStimulus, PackError, new_name
from attacker.packs.pack_archive import write_pack
from attacker.photos.acceptance import accept_photo
from attacker.photos.decoding import content_hash, read_bytes


class KeyedPhoto(msgspec.Struct, frozen=True):
    """What the stimulus of one name is.

    Attributes
    ----------
    item, label, group : as in `attacker.Example`
    split : validation or test
    """

    item: str
    label: int
    group: str
    split: str


class PackKey(msgspec.Struct, frozen=True):
    """Everything that a pack does not tell.

    Attributes
    ----------
    pack : name of the pack
    photos : by the names of the stimuli
    """

    pack: str
    photos: dict[str, KeyedPhoto]

    def write(self, path: Path) -> None:
        """Write the key as JSON."""
        path.write_bytes(msgspec.json.format(msgspec.json.encode(self), indent=1))


def read_key(path: Path, manifest: Manifest) -> PackKey:
    """Return the key of a pack.

    Raises
    ------
    PackError
        If it cannot be read, or is that of another pack.
    """
    try:
        key = msgspec.json.decode(path.read_bytes(), type=PackKey)
    except (OSError, msgspec.MsgspecError) as error:
        raise PackError(
            f"{path}: no key of a pack ({error}); give the file that `pack` wrote with it"
        ) from error
    if key.pack != manifest.pack:
        raise PackError(f"{path} is the key of pack {key.pack}, not of {manifest.pack}; give that one's key")
    return key


def pack_photos(
    roles: Mapping[str, Sequence[Example]],
    classes: Sequence[str],
    question: str,
    path: Path,
    on_photo: Callable[[], object] = lambda: None,
    *,
    may_leave: bool = False,
) -> PackKey:
    """Write photos as a pack, their pixels upright and without metadata, and return its key.

    Parameters
    ----------
    roles
        Photos by split: validation, by which the strongest machine is chosen, and test.
    classes
        Names, in the order of the labels.
    question
        What is asked about each photo.
    path
        Of the zip file.
    on_photo
        Called once for each photo.
    may_leave
        Whether the photos may be sent to machines of others.

    Raises
    ------
    DataError
        If there are no photos, or the question is empty.
    """
    photos = {new_name(): (split, photo) for split, of_split in roles.items() for photo in of_split}
    if not photos or not question.strip():
        raise DataError("a pack needs photos and a question")
    with tempfile.TemporaryDirectory(prefix="sweetspot-pack-") as folder:
        stimuli = []
        for name, (_, photo) in sorted(photos.items()):
            accept_photo(read_bytes(photo.path)).save(Path(folder) / name, "PNG")
            stimuli.append(PackedStimulus(name, content_hash((Path(folder) / name).read_bytes())))
            on_photo()
        manifest = Manifest(new_name(), question.strip(), tuple(classes), tuple(stimuli), may_leave=may_leave)
        write_pack(path, manifest, lambda stimulus: (Path(folder) / stimulus.name).read_bytes())
    keyed = {
        name: KeyedPhoto(photo.item, photo.label, photo.group, split)
        for name, (split, photo) in sorted(photos.items())
    }
    return PackKey(manifest.pack, keyed)
