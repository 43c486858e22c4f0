"""A pack is answered by prompts, or by its own labelled examples; the table says which, and by what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np

from attacker.packs.kinds import FEW_SHOT, ZERO_SHOT
from attacker.packs.logit_table import write_logits
from attacker.packs.pack_archive import Packed, file_of, manifest_of, opened
from attacker.packs.table_statement import TableStatement
from attacker.photos.decoding import decode
from attacker.shots.prompts import Prompts
from attacker.shots.prototypes import draws, prototype_logits
from attacker.shots.two_towers import Eye, Towers, Vectors, class_vectors, logits_of

BATCH = 32
OnPhoto = Callable[[int], object]


class Provenance(msgspec.Struct, frozen=True):
    """Everything that a zero-shot attack's answers depend on.

    Attributes
    ----------
    pack : its name
    source : model, version and weights
    sharpness : by which cosines were multiplied
    prompts : sentences by class
    prompts_sha256 : their hash
    """

    pack: str
    source: str
    sharpness: float
    prompts: dict[str, tuple[str, ...]]
    prompts_sha256: str


def answer_by_prompts(
    pack: Path, towers: Towers, prompts: Prompts, table: Path, on_photo: OnPhoto = lambda _: None
) -> Path:
    """Write the table of a zero-shot attack, and what it depends on; return where the latter lies.

    Parameters
    ----------
    pack
        The file.
    towers
        Model.
    prompts
        Sentences for the pack's choices, in their order.
    table
        Where the table goes; the other file lies beside it.
    on_photo
        Called with the number of photos that were seen since the last call.

    Raises
    ------
    PackError
        If the pack is damaged.
    PhotoError
        If a photo cannot be decoded.

    Examples
    --------
    >>> towers = ClipTowers("ViT-B-32", "open_clip_model.safetensors")  # doctest: +SKIP
    >>> prompts = prompts_of(("dunk", "shoot"), read_templates())  # doctest: +SKIP
    >>> answer_by_prompts(Path("pack.zip"), towers, prompts, Path("zero-shot.csv"))  # doctest: +SKIP
    PosixPath('zero-shot.provenance.json')
    """
    manifest = manifest_of(pack)
    classes = class_vectors(towers, prompts)
    photos = seen_by(towers, pack, manifest.stimuli, on_photo)
    source = f"{towers.source}; {sum(map(len, prompts.by_class))} prompts SHA-256 {prompts.sha256[:16]}"
    stated = TableStatement(ZERO_SHOT, 0, source)
    write_logits(table, manifest, logits_of(photos, classes, towers.sharpness), stated)
    provenance = Provenance(
        manifest.pack,
        towers.source,
        towers.sharpness,
        dict(zip(prompts.classes, prompts.by_class, strict=True)),
        prompts.sha256,
    )
    beside = table.with_suffix(".provenance.json")
    beside.write_bytes(msgspec.json.format(msgspec.json.encode(provenance), indent=1))
    return beside


def answer_by_examples(
    pack: Path, eye: Eye, shots: int, count: int, seed: int, folder: Path, on_photo: OnPhoto = lambda _: None
) -> Iterator[Path]:
    """Write the table of a few-shot attack for each draw of a pack's examples, and yield where it lies.

    Parameters
    ----------
    pack
        The file; it holds labelled examples.
    eye
        Gives the features.
    shots, count, seed
        How many examples of each class, how often other ones, and by which seed; see `prototypes.draws`.
    folder
        Gets `answers-draw<n>.csv`.
    on_photo
        See `answer_by_prompts`.

    Raises
    ------
    ConfigError
        If the pack has too few examples.
    PackError
        If it is damaged.
    PhotoError
        If a photo cannot be decoded.

    Examples
    --------
    >>> eye = FrozenFeatures(AttackerConfig())  # doctest: +SKIP
    >>> list(answer_by_examples(Path("pack.zip"), eye, 4, 1, 0, Path("few")))  # doctest: +SKIP
    [PosixPath('few/answers-draw0.csv')]
    """
    manifest = manifest_of(pack)
    labels = [example.choice for example in manifest.examples]
    drawn = draws(labels, shots, count, seed)
    shown = seen_by(eye, pack, manifest.examples, on_photo)
    asked = seen_by(eye, pack, manifest.stimuli, on_photo)
    for number, places in enumerate(drawn):
        logits = prototype_logits(shown[places], np.array(labels)[places], asked)
        path = folder / f"answers-draw{number}.csv"
        source = f"nearest class mean of features of {eye.source}; draw {number} by seed {seed}"
        write_logits(path, manifest, logits, TableStatement(FEW_SHOT, shots, source))
        yield path


def seen_by(eye: Eye, pack: Path, packed: Sequence[Packed], on_photo: OnPhoto) -> Vectors:
    """Return the vectors of photos of a pack, float32 [n, d].

    Examples
    --------
    >>> seen_by(eye, Path("pack.zip"), manifest.stimuli, print).shape  # doctest: +SKIP
    (120, 1280)
    """
    vectors = []
    with opened(pack) as photo_of:
        for start in range(0, len(packed), BATCH):
            batch = packed[start : start + BATCH]
            vectors.append(eye.vectors([decode(photo_of(each), Path(file_of(each))) for each in batch]))
            on_photo(len(batch))
    return np.concatenate(vectors)
