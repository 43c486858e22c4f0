"""What a prediction pack says of itself: question, choices, stimuli by opaque names, labelled examples."""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec

from attacker.errors import DataError, LeakError

FORMAT = "sweetspot prediction pack 1"
NAME = re.compile(r"[0-9a-f]{16}")


class PackError(DataError):
    """A file that is no prediction pack, or is damaged; the message says what to do."""


class PackedStimulus(msgspec.Struct, frozen=True):
    """One stimulus: its name, which says nothing about it, and the SHA-256 of its file."""

    name: str
    sha256: str


class PackedExample(msgspec.Struct, frozen=True):
    """A labelled training photo: its name, the SHA-256 of its file, and its place among the choices."""

    name: str
    sha256: str
    choice: int


class Manifest(msgspec.Struct, frozen=True):
    """A whole pack.

    Attributes
    ----------
    pack : its own name
    question : what people are asked about each photo
    choices : names of the classes, in the order of columns and logits
    stimuli : sorted by their names, so in an order that was drawn by chance
    may_leave : whether the photos may be sent to machines of others
    examples : sorted by their names; equally many of each choice
    examples_seed : by which they were drawn
    """

    pack: str
    question: str
    choices: tuple[str, ...]
    stimuli: tuple[PackedStimulus, ...]
    format: str = FORMAT
    may_leave: bool = False
    examples: tuple[PackedExample, ...] = ()
    examples_seed: int = 0

    @property
    def shots(self) -> int:
        """How many examples there are of each choice.

        Examples
        --------
        >>> examples = (PackedExample("0a", "ff", 0), PackedExample("0b", "ee", 1))
        >>> Manifest("p", "?", ("dunk", "shoot"), (), examples=examples).shots
        1
        """
        return len(self.examples) // len(self.choices)

    def first_examples(self, shots: int) -> tuple[PackedExample, ...]:
        """Return so many examples of each choice; fewer of them are always among more.

        Raises
        ------
        PackError
            If the pack has not as many.

        Examples
        --------
        >>> Manifest("p", "?", ("dunk", "shoot"), ()).first_examples(0)
        ()
        """
        if shots > self.shots:
            raise PackError(
                f"pack {self.pack} holds {self.shots} labelled examples of each class, not {shots}: take "
                "another with --examples"
            )
        met: Counter[int] = Counter()
        first = []
        for example in self.examples:
            met[example.choice] += 1
            if met[example.choice] <= shots:
                first.append(example)
        return tuple(first)

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
    regular = _regular(manifest.stimuli) and _regular(manifest.examples) and _even(manifest)
    if manifest.format != FORMAT or not regular or not manifest.choices:
        raise PackError(f"{path}: not a manifest of the format {FORMAT!r}; take the pack again")
    require_apart(manifest)
    return manifest


def require_apart(manifest: Manifest) -> None:
    """Refuse a pack in which an example is one of the photos that are asked about.

    Raises
    ------
    LeakError
        If one is.

    Examples
    --------
    >>> stimulus, example = PackedStimulus("0a", "ff"), PackedExample("0b", "ff", 0)
    >>> require_apart(Manifest("p", "?", ("dunk",), (stimulus,), examples=(example,)))
    Traceback (most recent call last):
    attacker.errors.LeakError: pack p shows the answers to 1 of its photos as examples; freeze another
    """
    shown = {example.sha256 for example in manifest.examples}
    both = shown & {stimulus.sha256 for stimulus in manifest.stimuli}
    if both:
        raise LeakError(
            f"pack {manifest.pack} shows the answers to {len(both)} of its photos as examples; freeze another"
        )


def _regular(packed: Sequence[PackedStimulus | PackedExample]) -> bool:
    names = [each.name for each in packed]
    return all(map(NAME.fullmatch, names)) and names == sorted(set(names))


def _even(manifest: Manifest) -> bool:
    """Whether there are equally many examples of every choice."""
    counts = Counter(example.choice for example in manifest.examples)
    places = set(range(len(manifest.choices)))
    return not counts or (counts.keys() == places and len(set(counts.values())) == 1)
