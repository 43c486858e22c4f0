"""Answers to a pack as rows of a tidy table, with the classes that its key knows."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from scipy.special import softmax

from attacker.packs.manifest import Manifest
from attacker.packs.pack_key import KeyedPhoto, PackKey
from attacker.packs.packed_answers import Answer, AnswerTable
from stats.inference.balanced_accuracy import balanced_accuracy

TidyRow = dict[str, str | int | float]


def tidy_rows(
    table: AnswerTable, manifest: Manifest, key: PackKey, name: str, kind: str
) -> Iterator[TidyRow]:
    """Yield a row for each answer, in the columns that `python -m stats` reads.

    Parameters
    ----------
    table, manifest, key
        What was answered, and what it was.
    name
        Of the machine.
    kind
        Of its attack, as its owner says.
    """
    for answer in table.answers:
        photo = key.photos[answer.stimulus]
        yield {
            "agent_type": "model",
            "agent_id": name,
            "architecture": name,
            "brought_as": kind,
            **_of_photo(photo, manifest.choices),
            **_of_answer(answer, photo, manifest.choices),
        }


def _of_photo(photo: KeyedPhoto, choices: Sequence[str]) -> TidyRow:
    return {
        "item_id": photo.item,
        "source_id": photo.group[:16],
        "category": choices[photo.label],
        "crop_level": 0,
        "split": photo.split,
        "choices": "|".join(choices),
    }


def _of_answer(answer: Answer, photo: KeyedPhoto, choices: Sequence[str]) -> TidyRow:
    shares = softmax(answer.logits).tolist() if answer.logits else [""] * len(choices)
    return {
        "response": "" if answer.choice is None else choices[answer.choice],
        "response_status": "answered",
        "answer_state": answer.state.value,
        "answer_seconds": "" if answer.seconds is None else answer.seconds,
        "answer_cost": "" if answer.cost is None else answer.cost,
        "correct": int(answer.choice == photo.label),
        **{f"prob_{name}": share for name, share in zip(choices, shares, strict=True)},
    }


def write_rows(rows: Sequence[TidyRow], path: Path) -> None:
    """Write rows as a CSV table; its file appears only once it is whole."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    unfinished.replace(path)


def accuracies(table: AnswerTable, key: PackKey) -> dict[str, tuple[float, int]]:
    """Return the balanced accuracy on each split, and its number of photos.

    Examples
    --------
    >>> from attacker.packs.packed_answers import Form
    >>> key = PackKey("p", {"0a": KeyedPhoto("1", 0, "1", "test"), "0b": KeyedPhoto("2", 1, "2", "test")})
    >>> accuracies(AnswerTable(Form.LABEL, (Answer("0a", choice=0), Answer("0b", choice=0))), key)
    {'test': (0.5, 2)}
    """
    answered: dict[str, list[tuple[int, bool]]] = defaultdict(list)
    for answer in table.answers:
        photo = key.photos[answer.stimulus]
        answered[photo.split].append((photo.label, answer.choice == photo.label))
    shares = {}
    for split, photos in sorted(answered.items()):
        labels, right = map(np.array, zip(*photos, strict=True))
        shares[split] = (balanced_accuracy(right, labels), len(photos))
    return shares
