"""What an import took every row for, as plain text and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from stats.imports.survey import Reading, Survey
from stats.imports.table_decisions import Decisions, some
from stats.imports.translation import Tally

LARGEST_TABLE_OF_PAIRS = 2000  # observers
BLANK = "(blank)"


@dataclass(frozen=True)
class FilePreview:
    """How one file was read: its layout, rows, columns, unused columns, and lines that are no rows."""

    path: str
    layout: str
    rows: int
    columns: dict[str, str]
    answering: dict[str, str]
    unused: tuple[str, ...]
    notes: dict[str, int]

    @property
    def way(self) -> tuple[object, ...]:
        """The layout, and what each column was read from."""
        return (self.layout, *self.columns.items(), *self.answering.items())


@dataclass(frozen=True)
class LevelPreview:
    """Test trials and photos at one level, of people, of networks, and of both."""

    level: float
    word: str
    people_trials: int
    network_trials: int
    people_photos: int
    network_photos: int
    shared_photos: int


@dataclass(frozen=True)
class Preview:
    """What the tables were taken for.

    Attributes
    ----------
    files
        One entry per file.
    rows
        Rows read.
    test, practice, catch
        Rows handed on.
    dropped
        Rows left out, by reason.
    people, networks
        Names of observers.
    rules
        How people and networks were told apart -> number of observers.
    classes
        Trials by true class.
    levels
        One entry per level, light to heavy.
    no_answer
        Trials without an answer, by the word that says so.
    answers_like_missing
        Answers that are a word for missing, but a class of this table.
    answers_of_no_class
        Answers that are no class.
    contradictions
        Trials whose correctness is not whether the answer is the class.
    repeated
        Test trials in which an observer saw a photo at a level again.
    shared_by_two
        Least and median number of photos, at one level, that two observers share; None if not counted.
    never_met
        Options that nothing in the tables answers to.
    """

    files: tuple[FilePreview, ...]
    rows: int
    test: int
    practice: int
    catch: int
    dropped: dict[str, int]
    people: tuple[str, ...]
    networks: tuple[str, ...]
    rules: dict[str, int]
    classes: dict[str, int]
    levels: tuple[LevelPreview, ...]
    no_answer: dict[str, int]
    answers_like_missing: dict[str, int]
    answers_of_no_class: dict[str, int]
    contradictions: int
    repeated: int
    shared_by_two: tuple[float, float] | None
    never_met: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values for JSON."""
        return asdict(self)

    def text(self) -> str:
        """Return everything as lines for a person at a shell."""
        return "\n".join(_lines(self))


def preview_of(
    files: Sequence[Reading],
    survey: Survey,
    decisions: Decisions,
    tally: Tally,
    never_met: Sequence[str] = (),
) -> Preview:
    """Put together what both passes have counted.

    Examples
    --------
    >>> import pandas as pd
    >>> from stats.files.spool import Spool
    >>> from stats.imports.table_decisions import decide
    >>> from stats.imports.import_options import ImportOptions
    >>> seen = Survey()
    >>> preview_of([], seen, decide(seen, ImportOptions()), Tally()).rows
    0
    """
    types = decisions.roles.types
    stimuli = np.concatenate(tally.stimuli, axis=1) if tally.stimuli else np.zeros((3, 0), np.int32)
    stimuli = stimuli[:, np.lexsort(stimuli)]
    different = np.unique(stimuli, axis=1)
    is_human = np.array([types.get(name) == "human" for name in tally.codes["agent_id"]], dtype=bool)
    return Preview(
        files=tuple(map(_file, files)),
        rows=sum(file.spool.rows for file in files),
        test=tally.phases["test"],
        practice=tally.phases["practice"],
        catch=tally.phases["catch"],
        dropped=dict(tally.dropped),
        people=tuple(sorted(name for name, role in types.items() if role == "human")),
        networks=tuple(sorted(name for name, role in types.items() if role == "model")),
        rules=decisions.roles.rules,
        classes=dict(sorted(survey.classes.items())),
        levels=tuple(_levels(stimuli, is_human, decisions)),
        no_answer={word or BLANK: count for word, count in tally.no_answer_words.items()},
        answers_like_missing=dict(tally.class_words),
        answers_of_no_class=dict(tally.strange_answers),
        contradictions=tally.contradictions,
        repeated=stimuli.shape[1] - different.shape[1],
        shared_by_two=_shared_by_two(different),
        never_met=tuple(never_met),
    )


def _file(reading: Reading) -> FilePreview:
    sources = reading.sources
    return FilePreview(
        sources.path,
        sources.layout.name,
        reading.spool.rows,
        sources.where,
        reading.answering,
        reading.unused,
        dict(+reading.spool.notes),
    )


def _levels(
    stimuli: np.ndarray[Any, np.dtype[np.int32]],
    is_human: np.ndarray[Any, np.dtype[np.bool_]],
    decisions: Decisions,
) -> Iterator[LevelPreview]:
    words: dict[float, str] = {}
    for word, number in decisions.levels.items():
        words[float(np.float32(number))] = word
    level = stimuli[2].view(np.float32)
    human = is_human[stimuli[0]] if is_human.size else np.zeros(0, dtype=bool)
    for value in np.unique(level):
        at, photos = level == value, stimuli[1]
        people, networks = np.unique(photos[at & human]), np.unique(photos[at & ~human])
        yield LevelPreview(
            level=float(f"{value:g}"),
            word=words.get(float(value), f"{value:g}"),
            people_trials=int((at & human).sum()),
            network_trials=int((at & ~human).sum()),
            people_photos=people.size,
            network_photos=networks.size,
            shared_photos=np.intersect1d(people, networks).size,
        )


def _shared_by_two(stimuli: np.ndarray[Any, np.dtype[np.int32]]) -> tuple[float, float] | None:
    """Return the least and the median number of stimuli that two observers share."""
    n_agents = int(stimuli[0].max()) + 1 if stimuli.size else 0
    if not 2 <= n_agents <= LARGEST_TABLE_OF_PAIRS:
        return None
    number = np.unique(stimuli[1:], axis=1, return_inverse=True)[1].ravel()
    shared = np.zeros((n_agents, n_agents), dtype=np.int32)
    order = np.argsort(number, kind="stable")
    for seen_by in np.split(stimuli[0][order], np.flatnonzero(np.diff(number[order])) + 1):
        shared[np.ix_(seen_by, seen_by)] += 1
    pairs = shared[np.triu_indices(n_agents, k=1)]
    return float(pairs.min()), float(np.median(pairs))


def _lines(preview: Preview) -> Iterator[str]:
    yield from _of_files(preview.files)
    handed_on = f"{preview.test} test, {preview.practice} practice, {preview.catch} catch trials"
    yield f"Rows: {preview.rows} read: {handed_on}, {sum(preview.dropped.values())} dropped"
    yield from (f"  dropped: {count} {reason}" for reason, count in preview.dropped.items())
    for kind, names in (("People", preview.people), ("Networks", preview.networks)):
        yield f"{kind}: {len(names)} ({some(names)})" if names else f"{kind}: none"
    yield from (f"  {rule} ({count})" for rule, count in preview.rules.items())
    yield f"Classes: {_counted(preview.classes)}"
    yield "Levels (people's and networks' test trials; photos they share):"
    yield from map(_level_line, preview.levels)
    yield from _remarks(preview)


def _level_line(level: LevelPreview) -> str:
    name = f"{level.level:g}" if level.word == f"{level.level:g}" else f"{level.level:g} ({level.word})"
    return (
        f"  {name}: people {level.people_trials}, networks {level.network_trials}; "
        f"{level.shared_photos} of {level.people_photos} and {level.network_photos} photos"
    )


def _of_files(files: Sequence[FilePreview]) -> Iterator[str]:
    """Describe each way of reading once, with the number of files that were read so."""
    for way in dict.fromkeys(file.way for file in files):
        alike = [file for file in files if file.way == way]
        yield f"Layout {alike[0].layout}, {len(alike)} file(s): {some([file.path for file in alike])}"
        yield from (f"  {name} <- {source}" for name, source in alike[0].columns.items())
        yield from (f"  answers in loop {loop} <- {name}" for loop, name in alike[0].answering.items())
        unused = sorted({name for file in alike for name in file.unused})
        if unused:
            yield f"  not used: {', '.join(unused)}"
    notes = sum((Counter(file.notes) for file in files), Counter[str]())
    yield from (f"  {count} {note}" for note, count in notes.items())


def _remarks(preview: Preview) -> Iterator[str]:
    if preview.no_answer:
        yield f"No answer (timeout): {_counted(preview.no_answer)}"
    for word, count in preview.answers_like_missing.items():
        yield f"Note: {word!r} is a class of this table: {count} answers are it; else --missing {word}"
    if preview.answers_of_no_class:
        answers = _counted(preview.answers_of_no_class)
        yield f"Note: answers that are no class: {answers}; say which they are: --answers KEY=CLASS"
    if preview.contradictions:
        count = preview.contradictions
        yield f"Note: {count} trials are scored otherwise than by answer = class; their score counts"
    if preview.repeated:
        yield f"Note: {preview.repeated} trials repeat a photo at a level to the same observer"
    yield from (f"Note: nothing in the tables answers to {option}" for option in preview.never_met)
    if preview.shared_by_two:
        least, median = preview.shared_by_two
        yield f"Two observers share {least:g} photos at least, {median:g} in the median"
    yield from (
        f"Note: people and networks share no photo at level {level.level:g}; do the photos' names agree?"
        for level in preview.levels
        if level.people_photos and level.network_photos and not level.shared_photos
    )


def _counted(counts: Mapping[str, int]) -> str:
    most = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    shown = ", ".join(f"{name} {count}" for name, count in most[:30])
    return shown + (f" and {len(most) - 30} more" if len(most) > 30 else "")
