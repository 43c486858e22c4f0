"""The key of a pack: what each stimulus is. It stays where the pack was made."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from attacker.errors import DataError
from attacker.example import Example
from attacker.packs.example_draw import Candidate, Draw, draw_examples
from attacker.packs.manifest import Manifest, PackedExample, PackedStimulus, PackError, new_name
from attacker.packs.pack_archive import write_pack
from attacker.photos.acceptance import accept_photo
from attacker.photos.decoding import content_hash, read_bytes

NO_EXAMPLES = Draw()


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
    training: Sequence[Example] = (),
    draw: Draw = NO_EXAMPLES,
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
        Whether the photos may be sent to machines of others, examples too.
    training, draw
        Photos of which labelled examples are drawn, and how.

    Raises
    ------
    DataError
        If there are no photos, the question is empty, or there are too few training photos.
    LeakError
        If a training photo is a near duplicate of one that is asked about.
    """
    photos = {new_name(): (split, photo) for split, of_split in roles.items() for photo in of_split}
    if not photos or not question.strip():
        raise DataError("a pack needs photos and a question")
    shown = _examples(training, draw, classes, {photo.group for _, photo in photos.values()})
    with tempfile.TemporaryDirectory(prefix="sweetspot-pack-") as scratch:
        stimuli, examples = [], []
        for name, (_, photo) in sorted(photos.items()):
            stimuli.append(PackedStimulus(name, _written(photo, Path(scratch) / name)))
            on_photo()
        for name, photo in sorted(shown.items()):
            examples.append(PackedExample(name, _written(photo, Path(scratch) / name), photo.label))
        manifest = Manifest(
            new_name(), question.strip(), tuple(classes), tuple(stimuli), may_leave=may_leave,
            examples=tuple(examples), examples_seed=draw.seed,
        )  # fmt: skip
        write_pack(path, manifest, lambda packed: (Path(scratch) / packed.name).read_bytes())
    keyed = {
        name: KeyedPhoto(photo.item, photo.label, photo.group, split)
        for name, (split, photo) in sorted(photos.items())
    }
    return PackKey(manifest.pack, keyed)


def _examples(
    training: Sequence[Example], draw: Draw, classes: Sequence[str], packed: set[str]
) -> dict[str, Example]:
    """Return the photos that are shown with their labels, by names drawn by chance."""
    by_item = {photo.item: photo for photo in training}
    candidates = (Candidate(photo.item, photo.label, photo.group) for photo in training)
    return {new_name(): by_item[each.key] for each in draw_examples(candidates, draw, classes, packed)}


def _written(photo: Example, path: Path) -> str:
    """Write a photo as people see it, without metadata, and return the hash of the file."""
    accept_photo(read_bytes(photo.path)).save(path, "PNG")
    return content_hash(path.read_bytes())
