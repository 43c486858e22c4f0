"""Layouts of other programs: where each tidy column is found in them, and which rows are trials."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from stats.errors import TableError
from stats.table.schema import BY_NAME, REQUIRED

MS, SECONDS = 1.0, 1000.0


@dataclass(frozen=True)
class Layout:
    """The way in which one program writes trials.

    Attributes
    ----------
    name
        Name of the layout, as a user gives it.
    sources
        Per tidy column, the names to look for; the first match wins.
    rt_factor
        Factor from the layout's unit of response time to milliseconds; None if it is not known.
    signs
        Sets of columns, in small letters, any of which only this program writes.
    kinds
        Columns that tell screens of one trial apart (fixation, photo, rating): one kind is the trial.
    phases
        Columns whose words say that a row is practice, or a catch trial.
    trial_rows
        Column -> pattern of what it says of an answer; its other rows are no trials.
    people_only
        Whether the program runs people, so that nobody in its tables is a network.
    """

    name: str
    sources: dict[str, tuple[str, ...]]
    rt_factor: float | None
    signs: tuple[frozenset[str], ...] = ()
    kinds: tuple[str, ...] = ()
    phases: tuple[str, ...] = ("block_type", "phase", "practice", "is_practice", "isPractice")
    trial_rows: Mapping[str, str] = field(default_factory=dict)
    people_only: bool = True


def _names(**others: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Return the names to look for: the program's own first, then the usual names of each column."""
    return {
        name: (*others.get(name, ()), name, *BY_NAME[name].aliases)
        for name in (*USUAL, *(name for name in others if name not in USUAL))
    }


USUAL = (
    *("agent_type", "agent_id", "session_id", "trial_index", "item_id", "source_id", "category"),
    *("crop_level", "crop_fraction", "block_type", "response", "response_status", "correct", "rt_ms"),
)
TIDY_TABLE = Layout("tidy", _names(), MS, phases=("block_type",), people_only=False)
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
    rt_factor=SECONDS,
    signs=(frozenset({"subj", "object_response", "imagename"}),),
    phases=(),
    people_only=False,
)
JSPSYCH = Layout(
    "jspsych",
    _names(rt_ms=("rt",), response=("response", "button_pressed", "key_press")),
    rt_factor=MS,
    signs=(
        frozenset({"trial_type", "trial_index"}),
        frozenset({"time_elapsed"}),
        frozenset({"internal_node_id"}),
    ),
    kinds=("trial_type", "task"),
    phases=("block_type", "phase", "practice", "is_practice", "isPractice", "test_part", "task"),
)
PSYCHOPY = Layout(
    "psychopy",
    _names(session_id=("session",), category=("corrAns", "correctAns"), rt_ms=("rt",)),
    rt_factor=SECONDS,
    signs=(frozenset({"psychopyversion"}), frozenset({"expname", "framerate"})),
)
GORILLA = Layout(
    "gorilla",
    _names(
        agent_id=("Participant Private ID", "Participant Public ID"),
        trial_index=("Trial Number",),
        category=("category", "class", "ANSWER", "correct_answer"),
        response=("Response",),
        correct=("Correct",),
        rt_ms=("Reaction Time",),
    ),
    rt_factor=MS,
    signs=(frozenset({"participant private id"}), frozenset({"event index", "trial number"})),
    kinds=("Screen", "Screen Name"),
    trial_rows={"Zone Type": "response|timelimit", "Response Type": "^(?:response|timedout|timed out)$"},
    phases=("block_type", "display", "Task Name", "Spreadsheet Name"),
)
LABJS = Layout(
    "lab.js",
    _names(category=("category", "class", "correctResponse"), rt_ms=("duration",)),
    rt_factor=MS,
    signs=(frozenset({"sender", "ended_on"}),),
    kinds=("sender",),
    phases=("block_type", "phase", "practice", "is_practice", "block", "sender"),
)
LABVANCED = Layout(
    "labvanced",
    _names(
        agent_id=("exp_subject_id", "subject_code", "Subject_Nr"),
        session_id=("rec_session_id",),
        trial_index=("Trial_Nr",),
        rt_ms=("rt", "responsetime", "response_time", "reaction_time"),
    ),
    rt_factor=MS,
    signs=(frozenset({"task_name", "trial_nr"}), frozenset({"rec_session_id", "task_nr"})),
    phases=("block_type", "Block_Name", "Task_Name"),
)
BIDS = Layout(
    "bids",
    _names(
        agent_id=("participant_id",),
        item_id=("stim_file", "image", "stimulus"),
        correct=("correct", "accuracy"),
        rt_ms=("response_time",),
    ),
    rt_factor=SECONDS,
    signs=(frozenset({"onset", "duration", "trial_type"}), frozenset({"onset", "duration", "stim_file"})),
    kinds=("trial_type",),
)
PLAIN = Layout("plain", _names(rt_ms=("rt_ms", "rt", "response_time")), rt_factor=None, people_only=False)

# A table is taken for the first whose signs it bears.
LAYOUTS = {
    layout.name: layout
    for layout in (
        *(TIDY_TABLE, MODEL_VS_HUMAN, GORILLA, LABJS, LABVANCED, PSYCHOPY, BIDS, JSPSYCH),
        PLAIN,
    )
}
OF_PSYCHOPY = (".thisN", ".thisRepN", ".corr", ".keys", ".clicked_name")


def layout_named(name: str) -> Layout:
    """Return a layout by its name.

    Raises
    ------
    TableError
        When there is no layout of this name.

    Examples
    --------
    >>> layout_named("model-vs-human").sources["rt_ms"]
    ('rt',)
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
    if set(REQUIRED) <= set(columns):
        return TIDY_TABLE
    small = {column.lower() for column in columns}
    if any(column.endswith(OF_PSYCHOPY) for column in columns):
        return PSYCHOPY
    for layout in LAYOUTS.values():
        if any(sign <= small for sign in layout.signs):
            return layout
    raise TableError(
        f"{path}: was written by no program that is known here (columns {', '.join(columns)}); if a row is a "
        "trial, --layout plain and --columns TIDY=COLUMN say what is what; if a person, --wide MAP.csv"
    )
