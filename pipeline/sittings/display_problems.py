"""The rule of `study/exclusions.py` about photos that were not shown as planned, as SQL.

The desk counts the trials of a whole version: as many are counted where they lie, not read one by one. That
both forms of the rule say the same of every trial is tested.
"""

from __future__ import annotations

from django.db.models import Case, CharField, F, FloatField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Abs, Coalesce, NullIf

from study.design import Design
from study.exclusions import SLACK, USUAL_FRAME_MS

PROBLEMS = ("focus_lost", "duration", "dropped_frames")


def frames_off() -> Combinable:
    """Return by how many frames a timed photo stood too long or too short; NULL if unknown."""
    off = Abs(F("stimulus_ms_achieved") - F("stimulus_ms_planned"))
    frame = Coalesce(NullIf(F("frame_ms"), Value(0.0)), Value(USUAL_FRAME_MS), output_field=FloatField())
    return off / frame


def display_problem(design: Design) -> Case:
    """Return how a photo was not shown as planned, or an empty text; rows are annotated with `off`."""
    return Case(*_rules(design), default=Value(""), output_field=CharField())


def _rules(design: Design) -> list[When]:
    rules = [When(focus_lost=True, then=Value("focus_lost"))] if design.exclude_lost_focus else []
    rules.append(When(stimulus_ms_planned__isnull=True, then=Value("")))
    if design.most_frames_off is not None:
        rules.append(When(off__gt=design.most_frames_off + SLACK, then=Value("duration")))
    if design.most_dropped_frames is not None:
        rules.append(When(dropped_frames__gt=design.most_dropped_frames, then=Value("dropped_frames")))
    return rules
