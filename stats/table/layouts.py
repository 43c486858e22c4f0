"""Foreign tables of trials: where each word of the tidy table is found in them."""

from __future__ import annotations

from dataclasses import dataclass

AGENTS = (
    "agent_id",
    "subj",
    "participant",
    "participant_id",
    "subject",
    "subject_id",
    "PROLIFIC_PID",
    "workerId",
    "worker_id",
    "jatosStudyResultId",
    "run_id",
)
ITEMS = ("item_id", "item", "imagename", "image", "stimulus", "photo")
CATEGORIES = ("category", "true_category", "label", "class")
LEVELS = ("crop_level", "level", "condition")


@dataclass(frozen=True)
class Layout:
    """One program's way to write trials.

    Attributes
    ----------
    name : as a user names it
    sources : per tidy column, the names to look for, first match wins; "*.x" is any column ending in ".x"
    rt_factor : from the layout's unit of response time to milliseconds
    no_answer : responses that mean "no answer in time"
    """

    name: str
    sources: dict[str, tuple[str, ...]]
    rt_factor: float
    no_answer: tuple[str, ...] = ()


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
    {
        "agent_type": ("agent_type",),
        "agent_id": AGENTS,
        "trial_index": ("trial_index",),
        "item_id": ITEMS,
        "source_id": ("source_id",),
        "category": CATEGORIES,
        "crop_level": LEVELS,
        "crop_fraction": ("crop_fraction",),
        "block_type": ("block_type",),
        "response": ("response",),
        "correct": ("correct",),
        "rt_ms": ("rt",),
    },
    rt_factor=1.0,
)
PSYCHOPY = Layout(
    "psychopy",
    {
        "agent_type": ("agent_type",),
        "agent_id": AGENTS,
        "session_id": ("session",),
        "trial_index": ("trials.thisN", "*.thisN"),
        "item_id": ITEMS,
        "source_id": ("source_id",),
        "category": CATEGORIES,
        "crop_level": LEVELS,
        "crop_fraction": ("crop_fraction",),
        "block_type": ("block_type",),
        "response": ("*.keys", "*.clicked_name", "response"),
        "correct": ("*.corr", "correct"),
        "rt_ms": ("*.rt", "rt"),
    },
    rt_factor=1000.0,
    no_answer=("None",),
)
LAYOUTS = {layout.name: layout for layout in (MODEL_VS_HUMAN, JSPSYCH, PSYCHOPY)}
