"""Photos that were not shown as planned: flagged in the export, left out of the verdict, told on the desk."""

from __future__ import annotations

import io
from collections import Counter
from itertools import product
from random import Random
from typing import Any

import pandas as pd
import pytest
from django.test import Client
from django.urls import reverse

from pipeline.exports.files import FILES
from pipeline.exports.trial_rows import human_rows
from pipeline.sittings.timing_quality import timing_quality
from stats.table.tidy import tidy
from study.exclusions import display_problem, frames_off
from study.models import Session, StudyVersion, Trial
from study.models.people import Mode
from tests.pipeline.acting import desk
from tests.pipeline.answered import answered_version
from tests.remembered import remembered
from tests.study.factories import open_study_version

pytestmark = pytest.mark.django_db
FRAME = 1000 / 60
FACTS = ("focus_lost", "stimulus_ms_planned", "stimulus_ms_achieved", "frame_ms", "dropped_frames")


@pytest.fixture
@remembered
def version() -> StudyVersion:
    """Two people; of the six photos of the first, one was seen for 4,215 ms and one lost the focus."""
    answered = answered_version(people=2, mode=Mode.LIVE, stimulus_ms=200)
    tests = Trial.objects.filter(block_type="test")
    tests.update(stimulus_ms_achieved=200.0, frame_ms=FRAME, dropped_frames=0)
    first, second, third = tests.order_by("pk")[:3]
    tests.filter(pk=first.pk).update(stimulus_ms_achieved=4215.0)
    tests.filter(pk=second.pk).update(focus_lost=True)
    tests.filter(pk=third.pk).update(stimulus_ms_achieved=200.0 + FRAME)
    Session.objects.update(clock_grain_ms=0.1, onset_known_by="worker_frame", refresh_hz=60.02)
    return answered


def test_the_export_flags_them_with_their_reason(version: StudyVersion) -> None:
    rows = pd.DataFrame(human_rows(version, Mode.LIVE))
    flagged = rows[rows["excluded_trial"] == 1]
    assert sorted(flagged["exclusion_reason"]) == ["duration", "focus_lost"]
    assert flagged["correct"].all(), "right answers too: nobody knows what was seen"


def test_the_verdict_counts_neither(version: StudyVersion) -> None:
    counted = tidy(pd.DataFrame(human_rows(version, Mode.LIVE))).primary
    tested = Trial.objects.filter(block_type="test")
    assert int(counted["human"].sum()) == tested.count() - 2


def test_the_desk_says_how_well_photos_were_shown_and_times_are_known(
    version: StudyVersion, admin_client: Client
) -> None:
    quality = timing_quality(version)
    assert quality is not None
    assert (quality.trials, quality.timed) == (12, 12)
    assert quality.half_a_frame_pct == pytest.approx(100 * 10 / 12)
    assert quality.one_frame_pct == pytest.approx(100 * 11 / 12)
    assert sorted(quality.left_out) == [("duration", 1), ("focus_lost", 1)]
    assert (quality.grains, quality.refresh) == ([("0.1 ms", 2)], [("60 Hz", 2)])
    address = reverse("pipeline:answers", args=[version.study.code])
    assert f'hx-get="{address}?version=1"' in admin_client.get(desk(version.study)).content.decode()
    page = admin_client.get(address).content.decode()
    assert "83.3 % within half a frame, 91.7 % within one" in page
    assert "in a thread of its own: 2" in page
    part = admin_client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "83.3 % within half a frame" in part
    assert "<html" not in part


def test_a_desk_without_people_asks_for_no_timing_and_the_page_says_that_nobody_answered(
    admin_client: Client,
) -> None:
    study = open_study_version().study
    address = reverse("pipeline:answers", args=[study.code])
    assert address not in admin_client.get(desk(study)).content.decode()
    assert "Nobody has answered yet" in admin_client.get(address).content.decode()


@pytest.mark.sampled
@pytest.mark.parametrize(
    "rules",
    [
        {},
        {"exclude_lost_focus": False},
        {"most_frames_off": None},
        {"most_frames_off": 0.5, "most_dropped_frames": 1},
        {"most_dropped_frames": None},
    ],
)
def test_the_database_counts_as_the_rules_of_exclusion_do(rules: dict[str, Any]) -> None:
    version = answered_version(people=3, mode=Mode.LIVE, stimulus_ms=200, **rules)
    kinds = product(
        (False, True), (None, 200.0), (None, 150.0, 209.0, 4215.0), (None, 0.0, FRAME), (None, 0, 2)
    )
    trials = list(Trial.objects.filter(block_type="test"))
    for trial, facts in zip(trials, Random(3).sample(list(kinds), len(trials)), strict=True):
        for name, fact in zip(FACTS, facts, strict=True):
            setattr(trial, name, fact)
    Trial.objects.bulk_update(trials, FACTS)
    quality, off = timing_quality(version), [off for off in map(frames_off, trials) if off is not None]
    assert quality is not None
    assert quality.timed == len(off)
    assert quality.half_a_frame_pct == pytest.approx(100 * sum(each <= 0.5 for each in off) / len(off))
    problems = Counter(filter(None, (display_problem(trial, version.design) for trial in trials)))
    assert dict(quality.left_out) == problems


def test_robots_and_previews_say_nothing_about_timing() -> None:
    assert timing_quality(answered_version(people=1, mode=Mode.SIMULATED)) is None


def test_sessions_csv_tells_clock_and_onset(version: StudyVersion) -> None:
    text = "".join(FILES["sessions.csv"](version, Mode.LIVE))
    sessions = pd.read_csv(io.StringIO(text))
    assert set(sessions["clock_grain_ms"]) == {0.1}
    assert set(sessions["onset_known_by"]) == {"worker_frame"}
