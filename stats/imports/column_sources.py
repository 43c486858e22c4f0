"""Which column of a file becomes which column of the tidy table."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from stats.errors import TableError
from stats.files.bids_sidecars import Described, described_columns
from stats.imports.import_options import ImportOptions
from stats.imports.layouts import BIDS, MS, PSYCHOPY, SECONDS, TIDY_TABLE, Layout, layout_named, layout_of
from stats.table.schema import BY_NAME, REQUIRED

OF_RUNS = ("jatosStudyResultId", "run_id")  # a person may have several runs
# Names of one meaning by any program; of answers, those that the layout looks for.
RIVALS = {
    "agent_id": tuple(name for name in BY_NAME["agent_id"].aliases if name not in OF_RUNS),
    "response": (),
}
DERIVABLE = frozenset({"agent_type", "correct"})  # from the layout, and from response and category
OF_SPREADSHEET = "spreadsheet: "  # Gorilla's prefix of a designer's own columns
UNITS = {"ms": MS, "millisecond": MS, "milliseconds": MS}
UNITS |= {"s": SECONDS, "second": SECONDS, "seconds": SECONDS, "sec": SECONDS}
BIDS_SUBJECT = re.compile(r"(?:^|_)(sub-[A-Za-z0-9]+)_")


@dataclass(frozen=True)
class Sources:
    """Columns of one file.

    Attributes
    ----------
    path
        The file.
    layout
        What it was read as.
    columns
        Tidy column -> column of the file.
    constants
        Tidy column -> value of all rows, where the file's name says it.
    kinds, phases
        Columns of the file that tell kinds of screens, and practice, apart.
    unused
        Columns of the file that nothing is taken from.
    codes
        Answer as it was recorded -> what the file's sidecar says that it means.
    rivals
        Tidy column -> other columns of the file that bear one of its usual names.
    """

    path: str
    layout: Layout
    columns: dict[str, str]
    constants: dict[str, str]
    kinds: tuple[str, ...]
    phases: tuple[str, ...]
    unused: tuple[str, ...]
    codes: Mapping[str, str] = field(default_factory=dict)
    rivals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def where(self) -> dict[str, str]:
        """Tidy column -> where it comes from, in words."""
        words = {name: f"{value} (the file's name)" for name, value in self.constants.items()}
        if self.layout is not BIDS and self.layout.name == BIDS.name and "rt_ms" in self.columns:
            unit = "ms" if self.layout.rt_factor == MS else "s"
            words["rt_ms"] = f"{self.columns['rt_ms']} (in {unit}, by its sidecar)"
        if self.codes:
            words["response"] = f"{self.columns['response']} (codes by its sidecar)"
        return self.columns | words

    def classes_by_code(self, classes: Collection[str]) -> dict[str, str]:
        """Return the codes that mean a class and are called like none."""
        return {
            code: meaning
            for code, meaning in self.codes.items()
            if meaning in classes and code not in classes
        }


def sources_of(columns: Sequence[str], path: str, options: ImportOptions) -> Sources:
    """Choose the columns of one file.

    Raises
    ------
    TableError
        When a needed column is not found, or two have the name that is looked for.

    Examples
    --------
    >>> header = ["rt", "trial_type", "trial_index", "subject", "image", "label", "level", "response"]
    >>> sources_of(header, "a.csv", ImportOptions()).columns["category"]
    'label'
    """
    layout = layout_named(options.layout) if options.layout else layout_of(columns, path)
    asked = _asked(columns, path, options)
    tried = {target: _first(columns, names, path, target) for target, names in layout.sources.items()}
    matches = {target: source for target, source in tried.items() if source is not None} | asked
    if layout is PSYCHOPY:  # its components are chosen by what they hold
        matches = {name: source for name, source in matches.items() if name not in _answers(columns, asked)}
    constants = _constants(path, layout, matches)
    if layout is TIDY_TABLE:
        matches = {name: name for name in columns} | matches
    _require(matches | constants, layout, path, components=layout is PSYCHOPY)
    kinds = tuple(name for name in layout.kinds if name in columns)
    phases = tuple(name for name in layout.phases if name in columns)
    used = {*matches.values(), *kinds, *phases, *layout.trial_rows, *options.only, *options.practice}
    unused = tuple(name for name in columns if name not in used)
    rivals = {name: _rivals(name, unused, layout, matches) for name in RIVALS if name not in asked}
    return Sources(path, layout, matches, constants, kinds, phases, unused, rivals=rivals)


def with_sidecar(sources: Sources, options: ImportOptions) -> Sources:
    """Return the columns of a BIDS table with the unit of times and the codes of answers that are described.

    Raises
    ------
    TableError
        When times are described in a unit that is neither seconds nor milliseconds.

    Examples
    --------
    >>> header = ["onset", "duration", "trial_type", "stim_file", "category", "level", "response"]
    >>> sources = sources_of(header, "sub-01_task-crops_events.tsv", ImportOptions())
    >>> with_sidecar(sources, ImportOptions()) is sources  # no such file, no sidecar
    True
    """
    described = described_columns(sources.path) if sources.layout is BIDS else {}
    if not described:
        return sources
    times = described.get(sources.columns.get("rt_ms", ""), Described())
    answers = described.get(sources.columns.get("response", ""), Described())
    layout = sources.layout
    if times.units and not options.rt_unit:
        if times.units not in UNITS:
            raise TableError(
                f"{sources.path}: its sidecar has times in {times.units!r}; name the unit: --rt-unit s or ms"
            )
        layout = replace(layout, rt_factor=UNITS[times.units])
    return replace(sources, layout=layout, codes=answers.meanings)


def named(batch: pd.DataFrame, sources: Sources) -> pd.DataFrame:
    """Return the batch's rows under the tidy names.

    Examples
    --------
    >>> sources = sources_of(["subj", "object_response", "imagename", "category", "condition"], "a.csv",
    ...                      ImportOptions())
    >>> batch = pd.DataFrame([["p1", "dunk", "a.jpg", "dunk", "0"]], columns=list(sources.columns.values()))
    >>> named(batch.rename(columns={}), sources)["agent_id"].tolist()
    ['p1']
    """
    frame = pd.DataFrame({target: batch[source] for target, source in sources.columns.items()})
    return frame.assign(**sources.constants).astype(object)


def _asked(columns: Sequence[str], path: str, options: ImportOptions) -> dict[str, str]:
    wanted = [*options.columns.values(), *options.only, *options.practice]
    unknown = [name for name in wanted if name not in columns]
    if unknown:
        raise TableError(f"{path}: no column {', '.join(unknown)}; it has {', '.join(columns)}")
    return dict(options.columns)


def _first(columns: Sequence[str], names: Sequence[str], path: str, target: str) -> str | None:
    """Return the first name that is a column, letter by letter; else regardless of capitals."""
    for name in names:
        if name in columns:
            return name
    for name in names:
        alike = [
            column
            for column in columns
            if column.strip().lower().removeprefix(OF_SPREADSHEET) == name.lower()
        ]
        if len(alike) > 1:
            raise TableError(
                f"{path}: {' and '.join(alike)} could both be {target}; choose: --columns {target}=COLUMN"
            )
        if alike:
            return alike[0]
    return None


def _rivals(
    target: str, unused: Sequence[str], layout: Layout, matches: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the columns that could be meant as well; none beside a name that the program itself gives."""
    names = RIVALS[target] or layout.sources.get(target, ())
    small = {name.lower() for name in names}
    if matches.get(target, "").lower() not in small:
        return ()
    by_jatos = {"workerId"} if OF_RUNS[0] in unused else set()  # not the platform's: one of all runs in a lab
    return tuple(name for name in unused if name.lower() in small and name not in by_jatos)


def _answers(columns: Sequence[str], asked: dict[str, str]) -> set[str]:
    """Return what a component of PsychoPy holds, if there is any, and nobody has asked for another column."""
    if not any(column.endswith((".keys", ".clicked_name", ".response", ".text")) for column in columns):
        return set()
    return {"response", "correct", "rt_ms"} - set(asked)


def _constants(path: str, layout: Layout, matches: dict[str, str]) -> dict[str, str]:
    subject = BIDS_SUBJECT.search(Path(path).name)
    if layout is BIDS and "agent_id" not in matches and subject:
        return {"agent_id": subject[1]}
    return {}


def _require(sources: dict[str, str], layout: Layout, path: str, *, components: bool) -> None:
    for needed in REQUIRED:
        if needed not in sources and needed not in DERIVABLE:
            tried = ", ".join(layout.sources[needed])
            raise TableError(
                f"{path}: no column for {needed} (tried {tried}); name it: --columns {needed}=COLUMN"
            )
    if not components and "correct" not in sources and "response" not in sources:
        raise TableError(
            f"{path}: neither answers nor correctness found; name one: --columns response=COLUMN"
        )
