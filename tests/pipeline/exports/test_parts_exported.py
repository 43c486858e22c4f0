"""Sessions on several days in tables, bundle, report and preregistration."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta

import pytest

from pipeline.analysis.report_facts import how_many_came_back
from pipeline.bundle.bundle_tables import TABLES
from pipeline.exports.files import sessions_csv, trials_csv
from pipeline.exports.registering.preregistration import preregistration_of
from study import sessions
from study.models import Session, SessionPart, StudyVersion
from study.models.people import Mode
from study.version_config import VersionConfig
from tests.study.factories import DEVICE, NOW, open_study_version, player
from tests.study.playing import QUESTIONNAIRE, play_block, play_to_the_end
from tests.study.several_days import after_part_one, in_parts

pytestmark = pytest.mark.django_db

NEXT_DAY = NOW + timedelta(hours=24, minutes=1)
PHONE = {"browser": "Safari", "os": "iOS", "input_device": "touch", "viewport_w": 390, "viewport_h": 664}


def rows_of(lines: Iterator[str]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(lines))))


def people_rows(version: StudyVersion) -> list[dict[str, str]]:
    return [row for row in rows_of(trials_csv(version, "live")) if row["agent_type"] == "human"]


def on_a_phone() -> sessions.Device:
    return sessions.Device(**{name: getattr(DEVICE, name) for name in DEVICE.__struct_fields__} | PHONE)


def after_both_parts(version: StudyVersion) -> Session:
    """Somebody who did the first part at a computer, and the second a day later on a phone."""
    session = after_part_one(version)
    sessions.begin_part(session.token, NEXT_DAY)
    sessions.device_checked(session.token, on_a_phone())
    sessions.instructions_read(session.token, understood=True)
    while play_block(session, NEXT_DAY).trials:
        pass
    return sessions.complete(session.token, QUESTIONNAIRE, NEXT_DAY)


def test_each_trial_says_its_part_and_the_device_of_that_part() -> None:
    version = in_parts(part_practice=True)
    after_both_parts(version)
    rows = people_rows(version)
    assert {(row["part"], row["block_type"], row["browser"], row["viewport_w"]) for row in rows} == {
        ("1", "practice", "Chrome", "1280"),
        ("1", "test", "Chrome", "1280"),
        ("2", "practice", "Safari", "390"),
        ("2", "test", "Safari", "390"),
    }
    assert len(rows) == 2 + 3 + 2 + 3
    assert {row["excluded_participant"] for row in rows} == {"0"}


def test_a_session_says_how_many_parts_are_done_and_when() -> None:
    version = in_parts()
    after_both_parts(version)
    (row,) = rows_of(sessions_csv(version, "live"))
    assert row["parts_done"] == "2"
    assert row["parts_began_at"] == f"{NOW.isoformat()}|{NEXT_DAY.isoformat()}"
    assert len(row["parts_ended_at"].split("|")) == 2


def test_answers_of_who_did_not_come_back_are_there_and_flagged() -> None:
    version = in_parts()
    session = after_part_one(version)
    sessions.begin_part(session.token, NOW + timedelta(hours=200))
    rows = people_rows(version)
    assert len(rows) == 5
    assert {(row["excluded_participant"], row["exclusion_reason"]) for row in rows} == {("1", "incomplete")}
    (line,) = rows_of(sessions_csv(version, "live"))
    assert (line["status"], line["status_reason"], line["parts_done"]) == ("stopped", "not_returned", "1")


def test_in_one_go_the_part_is_the_first_and_the_rest_is_blank() -> None:
    version = open_study_version()
    play_to_the_end(player(version))
    rows = people_rows(version)
    assert {row["part"] for row in rows} == {"1"}
    (line,) = rows_of(sessions_csv(version, "live"))
    assert (line["parts_done"], line["parts_began_at"], line["parts_ended_at"]) == ("", "", "")


def test_the_report_says_how_many_came_back_and_after_which_time() -> None:
    version = in_parts()
    after_both_parts(version)
    after_part_one(version)
    rule, figures = how_many_came_back(version, Mode.LIVE)
    assert "count in no analysis" in rule
    assert figures == (
        "Part 2: begun by 1 of 2 people who had done the part before, done by 1; 24.0 hours between (median)."
    )


def test_the_report_of_a_study_in_one_go_says_nothing_of_parts() -> None:
    assert list(how_many_came_back(open_study_version(), Mode.LIVE)) == []


def test_parts_and_what_follows_from_staying_away_are_frozen_and_preregistered() -> None:
    version = in_parts(part_least_hours=20, part_most_hours=50)
    frozen = VersionConfig.read(version.config).design
    assert (frozen.parts, frozen.part_least_hours, frozen.part_most_hours) == (2, 20.0, 50.0)
    (sentence,) = [line for line in preregistration_of(version).design if "parts" in line]
    assert "from 20 to 50 hours" in sentence
    assert "flagged incomplete, and count in no analysis" in sentence


def test_a_version_that_was_frozen_before_there_were_parts_is_in_one_go() -> None:
    version = open_study_version()
    config = version.config
    for name in ("parts", "part_least_hours", "part_most_hours", "part_practice", "part_codes"):
        del config["design"][name]
    assert VersionConfig.read(config).design.parts == 1


def test_a_bundle_carries_the_parts_without_their_codes() -> None:
    version = in_parts(part_codes=True)
    session = after_part_one(version)
    (table,) = [table for table in TABLES if table.model is SessionPart]
    assert list(table.rows(version.study)) == list(session.parts.all())
    assert table.blanked == ("completion_code",)
