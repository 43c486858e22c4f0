"""First pass over all files: what must be known of the whole table before any row can be understood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pandas as pd

from stats.files.spool import Spool
from stats.imports.answer_cells import commas, no_answer, without_brackets
from stats.imports.column_sources import Sources, named, sources_of, with_sidecar
from stats.imports.components import (
    OF_LOOP,
    answering_components,
    answers,
    components_of,
    loops,
    with_answers,
)
from stats.imports.import_options import ImportOptions
from stats.imports.layouts import MODEL_VS_HUMAN, PSYCHOPY, TIDY_TABLE
from stats.imports.observers import Observer
from stats.imports.row_kinds import kinds, phases, why_no_trial
from stats.table.formula_cells import unescaped
from stats.table.schema import TIDY
from stats.table.words import is_missing

OURS = (TIDY_TABLE, MODEL_VS_HUMAN)  # what this project writes too
OF_ANSWERS = ("response", "rt_ms")  # where an empty list, or one of several, means something
NUMBERS = tuple(column.name for column in TIDY if column.read_as == "number")


@dataclass(frozen=True)
class Labelled:
    """A batch of rows under the tidy names, with what each row is.

    Attributes
    ----------
    rows
        Cells as text.
    reason
        Why a row is no trial; None for a trial.
    phase
        test, practice or catch.
    kind
        Which screen of a trial, in the words of the program.
    rivals
        Cells of other columns that could name the observer.
    """

    rows: pd.DataFrame
    reason: pd.Series
    phase: pd.Series
    kind: pd.Series
    rivals: pd.DataFrame


@dataclass(frozen=True)
class Reading:
    """One file, and how it is read.

    Attributes
    ----------
    spool
        Its rows.
    sources
        Where its columns come from.
    answering
        Component that holds the answers of each loop of PsychoPy.
    """

    spool: Spool
    sources: Sources
    answering: dict[str, str]

    @property
    def columns(self) -> list[str]:
        """Tidy columns that its rows have before anything is derived."""
        of_components = ("response", "correct", "rt_ms") if self.answering else ()
        return list(dict.fromkeys([*self.sources.columns, *self.sources.constants, *of_components]))

    @property
    def answer_columns(self) -> list[str]:
        """Columns of the file that hold answers."""
        of_components = components_of(self.spool.columns)
        own = [of_components[component] for component in self.answering.values()]
        return own or [self.sources.columns[name] for name in ("response",) if name in self.sources.columns]

    @property
    def unused(self) -> tuple[str, ...]:
        """Columns of the file that nothing is taken from."""
        components = tuple(f"{name}." for name in self.answering.values())
        loops_of_rows = tuple(name for name in self.sources.unused if name.endswith(OF_LOOP))
        return tuple(
            name
            for name in self.sources.unused
            if not (components and name.startswith(components)) and name not in loops_of_rows
        )

    def labelled(self, options: ImportOptions) -> Iterator[Labelled]:
        """Iterate over its batches."""
        for batch in self.spool.batches():
            rows = named(batch, self.sources)
            if self.sources.layout in OURS:
                rows = rows.map(unescaped)
            if self.sources.layout is not TIDY_TABLE:
                others = [str(name) for name in rows if name not in OF_ANSWERS]
                rows = rows.assign(**{name: without_brackets(rows[name]) for name in others})
            loop = loops(batch) if self.sources.layout is PSYCHOPY else None
            if self.answering:
                of_components = answers(batch, self.answering)
                new = {str(name): of_components[name] for name in of_components if name not in rows}
                rows = rows.assign(**new)
            yield Labelled(
                rows,
                why_no_trial(batch, rows, self.sources, options),
                phases(batch, self.sources, loop, options),
                kinds(batch, self.sources),
                batch[list(self.sources.rivals.get("agent_id", ()))],
            )


@dataclass
class Survey:
    """What the whole table holds.

    Attributes
    ----------
    classes, levels, phases
        Trials by true class, by the word of their level, and by test, practice and catch.
    dropped
        Rows that are no trials, by reason.
    unclear_levels
        Answered rows whose level is a word for missing, by that word.
    commas
        Numbers with a comma, by tidy column and whether it can only be a decimal comma.
    observers
        What is seen of each observer.
    nameless
        Trials whose observer is a blank or a word for missing, by column and word.
    rivals
        Pairs of names that two columns give to one observer, by the two columns.
    answered, doubtful
        Answered test trials by kind of screen; answers that are words for missing, by kind and word.
    """

    classes: Counter[str] = field(default_factory=Counter)
    levels: Counter[str] = field(default_factory=Counter)
    phases: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    unclear_levels: Counter[str] = field(default_factory=Counter)
    commas: Counter[tuple[str, str]] = field(default_factory=Counter)
    observers: dict[str, Observer] = field(default_factory=dict)
    nameless: Counter[tuple[str, str]] = field(default_factory=Counter)
    rivals: dict[tuple[str, str], set[tuple[str, str]]] = field(default_factory=dict)
    answered: dict[str, int] = field(default_factory=dict)
    doubtful: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, batch: Labelled, sources: Sources, options: ImportOptions) -> None:
        """Take in one batch."""
        is_trial = batch.reason.isna()
        trials = batch.rows[is_trial]
        self.dropped.update(map(str, batch.reason.dropna()))
        self.phases.update(map(str, batch.phase[is_trial]))
        self.classes.update(map(str, trials["category"].dropna()))
        self.levels.update(map(str, trials["crop_level"].dropna()))
        self._add_unclear(batch, options)
        for name in (column for column in NUMBERS if column in trials):
            self.commas.update({(name, use): count for use, count in commas(trials[name]).items()})
        self._add_observers(trials, sources)
        self._add_names(trials["agent_id"], batch.rivals[is_trial], sources)
        self._add_kinds(trials, batch.kind[is_trial], batch.phase[is_trial] == "test", options)

    def _add_kinds(
        self, trials: pd.DataFrame, kind: pd.Series, tested: pd.Series, options: ImportOptions
    ) -> None:
        """Count answered test trials by kind; words for missing by kind and word, for they may be classes."""
        answered = self._answered(trials, options)
        for name, count in answered[tested].groupby(kind[tested]).sum().items():
            self.answered[str(name)] = self.answered.get(str(name), 0) + int(count)
        if "response" in trials:
            doubtful = tested & ~answered & trials["response"].notna()
            self.doubtful.update(zip(kind[doubtful], trials.loc[doubtful, "response"], strict=True))

    def answers_by_kind(self) -> dict[str, int]:
        """Return answered trials by kind of screen, practice apart."""
        words: Counter[str] = Counter()
        for (kind, word), count in self.doubtful.items():
            words[kind] += count if word in self.classes else 0
        return {kind: count + words[kind] for kind, count in self.answered.items()}

    def _add_unclear(self, batch: Labelled, options: ImportOptions) -> None:
        """Count rows that show a photo and were answered, but whose level is called "none" or the like."""
        level = batch.rows["crop_level"]
        lost = batch.reason.fillna("").str.startswith("no level") & ~is_missing(
            level, options.declared_missing
        )
        answered = self._answered(batch.rows[lost], options) & batch.rows.loc[lost, "category"].notna()
        self.unclear_levels.update(map(str, level[lost][answered]))

    def _add_names(self, names: pd.Series, rivals: pd.DataFrame, sources: Sources) -> None:
        """Note trials of nobody, and by what other names observers go."""
        column = sources.where["agent_id"]
        nobody = is_missing(names)
        self.nameless.update(
            (column, word) for word in names[nobody].fillna("") if sources.layout not in OURS[:1]
        )
        for rival in rivals:
            both = pd.DataFrame({"name": names, "rival": rivals[rival]})[~nobody & ~is_missing(rivals[rival])]
            pairs = both.drop_duplicates().itertuples(index=False, name=None)
            self.rivals.setdefault((column, str(rival)), set()).update(pairs)

    def _answered(self, rows: pd.DataFrame, options: ImportOptions) -> pd.Series:
        if "response" not in rows:
            return rows["correct"].notna() if "correct" in rows else pd.Series(True, index=rows.index)
        return ~no_answer(rows["response"], (), options.missing_words)

    def _add_observers(self, trials: pd.DataFrame, sources: Sources) -> None:
        timed = trials["rt_ms"].notna() if "rt_ms" in trials else pd.Series(False, index=trials.index)
        timed &= ~is_missing(trials["rt_ms"]) if "rt_ms" in trials else False
        for name, group in timed.groupby(trials["agent_id"].astype(object), dropna=True):
            observer = self.observers.setdefault(str(name), Observer(sources.layout))
            observer.rows += len(group)
            observer.timed += int(group.sum())
            if "agent_type" in trials:
                observer.stated |= set(map(str, trials.loc[group.index, "agent_type"].dropna().unique()))


def readings(spools: Sequence[Spool], options: ImportOptions) -> list[Reading]:
    """Choose how each file is read.

    Raises
    ------
    TableError
        When a needed column or component is not found, or cannot be told from another.

    Examples
    --------
    >>> spool = Spool("a.csv")
    >>> spool.add(pd.DataFrame([["p", "a", "x", "0", "x"]], dtype=object,
    ...     columns=["subj", "imagename", "category", "condition", "object_response"]))
    >>> [reading.sources.layout.name for reading in readings([spool], ImportOptions())]
    ['model-vs-human']
    """
    read = []
    for spool in spools:
        sources = with_sidecar(sources_of(spool.columns, spool.path, options), options)
        sources = with_answers(spool, sources, options)
        read.append(Reading(spool, sources, answering_components(spool, sources, options)))
    return read


def surveyed(files: Sequence[Reading], options: ImportOptions) -> Survey:
    """Read all rows once.

    Examples
    --------
    >>> spool = Spool("a.csv")
    >>> spool.add(pd.DataFrame([["p", "a", "None", "0", "None"]], dtype=object,
    ...     columns=["subj", "imagename", "category", "condition", "object_response"]))
    >>> surveyed(readings([spool], ImportOptions()), ImportOptions()).classes
    Counter({'None': 1})
    """
    survey = Survey()
    for reading in files:
        for batch in reading.labelled(options):
            survey.add(batch, reading.sources, options)
    return survey
