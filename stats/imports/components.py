"""PsychoPy's components and loops: which component of a loop holds the answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd

from stats.errors import TableError

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
