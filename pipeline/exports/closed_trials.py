"""Closed trials of many people at a time, as the tables have them.

A table may have a million rows. So trials are plain tuples, not rows of models, and what they showed is read
once for everybody.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import TextField
from django.db.models.functions import Cast

from study.models import Participant, Stimulus
from study.models.answers import TrialQuerySet, in_places

PEOPLE_AT_ONCE = 100  # whose trials are in memory together


class ClosedTrial(NamedTuple):
    """What tables tell of a trial, by the names of its model's fields; a grid has neither photo."""

    pk: int
    session_id: int
    stimulus_id: int | None
    beside_id: int | None
    stimulus_place: int
    target_id: int | None
    block_id: int
    block_type: str
    trial_index: int
    attempt: int
    level_probability: float | None
    response_status: str
    status_reason: str
    response_input: str
    response_id: int | None
    said_yes: bool | None
    said_same: bool | None
    response_text: str
    first_key_ms: float | None
    correct: bool | None
    tile_accuracy: float | None
    confidence: int | None
    rt_ms: float | None
    late: bool
    suspect: str
    received_at: datetime | None
    stimulus_ms_planned: float | None
    stimulus_ms_achieved: float | None
    mask_ms_achieved: float | None
    shown_px: float | None
    frame_ms: float | None
    dropped_frames: int | None
    focus_lost: bool
    fullscreen: bool
    onset_utc: datetime | None
    choice_order: tuple[Any, ...]
    stimulus: Stimulus | None
    beside: Stimulus | None

    @property
    def photos(self) -> tuple[Stimulus, ...]:
        """Its photos from left to right or from above."""
        return in_places(self.stimulus, self.beside, self.stimulus_place)


COLUMNS = ClosedTrial._fields[:-3]
FIRST, SECOND = COLUMNS.index("stimulus_id"), COLUMNS.index("beside_id")
ORDER = Cast("choice_order", TextField())  # few differ, so that few are read as JSON


def batches(people: Iterable[Participant]) -> Iterator[list[Participant]]:
    """Split people who have a session into groups whose trials fit into memory together."""
    rest = iter(people)
    while some := list(islice(rest, PEOPLE_AT_ONCE)):
        yield some


class ClosedTrials:
    """Reads closed trials of people; a photo at a level is read once.

    Parameters
    ----------
    trials
        Those that a table is about.
    """

    def __init__(self, trials: TrialQuerySet) -> None:
        in_order = trials.answered().order_by("session_id", "trial_index", "attempt")
        self.rows = in_order.values_list(*COLUMNS, ORDER)
        self.shown: dict[int | None, Stimulus | None] = {None: None}
        self.order_of = lru_cache(maxsize=10_000)(lambda order: tuple(json.loads(order)))

    def of(self, people: Iterable[Participant]) -> dict[int, list[ClosedTrial]]:
        """Return the trials of some people by their sessions, each in the order of the session."""
        rows = list(self.rows.filter(session__in=[person.session.pk for person in people]))
        new = {row[place] for row in rows for place in (FIRST, SECOND)} - self.shown.keys()
        self.shown |= Stimulus.of_any_kind.prefetch_related("item__category", "level").in_bulk(list(new))
        trials: dict[int, list[ClosedTrial]] = defaultdict(list)
        for *facts, order in rows:
            trial = ClosedTrial._make(
                (*facts, self.order_of(order), self.shown[facts[FIRST]], self.shown[facts[SECOND]])
            )
            trials[trial.session_id].append(trial)
        return trials
