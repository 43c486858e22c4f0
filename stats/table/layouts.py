"""Tables of other programs: where each column of the tidy table is found in them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from stats.errors import TableError
from stats.table.schema import BY_NAME


@dataclass(frozen=True)
class Layout:
    """The way in which one program writes trials.

    Attributes
    ----------
    name
        Name of the layout, as a user gives it.
    sources
        Per tidy column, the names to look for; the first match wins, and "*.x" is any name that ends in ".x".
    rt_factor
        Factor from the layout's unit of response time to milliseconds.
    no_answer
        Responses that mean "no answer in time".
    """

    name: str
    sources: dict[str, tuple[str, ...]]
    rt_factor: float
    no_answer: tuple[str, ...] = ()


def _usual_names(*columns: str) -> dict[str, tuple[str, ...]]:
    """Return the names that a column has here and in other programs, per column."""
    return {name: (name, *BY_NAME[name].aliases) for name in columns}


PHOTO = ("item_id", "source_id", "category", "crop_level", "crop_fraction", "block_type")
MODEL_VS_HUMAN = Layout(
    "model-vs-human",
    {
        "agent_id": ("subj",),
        "session_id": ("session",),
        "trial_index": ("trial",),
        "item_id": ("imagename",),
        "category": ("category",),
        "crop_level": ("condition",),
        "response": ("object_response",),
        "rt_ms": ("rt",),
    },
    rt_factor=1000.0,
    no_answer=("na",),
)
JSPSYCH = Layout(
    "jspsych",
    _usual_names("agent_type", "agent_id", "trial_index", *PHOTO, "response", "correct") | {"rt_ms": ("rt",)},
    rt_factor=1.0,
)
PSYCHOPY = Layout(
    "psychopy",
    _usual_names("agent_type", "agent_id")
    | {"session_id": ("session",), "trial_index": ("trials.thisN", "*.thisN")}
    | _usual_names(*PHOTO)
    | {
        "response": ("*.keys", "*.clicked_name", "response"),
        "correct": ("*.corr", "correct"),
        "rt_ms": ("*.rt", "rt"),
    },
    rt_factor=1000.0,
    no_answer=("None",),
)
LAYOUTS = {layout.name: layout for layout in (MODEL_VS_HUMAN, JSPSYCH, PSYCHOPY)}


def layout_named(name: str) -> Layout:
    """Return a layout by its name.

    Raises
    ------
    TableError
        When there is no layout of this name.

    Examples
    --------
    >>> layout_named("psychopy").sources["rt_ms"]
    ('*.rt', 'rt')
    """
    if name not in LAYOUTS:
        raise TableError(f"unknown layout {name!r}; choose one of {', '.join(LAYOUTS)}")
    return LAYOUTS[name]


def layout_of(columns: Collection[str], path: str) -> Layout:
    """Return the layout that a table's columns look like.

    Parameters
    ----------
    columns
        Names of the table's columns.
    path
        File of the table, for the error.

    Raises
    ------
    TableError
        When the columns look like no known layout.

    Examples
    --------
    >>> layout_of(["participant", "key_resp.corr"], "trials.csv").name
    'psychopy'
    """
    if {"subj", "object_response", "imagename"} <= set(columns):
        return MODEL_VS_HUMAN
    if any(column.endswith((".thisN", ".corr")) for column in columns):
        return PSYCHOPY
    if "rt" in columns or "trial_type" in columns:
        return JSPSYCH
    raise TableError(f"{path}: unknown layout; name it with --layout {'|'.join(LAYOUTS)}")
