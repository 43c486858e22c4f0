"""The viewing distance is measured after the screen, twice where need be, and never assumed in silence."""

from __future__ import annotations

import json
from http import HTTPStatus
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from study import sessions
from study.freezing.freeze import NotReadyError
from study.models import Session
from study.sessions.screen_size import area_of
from study.sizing.blind_spot import ROUNDS, Round, edge_at
from study.sizing.visual_angle import pixels_of
from tests.study.factories import DEVICE, NOW, frozen_version, newcomer, open_study_version

pytestmark = pytest.mark.django_db
MM_PER_PX = 0.25
ANSWERS = {"task": "action", "unsure": "guess"}


def at_the_distance(mm_per_px: float | None = MM_PER_PX, **design: object) -> Session:
    """Somebody who has measured their screen, or went on without."""
    asked = {"screen_calibration": "offered", "measure_distance": True} | design
    session = sessions.device_checked(newcomer(open_study_version(**asked)).token, DEVICE)
    known_by = "not_measured" if mm_per_px is None else "card"
    return sessions.size_measured(session.token, sessions.ScreenSize(known_by=known_by, mm_per_px=mm_per_px))


def rounds_at(*distances: float) -> tuple[Round, ...]:
    """Presses 20 pixels late, of somebody at a distance, or at another one in each round."""
    away = distances if len(distances) > 1 else distances * ROUNDS
    edges = [edge_at(distance, MM_PER_PX) for distance in away]
    return tuple(Round(edge + 20, edge - 20) for edge in edges)


def presses(*distances: float) -> dict[str, str]:
    lengths = [[each.gone_px, each.back_px] for each in rounds_at(*distances)]
    return {"known_by": "blind_spot", "rounds": json.dumps(lengths)}


DISAGREE = (25.0, 40.0, 57.0, 80.0, 110.0)


def address(session: Session, name: str = "session") -> str:
    return reverse(f"study:{name}", args=[session.token])


def known(session: Session) -> tuple[str, float | None, float | None, int]:
    session.refresh_from_db()
    return (
        session.distance_known_by,
        session.viewing_distance_cm,
        session.distance_spread_cm,
        session.distance_tries,
    )


class TestTheWay:
    def test_it_stands_between_the_card_and_the_instructions(self, client: Client) -> None:
        session = at_the_distance()
        assert "With a dot" in client.get(address(session)).content.decode()
        client.post(address(session, "instructions"), ANSWERS)
        session.refresh_from_db()
        assert session.status == "consented", "nobody gets past it by another form"
        client.post(address(session, "distance"), presses(62.0))
        assert known(session) == ("blind_spot", pytest.approx(62.0), pytest.approx(0.0, abs=1e-9), 1)
        assert "What you will do" in client.get(address(session)).content.decode()

    def test_without_a_measured_screen_nobody_is_asked_and_nothing_is_stored(self, client: Client) -> None:
        session = at_the_distance(mm_per_px=None)
        assert "What you will do" in client.get(address(session)).content.decode()
        client.post(address(session, "distance"), presses(62.0))
        assert known(session) == ("", None, None, 0)

    @pytest.mark.thorough
    def test_a_study_that_does_not_ask_takes_the_planned_distance_and_says_so(self, client: Client) -> None:
        session = at_the_distance(measure_distance=False)
        assert "What you will do" in client.get(address(session)).content.decode()
        assert known(session) == ("planned", 57.0, None, 0)

    def test_a_second_measurement_changes_nothing(self, client: Client) -> None:
        session = at_the_distance()
        client.post(address(session, "distance"), presses(62.0))
        client.post(address(session, "distance"), presses(40.0))
        client.post(address(session, "distance"), {"known_by": "skipped"})
        assert known(session)[:2] == ("blind_spot", pytest.approx(62.0))

    def test_who_withdraws_leaves_no_distance_behind(self, client: Client) -> None:
        session = at_the_distance()
        client.post(address(session, "distance"), presses(62.0))
        sessions.withdraw(session.token, NOW)
        assert known(session) == ("", None, None, 0)


class TestWhatCannotBeRight:
    @pytest.mark.sampled
    @pytest.mark.parametrize("distances", [(12.0,), (190.0,), DISAGREE], ids=["near", "far", "disagree"])
    def test_it_is_asked_for_once_more_then_the_planned_distance_stays(
        self, client: Client, distances: tuple[float, ...]
    ) -> None:
        session = at_the_distance()
        client.post(address(session, "distance"), presses(*distances))
        assert known(session) == ("", 57.0, None, 1)
        page = client.get(address(session)).content.decode()
        assert "Please try once more" in page
        client.post(address(session, "distance"), presses(*distances))
        assert known(session) == ("implausible", 57.0, None, 2)
        assert "What you will do" in client.get(address(session)).content.decode()

    def test_a_second_try_that_is_right_counts(self, client: Client) -> None:
        session = at_the_distance()
        client.post(address(session, "distance"), presses(*DISAGREE))
        client.post(address(session, "distance"), presses(55.0, 57.0, 57.0, 60.0, 90.0))
        assert known(session) == ("blind_spot", pytest.approx(57.0), pytest.approx(3.0), 2)

    @pytest.mark.parametrize(
        "sent",
        [
            {},
            {"known_by": "planned"},
            {"known_by": "implausible"},
            {"known_by": "blind_spot"},
            {"known_by": "blind_spot", "rounds": "[[500, 480]]"},
            {"known_by": "blind_spot", "rounds": "[" + ",".join(["[500, -1]"] * 5) + "]"},
            {"known_by": "blind_spot", "rounds": "[" + ",".join(["[1e9, 5]"] * 5) + "]"},
            {"known_by": "blind_spot", "rounds": "[" * 900},
            {"known_by": "tape"},
            {"known_by": "tape", "distance_cm": "9"},
            {"known_by": "tape", "distance_cm": "far"},
            {"known_by": "tape", "distance_cm": "nan"},
        ],
    )
    def test_what_no_page_sends_is_refused_and_is_no_try(self, client: Client, sent: dict[str, str]) -> None:
        session = at_the_distance()
        response = client.post(address(session, "distance"), sent)
        assert response.status_code == HTTPStatus.BAD_REQUEST
        assert "Please measure again" in response.content.decode()
        assert known(session) == ("", 57.0, None, 0)

    def test_nonsense_from_somebody_who_is_not_asked_leads_to_what_is_due(self, client: Client) -> None:
        session = at_the_distance(mm_per_px=None)
        response = client.post(address(session, "distance"), {})
        assert response.status_code == HTTPStatus.FOUND


class TestOtherWays:
    @pytest.mark.parametrize("why", ["skipped", "too_narrow"])
    def test_who_cannot_do_it_goes_on_and_why_is_stored(self, client: Client, why: str) -> None:
        session = at_the_distance()
        client.post(address(session, "distance"), {"known_by": why})
        assert known(session) == (why, 57.0, None, 0)
        assert "What you will do" in client.get(address(session)).content.decode()

    def test_a_tape_is_taken_at_its_word(self, client: Client) -> None:
        session = at_the_distance()
        client.post(address(session, "distance"), {"known_by": "tape", "distance_cm": "71.5"})
        assert known(session) == ("tape", 71.5, None, 0)


def test_photos_in_degrees_are_as_large_as_the_measured_distance_needs() -> None:
    session = at_the_distance(shown_size="degrees", source_px_per_degree=8.0)
    sessions.distance_measured(
        session.token, sessions.Distance(known_by="blind_spot", rounds=rounds_at(85.5))
    )
    session.refresh_from_db()
    assert area_of(session) == pytest.approx(pixels_of(64 / 8, MM_PER_PX, 85.5))


@pytest.mark.thorough
def test_distances_from_before_are_the_planned_ones() -> None:
    session, without = at_the_distance(), at_the_distance(mm_per_px=None)
    earlier = import_module("study.migrations.0048_distance_by_the_blind_spot")
    earlier.say_which_distances_were_planned(apps, None)
    assert known(session) == ("planned", 57.0, None, 0)
    assert known(without) == ("", None, None, 0)


def test_the_distance_needs_a_measured_screen() -> None:
    with pytest.raises(NotReadyError, match="measured screen only"):
        frozen_version(measure_distance=True)
    assert frozen_version(measure_distance=True, screen_calibration="offered").design.measure_distance


def test_a_planned_distance_that_the_blind_spot_cannot_tell_is_said_before_freezing() -> None:
    asked = {"measure_distance": True, "screen_calibration": "offered"}
    for planned in ({"viewing_distance_cm": 200.0}, {"handheld_distance_cm": 15.0}):
        with pytest.raises(NotReadyError, match="20 to 150 cm"):
            frozen_version(**asked, **planned)
