"""What became of each person, planted and told again."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from pipeline.actions.simulating import simulate_people
from pipeline.models import Job
from pipeline.sittings.payments import Bonus, Cost, payment_rows, planned_minutes, usual_minutes
from pipeline.sittings.recruiting_links import recruiting_links
from pipeline.sittings.recruitment_figures import monitor_of
from pipeline.sittings.sitting import DATA_PROTECTION, End, Sitting, sittings_of
from pipeline.sittings.time_line import WIDTH, time_lines
from study import sessions
from study.models import Session, StudyVersion, Trial
from study.models.people import Mode
from study.plan import plan_of
from study.questions.questionnaire import Questionnaire
from study.sessions import Identity
from tests.pipeline.studies import work_off
from tests.study.factories import DEVICE, NOW, newcomer, open_study_version, player, recruit
from tests.study.playing import play_block, play_to_the_end, play_to_the_questions

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=5)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def version() -> StudyVersion:
    return open_study_version()


def by_end(sittings: list[Sitting]) -> dict[End, list[str]]:
    ends: dict[End, list[str]] = {}
    for sitting in sittings:
        ends.setdefault(sitting.end, []).append(sitting.where)
    return ends


def not_serious(session: Session) -> Session:
    play_to_the_questions(session)
    return sessions.complete(session.token, Questionnaire(problems="no", seriously="no"), NOW)


def test_each_sitting_says_how_it_ended_and_where(version: StudyVersion) -> None:
    play_to_the_end(player(version))
    not_serious(player(version))
    newcomer(version)  # left at the device check
    play_block(player(version))  # left after practice
    sessions.device_checked(newcomer(version).token, _too_small())
    sessions.stop(player(version).token)
    sessions.withdraw(player(version).token, NOW)
    sessions.withdraw(player(version).token, NOW, DATA_PROTECTION)
    newcomer(version, LATER)
    sittings = sittings_of(version, Mode.LIVE, LATER)
    assert by_end(sittings) == {
        End.COMPLETE: ["", ""],
        End.ABANDONED: ["device check", "block 1"],
        End.SCREENED_OUT: ["viewport"],
        End.STOPPED: ["practice"],
        End.WITHDRAWN: [""],
        End.DELETED: [""],
        End.IN_PROGRESS: ["device check"],
    }
    figures = monitor_of(version, sittings)
    assert (figures.started, figures.counted) == (9, 1)
    assert figures.excluded == [("not_serious", 1)]
    assert dict(figures.abandoned) == {"device check": 1, "block 1": 1}
    assert [(str(day.day), day.started) for day in figures.days] == [("2026-03-02", 9)]


def _too_small() -> sessions.Device:
    import msgspec

    return msgspec.structs.replace(DEVICE, viewport_w=100)


@pytest.mark.thorough
def test_cells_hold_answers_of_people_and_trials_that_count(version: StudyVersion) -> None:
    counted, left_out = play_to_the_end(player(version)), not_serious(player(version))
    cells = monitor_of(version, sittings_of(version, Mode.LIVE, NOW)).cells
    tests = counted.trials.filter(block_type="test").count()
    assert left_out.trials.filter(block_type="test").count() == tests
    assert sum(row.photos - row.empty for row in cells) == tests
    assert [row.level for row in cells] == [0, 1, 2]
    counted.trials.filter(block_type="test").update(late=True)
    again = monitor_of(version, sittings_of(version, Mode.LIVE, NOW)).cells
    assert [row.most for row in again] == [0, 0, 0]


def timed(session: Session, seconds_each: float, shown_ms: float | None = None) -> None:
    """Trials of so many seconds, one after the other, blocks without a break."""
    for place, trial in enumerate(session.trials.all()):
        begun = NOW + timedelta(seconds=seconds_each * place)
        Trial.objects.filter(pk=trial.pk).update(
            begun_at=begun,
            received_at=begun + timedelta(seconds=seconds_each),
            stimulus_ms_planned=None if shown_ms is None else 200.0,
            stimulus_ms_achieved=shown_ms,
            frame_ms=None if shown_ms is None else 20.0,
        )


@pytest.mark.thorough
def test_time_of_blocks_and_timing_by_browser_are_those_that_were_planted(version: StudyVersion) -> None:
    for seconds, shown, browser in ((10, 200.0, "Chrome"), (20, 205.0, "Chrome"), (30, 230.0, "Firefox")):
        session = play_to_the_end(player(version))
        timed(session, seconds, shown)
        Session.objects.filter(pk=session.pk).update(browser=browser)
    figures = monitor_of(version, sittings_of(version, Mode.LIVE, NOW))
    size = Trial.objects.filter(session__participant__version=version, block_id=1).count() / 3
    assert figures.blocks[1].block == "block 1"
    assert figures.blocks[1].median == pytest.approx(20 * size / 60)
    assert figures.blocks[1].low == pytest.approx(15 * size / 60)
    chrome, firefox = figures.browsers
    assert (chrome.browser, chrome.people, chrome.half_a_frame_pct) == ("Chrome", 2, 100.0)
    assert (firefox.half_a_frame_pct, firefox.one_frame_pct) == (0.0, 0.0)


def test_the_line_of_a_sitting_has_its_blocks_and_flags_what_does_not_count(version: StudyVersion) -> None:
    session = play_to_the_end(player(version))
    timed(session, 10)
    bad = session.trials.filter(block_type="test").first()
    Trial.objects.filter(pk=bad.pk).update(rt_ms=1.0)
    (sitting,) = sittings_of(version, Mode.LIVE, NOW)
    (line,) = time_lines(sitting, plan_of(version))
    assert [bar.name for bar in line.bars] == ["practice", "block 1", "block 2"]
    assert sum(bar.width for bar in line.bars) == pytest.approx(WIDTH, abs=1)
    assert line.flags == [("too_fast", 1)]
    assert [mark.index for mark in line.marks if mark.flag] == [bad.trial_index]


@pytest.mark.thorough
def test_reading_a_version_takes_as_many_queries_for_ten_people_as_for_two(
    version: StudyVersion, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(6):
        play_block(player(version))
    with django_assert_max_num_queries(2):
        sittings_of(version, Mode.LIVE, NOW)


@pytest.mark.thorough
def test_payments_take_as_many_queries_for_many_people(
    version: StudyVersion, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(5):
        play_block(player(version))
    sittings = sittings_of(version, Mode.LIVE, NOW)
    with django_assert_max_num_queries(3):
        assert len(list(payment_rows(version, sittings, Bonus()))) == 5


def test_payments_name_person_code_outcome_and_bonus(version: StudyVersion) -> None:
    recruit(version, platform="prolific", code_completed="C1ABCD")
    paid = play_to_the_end(player(version, identity=Identity("prolific", "p1", "study", "visit")))
    lax = not_serious(player(version, identity=Identity("prolific", "p2")))
    sessions.withdraw(player(version, identity=Identity("prolific", "p3")).token, NOW)
    rows = list(
        payment_rows(version, sittings_of(version, Mode.LIVE, NOW), Bonus(Decimal("0.50"), Decimal("0.10")))
    )
    right = paid.trials.filter(block_type="test", correct=True).count()
    assert [(row["person"], row["code"], row["outcome"]) for row in rows] == [
        ("p1", "C1ABCD", "complete"), ("p2", "C1ABCD", "complete"), ("", "", "withdrawn"),
    ]  # fmt: skip
    assert rows[0]["bonus"] == Decimal("0.50") + right * Decimal("0.10")
    assert (rows[1]["bonus"], rows[1]["reason"]) == (Decimal("0.00"), "not_serious")
    assert lax.trials.exists()


def test_costs_add_up_and_minutes_come_from_people_once_there_are_some(version: StudyVersion) -> None:
    cost = Cost(people=60, reward=Decimal("2.50"), fee_pct=Decimal("33.3"), minutes=15)
    assert (cost.rewards, cost.fees, cost.total) == (Decimal("150.00"), Decimal("49.95"), Decimal("199.95"))
    assert cost.per_hour == Decimal("10.00")
    assert usual_minutes(version) == planned_minutes(version.design)
    for _ in range(3):
        session = play_to_the_end(player(version))
        Session.objects.filter(pk=session.pk).update(completed_at=NOW + 12 * MINUTE)
    assert usual_minutes(version) == 12.0


def test_each_platform_gets_its_own_link_and_the_studys_comes_first(version: StudyVersion) -> None:
    links = recruiting_links("https://lab.example/s/abc/", recruit(version, platform="sona"))
    assert [link.is_set for link in links] == [True, *[False] * 5]
    assert links[0].copied == "https://lab.example/s/abc/?id=%SURVEY_CODE%"
    texts = {link.platform: link.copied for link in links}
    assert texts["prolific"].endswith("&SESSION_ID={{%SESSION_ID%}}")
    assert "<ExternalURL>https://lab.example/s/abc/</ExternalURL>" in texts["mturk"]


def test_robots_that_no_site_answers_are_tried_again_and_their_key_is_told_nobody(
    version: StudyVersion,
) -> None:
    simulate_people(version.study.owner, version.study, 1, 1, "http://127.0.0.1:9/")
    work_off(version.study)
    job = version.study.jobs.get()
    assert (job.state, job.attempts) == (Job.State.FAILED, Job.MAX_ATTEMPTS)
    assert "http://127.0.0.1:9/ does not answer robots" in job.error
    assert "key=" not in job.message + job.error
