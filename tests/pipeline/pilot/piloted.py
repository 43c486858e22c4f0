"""A study whose levels are cut with candidates, and people of its pilot whose eyes are known."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from django.utils import timezone

from pipeline.crops import cut_level
from pipeline.models import Job
from pipeline.models.job_params import CropParams
from pipeline.pilot.opening import open_pilot
from pipeline.queue.job_requests import enqueue
from study import sessions
from study.models import Pilot, Session, Stimulus, Study
from study.models.people import Mode
from tests.pipeline.studies import imported_study, work_off
from tests.remembered import remembered
from tests.study.factories import player
from tests.study.playing import QUESTIONNAIRE, deliver, open_block, right_answer, trials_of, wrong_answer

SHARES = (1.0, 0.8, 0.4)
DESIGN = {
    "pilot": True,
    "pilot_candidates": 2,
    "pilot_floor": 0.5,
    "pilot_least_answers": 2,
    "pilot_people": 24,
    "pilot_trials": 4,
    "level_family": "subject",
    "least_crop_pixels": 20,
    "practice_trials": 0,
    "catch_share": 0.0,
}
Knows = Callable[[Stimulus], bool]


def cut_study(monkeypatch: pytest.MonkeyPatch, **design: object) -> Study:
    """Photos with a box each, cut at all levels where a network would look at their upper part."""
    study = _cut(**design)
    monkeypatch.setattr(cut_level, "designers_attention", look)
    return study


@remembered
def _cut(**design: object) -> Study:
    study = imported_study(per_class=20, sides=SHARES, **(DESIGN | design))
    study.items.update(box=[0.3, 0.2, 0.6, 0.8])
    for level in range(len(SHARES)):
        enqueue(study, Job.Kind.CROP, f"crop:l{level}", CropParams(level))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cut_level, "designers_attention", look)
        work_off(study)
    return study


def look(_: Study, lighter: Sequence[Stimulus], __: object) -> tuple[list[object], np.ndarray]:
    return [], np.stack([np.repeat([2.0, 1.0, 0.5, 0.1], 4).reshape(4, 4) for _ in lighter])


def piloted(study: Study, knows: Knows, people: int = 24, mode: Mode = Mode.LIVE) -> Pilot:
    """A pilot in which so many people have answered: rightly where they know, wrongly elsewhere."""
    pilot = open_pilot(study, timezone.now())
    for _ in range(people):
        take_part(pilot, knows, mode)
    return pilot


def take_part(pilot: Pilot, knows: Knows, mode: Mode = Mode.LIVE) -> Session:
    session = player(pilot.version, mode=mode)
    while trials := trials_of(open_block(session)):
        deliver(
            session,
            *(right_answer(trial) if knows(trial.stimulus) else wrong_answer(trial) for trial in trials),
        )
    return sessions.complete(session.token, QUESTIONNAIRE, timezone.now())
