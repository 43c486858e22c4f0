"""Photos that were not shown as planned: flagged in the export, left out of the verdict, told on the desk."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from django.test import Client

from pipeline.exports.files import FILES
from pipeline.exports.trial_rows import human_rows
from pipeline.sittings.timing_quality import timing_quality
from stats.table.tidy import tidy
from study.models import Session, StudyVersion, Trial
from study.models.people import Mode
from tests.pipeline.acting import desk
from tests.pipeline.answered import answered_version

pytestmark = pytest.mark.django_db
FRAME = 1000 / 60


@pytest.fixture
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
    page = admin_client.get(desk(version.study)).content.decode()
    assert "83.3 % within half a frame, 91.7 % within one" in page
    assert "in a thread of its own: 2" in page


def test_robots_and_previews_say_nothing_about_timing() -> None:
    assert timing_quality(answered_version(people=1, mode=Mode.SIMULATED)) is None


def test_sessions_csv_tells_clock_and_onset(version: StudyVersion) -> None:
    text = "".join(FILES["sessions.csv"](version, Mode.LIVE))
    sessions = pd.read_csv(io.StringIO(text))
    assert set(sessions["clock_grain_ms"]) == {0.1}
    assert set(sessions["onset_known_by"]) == {"worker_frame"}
