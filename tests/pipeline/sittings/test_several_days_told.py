"""People who come on several days, as the desk tells of them: ends, parts, lines of time and pay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from pipeline.desk.live_progress import people_of
from pipeline.sittings.payments import Bonus, payment_rows, usual_minutes
from pipeline.sittings.recruitment_figures import monitor_of
from pipeline.sittings.sitting import End, Sitting, ends_of, sittings_of
from pipeline.sittings.time_line import time_lines
from study import sessions
from study.models import ExternalIdentity, Session, StudyVersion, Trial
from study.models.people import Mode
from study.plan import plan_of
from tests.study.factories import DEVICE, NOW, open_study_version
from tests.study.playing import A_MINUTE, QUESTIONNAIRE, fresh, play_block
from tests.study.several_days import after_part_one, in_parts

pytestmark = pytest.mark.django_db

NEXT_DAY = NOW + timedelta(hours=24, minutes=1)
TOO_LATE = NOW + timedelta(days=8)


def in_part_two(version: StudyVersion) -> Session:
    session = after_part_one(version)
    sessions.begin_part(session.token, NEXT_DAY)
    sessions.device_checked(session.token, DEVICE)
    return sessions.instructions_read(session.token, understood=True)


def after_both_parts(version: StudyVersion) -> Session:
    session = in_part_two(version)
    while play_block(session, NEXT_DAY).trials:
        pass
    return sessions.complete(session.token, QUESTIONNAIRE, NEXT_DAY + 3 * A_MINUTE)


def sitting_of(session: Session, now: object = NEXT_DAY) -> Sitting:
    people = sittings_of(session.participant.version, Mode.LIVE, now)  # type: ignore[arg-type]
    return next(each for each in people if each.session.pk == session.pk)


class TestEnds:
    def test_who_waits_is_between_parts_and_not_abandoned(self) -> None:
        waiting = sitting_of(after_part_one(in_parts()))
        assert (waiting.end, waiting.where, waiting.parts_done) == (End.BETWEEN, "part 2", 1)

    @pytest.mark.parametrize("opens_the_page", [True, False])
    def test_who_stays_away_did_not_come_back_whether_or_not_they_look_again(
        self, opens_the_page: bool
    ) -> None:
        session = after_part_one(in_parts())
        if opens_the_page:
            sessions.resume(session.token, TOO_LATE)
        away = sitting_of(session, TOO_LATE)
        assert (away.end, away.where, away.counts) == (End.NOT_RETURNED, "part 2", False)

    def test_within_a_later_part_the_step_is_told_with_its_part(self) -> None:
        working = sitting_of(in_part_two(in_parts()))
        assert (working.end, working.where) == (End.IN_PROGRESS, "part 2, block 2")

    def test_who_did_all_parts_counts_and_the_days_between_are_no_work(self) -> None:
        done = sitting_of(after_both_parts(in_parts()))
        assert (done.end, done.counts, done.parts_done) == (End.COMPLETE, True, 2)
        assert done.minutes == 1 + 3  # the first part took a minute, the second three

    def test_a_study_in_one_go_knows_no_ends_of_several_days(self) -> None:
        assert End.BETWEEN not in ends_of(open_study_version().design)
        assert End.BETWEEN in ends_of(in_parts().design)

    def test_reading_takes_one_query_more_however_many_people(
        self, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        version = in_parts()
        for _ in range(3):
            after_part_one(version)
        with django_assert_max_num_queries(3):
            sittings_of(version, Mode.LIVE, NOW)


class TestMonitor:
    def test_it_counts_who_came_back_for_each_part(self) -> None:
        version = in_parts()
        after_both_parts(version)
        in_part_two(version)
        after_part_one(version)
        figures = monitor_of(version, sittings_of(version, Mode.LIVE, NEXT_DAY))
        (second,) = figures.parts
        assert (second.part, second.awaited, second.began, second.done) == (2, 3, 2, 1)
        assert second.gap_hours == pytest.approx(24.0)
        assert figures.between == [("part 2", 1)]
        assert dict(figures.ends)[End.BETWEEN] == 1

    def test_practice_again_is_a_line_of_its_own_among_times_of_blocks(self) -> None:
        version = in_parts(part_practice=True)
        session = after_both_parts(version)
        for trial in session.trials.all():
            Trial.objects.filter(pk=trial.pk).update(begun_at=trial.received_at - timedelta(seconds=30))
        blocks = monitor_of(version, sittings_of(version, Mode.LIVE, NEXT_DAY)).blocks
        assert [row.block for row in blocks] == ["practice", "block 1", "practice in part 2", "block 2"]
        assert max(row.high for row in blocks) <= 1.0  # minutes, not days

    def test_the_desk_counts_who_is_between_parts_apart_from_who_works(self) -> None:
        version = in_parts()
        after_part_one(version, timezone.now())
        (row,) = people_of(version)
        assert (row["between"], row["running"]) == (1, 0)

    def test_the_page_of_people_says_so(self, admin_client: Client) -> None:
        version = in_parts()
        session = after_part_one(version, timezone.now())
        page = admin_client.get(reverse("pipeline:people", args=[version.study.code])).content.decode()
        assert "Between parts" in page
        assert "part 2 comes next: 1" in page
        assert "Who came back for each part" in page
        assert "1 of 2" in page
        person = reverse("pipeline:person", args=[version.study.code, session.participant.public_id])
        assert "Part 1 of 2" in admin_client.get(person).content.decode()


class TestTimeLines:
    def test_there_is_a_line_for_each_part_as_long_as_the_part(self) -> None:
        version = in_parts(part_practice=True)
        session = after_both_parts(version)
        for trial in session.trials.all():
            Trial.objects.filter(pk=trial.pk).update(begun_at=trial.received_at - timedelta(seconds=30))
        first, second = time_lines(sitting_of(session), plan_of(version))
        assert (first.part, [bar.name for bar in first.bars]) == (1, ["practice", "block 1"])
        assert (second.part, [bar.name for bar in second.bars]) == (2, ["practice", "block 2"])
        assert (first.minutes, second.minutes) == (1.0, 3.0)


class TestPay:
    def test_the_list_says_parts_done_their_codes_and_earlier_visits(self) -> None:
        version = in_parts(part_codes=True)
        someone = sessions.Identity("prolific", "p1", "s1", "v1")
        session = after_part_one(version, identity=someone)
        sessions.come_for_next_part(session, sessions.Identity("prolific", "p1", "s2", "v2"))
        (row,) = payment_rows(version, sittings_of(version, Mode.LIVE, NEXT_DAY), Bonus())
        assert row["parts_done"] == 1
        assert row["codes_of_parts"] == session.parts.get().completion_code
        assert (row["session_reference"], row["earlier_references"]) == ("v2", "v1")
        assert row["outcome"] == "between parts"

    def test_in_one_go_these_cells_are_blank(self) -> None:
        version = open_study_version()
        sessions.start(version, Mode.LIVE, sessions.Consent("I agree.", "en"), None, NOW)
        (row,) = payment_rows(version, sittings_of(version, Mode.LIVE, NOW), Bonus())
        assert (row["parts_done"], row["codes_of_parts"], row["earlier_references"]) == (None, "", "")

    @pytest.mark.thorough
    def test_the_cost_is_of_the_work_and_not_of_the_days_between(self) -> None:
        version = in_parts()
        for _ in range(3):
            after_both_parts(version)
        assert usual_minutes(version) == 4.0

    def test_who_is_erased_leaves_no_reference_of_any_visit(self) -> None:
        version = in_parts(part_codes=True)
        session = after_part_one(version, identity=sessions.Identity("prolific", "p1", "s1", "v1"))
        sessions.come_for_next_part(session, sessions.Identity("prolific", "p1", "s2", "v2"))
        sessions.withdraw(session.token, NEXT_DAY)
        assert not ExternalIdentity.objects.exists()
        assert fresh(session).status == Session.Status.WITHDRAWN
