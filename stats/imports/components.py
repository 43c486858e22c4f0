"""Which column holds the answers: of several that could, and of the components of PsychoPy's loops."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from stats.errors import TableError
from stats.files.spool import Spool
from stats.imports.column_sources import Sources, named
from stats.imports.import_options import ImportOptions
from stats.imports.layouts import PSYCHOPY
from stats.imports.row_kinds import why_no_trial
from stats.table.words import is_missing

OF_LOOP = ".thisN"
ANSWERS = (".keys", ".clicked_name", ".response", ".text")  # by the kind of component
TIMES = (".rt", ".time")
CORRECT = ".corr"
NO_LOOP = "no loop"


def loops(batch: pd.DataFrame) -> pd.Series:
    """Return the name of each row's loop; of nested loops, all names.

    Examples
    --------
    >>> loops(pd.DataFrame({"practice.thisN": ["0", None], "trials.thisN": [None, "0"]})).tolist()
    ['practice', 'trials']
    """
    names = pd.Series("", index=batch.index, dtype=object)
    for column in (name for name in batch if str(name).endswith(OF_LOOP)):
        inside = batch[column].notna()
        names = names.where(~inside, names + "/" + str(column).removesuffix(OF_LOOP))
    return names.str.removeprefix("/").replace("", NO_LOOP)


def components_of(columns: Sequence[str]) -> dict[str, str]:
    """Return each component that records answers, with the column that holds them.

    Examples
    --------
    >>> components_of(["key_resp.keys", "key_resp.rt", "trials.thisN"])
    {'key_resp': 'key_resp.keys'}
    """
    return {
        column.removesuffix(ending): column
        for ending in reversed(ANSWERS)
        for column in columns
        if column.endswith(ending)
    }


def uses(batch: pd.DataFrame, components: dict[str, str]) -> Counter[tuple[str, str]]:
    """Count the rows in which a component recorded something, by loop and component.

    Examples
    --------
    >>> batch = pd.DataFrame({"trials.thisN": ["0", "1"], "key.keys": ["d", "None"], "a.text": [None, None]})
    >>> uses(batch, components_of(list(batch)))
    Counter({('trials', 'key'): 2})
    """
    loop = loops(batch)
    counted: Counter[tuple[str, str]] = Counter()
    for component, column in components.items():
        for name, rows in loop[batch[column].notna()].value_counts().items():
            counted[str(name), component] += int(rows)
    return counted


def chosen(counted: Counter[tuple[str, str]], columns: Sequence[str], path: str) -> dict[str, str]:
    """Return the component that answers in each loop: the only one, or the only one that is scored.

    Raises
    ------
    TableError
        When a loop has several.

    Examples
    --------
    >>> counted = Counter({("trials", "key"): 8, ("trials", "rating"): 8, ("practice", "key"): 2})
    >>> chosen(counted, ["key.keys", "key.corr", "rating.response"], "a.csv")
    {'practice': 'key', 'trials': 'key'}
    """
    answering = {}
    for loop in sorted({loop for loop, _ in counted}):
        used = sorted(component for name, component in counted if name == loop)
        scored = [component for component in used if component + CORRECT in columns]
        if len(used) > 1 and len(scored) != 1:
            holding = [components_of(columns)[component] for component in used]
            raise TableError(
                f"{path}: in loop {loop} {' and '.join(holding)} hold answers; say which counts: "
                f"--columns response={holding[0]}"
            )
        answering[loop] = (scored if len(used) > 1 else used)[0]
    return answering


def first_answers(trials: pd.DataFrame, missing: frozenset[str]) -> Counter[str]:
    """Count the trials in which each column holds an answer and no column before it does.

    Examples
    --------
    >>> trials = pd.DataFrame({"button_pressed": ["null", "1"], "key_press": ["d", "null"]})
    >>> sorted(first_answers(trials, frozenset({"null"})).items())
    [('button_pressed', 1), ('key_press', 1)]
    """
    counted: Counter[str] = Counter()
    silent = pd.Series(True, index=trials.index)
    for column in trials:
        blank = is_missing(trials[column], missing)
        counted[str(column)] = int((silent & ~blank).sum())
        silent &= blank
    return counted


def answered_column(counted: Mapping[str, int], columns: Sequence[str], path: str) -> str:
    """Return the only column that holds answers; the first where none does.

    Raises
    ------
    TableError
        When several hold the answers of different trials.

    Examples
    --------
    >>> answered_column({"button_pressed": 0, "key_press": 8}, ["button_pressed", "key_press"], "a.csv")
    'key_press'
    """
    holding = [name for name in columns if counted.get(name)]
    if len(holding) > 1:
        raise TableError(
            f"{path}: {' and '.join(holding)} hold answers of different trials; say which counts, "
            f"--columns response={holding[0]}, or which rows are trials, --only COLUMN=VALUES"
        )
    return (holding or [*columns])[0]


def answers(batch: pd.DataFrame, answering: dict[str, str]) -> pd.DataFrame:
    """Return response, correctness and response time of each row, from the component of its loop.

    Examples
    --------
    >>> batch = pd.DataFrame({"trials.thisN": ["0"], "key.keys": ["d"], "key.corr": ["1"], "key.rt": ["0.5"]})
    >>> answers(batch, {"trials": "key"}).to_dict("list")
    {'response': ['d'], 'correct': ['1'], 'rt_ms': ['0.5']}
    """
    loop = loops(batch)
    columns = list(map(str, batch))
    cells: dict[str, pd.Series] = {}
    for name, component in answering.items():
        for target, endings in {"response": ANSWERS, "correct": (CORRECT,), "rt_ms": TIMES}.items():
            source = next((component + end for end in endings if component + end in columns), None)
            if source is not None:
                empty = pd.Series(None, index=batch.index, dtype=object)
                cells[target] = cells.get(target, empty).where(loop != name, batch[source])
    return pd.DataFrame(cells, index=batch.index)


def with_answers(spool: Spool, sources: Sources, options: ImportOptions) -> Sources:
    """Return the columns with the answers of the one that holds some, where several could.

    Raises
    ------
    TableError
        When several hold the answers of different trials.

    Examples
    --------
    >>> from stats.imports.column_sources import sources_of
    >>> header = ["time_elapsed", "subject", "image", "label", "level", "button_pressed", "key_press"]
    >>> spool = Spool("a.csv")
    >>> spool.add(pd.DataFrame([["9", "p", "a", "x", "0", None, "x"]], columns=header, dtype=object))
    >>> with_answers(spool, sources_of(header, "a.csv", ImportOptions()), ImportOptions()).columns["response"]
    'key_press'
    """
    columns = (sources.columns.get("response", ""), *sources.rivals.get("response", ()))
    if len(columns) == 1:
        return sources
    recorded: Counter[str] = Counter()
    for batch in spool.batches():
        trials = batch[why_no_trial(batch, named(batch, sources), sources, options).isna()]
        recorded += first_answers(trials[list(columns)], options.missing_words)
    answering = answered_column(recorded, columns, spool.path)
    return replace(sources, columns=sources.columns | {"response": answering})


def answering_components(spool: Spool, sources: Sources, options: ImportOptions) -> dict[str, str]:
    """Return the component of each loop that answers, by what the loop's trials recorded.

    Raises
    ------
    TableError
        When no component recorded anything, or several did in one loop.

    Examples
    --------
    >>> from stats.imports.column_sources import sources_of
    >>> header = ["participant", "image", "category", "level", "trials.thisN", "key.keys"]
    >>> spool = Spool("a.csv")
    >>> spool.add(pd.DataFrame([["p", "a", "x", "0", "0", "x"]], columns=header, dtype=object))
    >>> answering_components(spool, sources_of(header, "a.csv", ImportOptions()), ImportOptions())
    {'trials': 'key'}
    """
    components = components_of(spool.columns) if sources.layout is PSYCHOPY else {}
    asked = options.columns.get("response")
    if asked in components.values():
        components = {name: column for name, column in components.items() if column == asked}
    if not components:
        return {}
    counted: Counter[tuple[str, str]] = Counter()
    for batch in spool.batches():
        rows = named(batch, sources)
        counted += uses(batch[why_no_trial(batch, rows, sources, options).isna()], components)
    if not counted:
        raise TableError(
            f"{spool.path}: no component ({', '.join(components.values())}) recorded an answer in a row that "
            "shows a photo at a level; name the columns: --columns item_id=COLUMN crop_level=COLUMN"
        )
    return chosen(counted, spool.columns, spool.path)
