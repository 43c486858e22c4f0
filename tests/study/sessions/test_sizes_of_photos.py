"""The screen is measured before the instructions, and photos are as large as the design wants them."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from study import sessions
from study.freezing.freeze import NotReadyError
from study.models import Session, Trial
from study.sessions.errors import BadAnswerError
from study.sessions.screen_size import area_of
from study.sessions.wire import parse_delivery
from study.sizing.visual_angle import degrees_of
from tests.study.factories import DEVICE, GRIDS, NOW, frozen_version, newcomer, open_study_version, player
from tests.study.playing import at_the_trials, body, deliver, open_block, right_answer, trials_of

pytestmark = pytest.mark.django_db
BY_CARD = {"known_by": "card", "mm_per_px": "0.1"}


def at_the_card(**design: object) -> Session:
    session = newcomer(open_study_version(**({"screen_calibration": "offered"} | design)))
    return sessions.device_checked(session.token, DEVICE)


def measured(session: Session, mm_per_px: float = 0.1) -> Session:
    size = sessions.ScreenSize(known_by="card", mm_per_px=mm_per_px)
    sessions.size_measured(session.token, size)
    return sessions.instructions_read(session.token, understood=True)


class TestThePage:
    def address(self, session: Session, name: str = "session") -> str:
        return reverse(f"study:{name}", args=[session.token])

    def test_it_stands_between_the_device_check_and_the_instructions(self, client: Client) -> None:
        session = at_the_card()
        assert "57 cm" in client.get(self.address(session)).content.decode()
        client.post(self.address(session, "instructions"), {"task": "action", "unsure": "guess"})
        session.refresh_from_db()
        assert session.status == "consented", "nobody gets past it by another form"
        client.post(self.address(session, "calibration"), BY_CARD)
        assert "What you will do" in client.get(self.address(session)).content.decode()
        session.refresh_from_db()
        known = (session.size_known_by, session.screen_mm_per_px, session.viewing_distance_cm)
        assert known == ("card", 0.1, 57.0)

    def test_who_goes_on_without_is_stored_as_such(self, client: Client) -> None:
        session = at_the_card()
        client.post(self.address(session, "calibration"), {"known_by": "not_measured"})
        session.refresh_from_db()
        assert session.size_known_by == "not_measured"
        assert session.screen_mm_per_px is session.viewing_distance_cm is None

    @pytest.mark.sampled
    @pytest.mark.parametrize(
        "sent",
        [
            {"known_by": "card"},
            {"known_by": "ruler", "mm_per_px": "3"},
            {"known_by": "card", "mm_per_px": "x"},
            {},
        ],
    )
    def test_what_cannot_be_right_is_asked_again(self, client: Client, sent: dict[str, str]) -> None:
        session = at_the_card()
        response = client.post(self.address(session, "calibration"), sent)
        assert response.status_code == HTTPStatus.BAD_REQUEST
        assert "Please measure again" in response.content.decode()

    @pytest.mark.thorough
    def test_a_study_may_insist(self, client: Client) -> None:
        session = at_the_card(screen_calibration="required")
        assert "not_measured" not in client.get(self.address(session)).content.decode()
        response = client.post(self.address(session, "calibration"), {"known_by": "not_measured"})
        assert response.status_code == HTTPStatus.BAD_REQUEST

    @pytest.mark.thorough
    def test_a_study_that_does_not_ask_goes_on_to_the_instructions(self, client: Client) -> None:
        session = at_the_card(screen_calibration="never")
        assert "What you will do" in client.get(self.address(session)).content.decode()

    def test_who_withdraws_leaves_no_screen_behind(self) -> None:
        session = measured(at_the_card())
        sessions.withdraw(session.token, NOW)
        session.refresh_from_db()
        assert (session.size_known_by, session.screen_mm_per_px) == ("", None)


def extents_by_level(session: Session) -> dict[int, set[float | None]]:
    """What the player is told, over all blocks."""
    extents: dict[int, set[float | None]] = {}
    while (block := open_block(session)).trials:
        for served in block.trials:
            stimulus = Trial.objects.get(token=served.trial).stimulus
            assert stimulus is not None
            extents.setdefault(stimulus.level.number, set()).add(served.extent)
        deliver(session, *map(right_answer, trials_of(block)))
    return extents


class TestMagnification:
    def test_crops_are_as_small_as_their_windows_at_one_magnification(self) -> None:
        session = at_the_trials(open_study_version(shown_size="pixels"))
        assert extents_by_level(session) == {0: {1.0}, 1: {0.6}, 2: {0.3}}

    @pytest.mark.thorough
    def test_every_crop_fills_the_area_unless_the_design_says_otherwise(self) -> None:
        session = at_the_trials(open_study_version())
        assert extents_by_level(session) == {0: {None}, 1: {None}, 2: {None}}

    @pytest.mark.thorough
    def test_by_degrees_the_longest_photo_covers_what_its_pixels_say(self) -> None:
        asked = {"shown_size": "degrees", "source_px_per_degree": 8.0}
        for mm_per_px in (0.05, 0.1, 0.3):
            session = measured(at_the_card(**asked), mm_per_px)
            degrees = degrees_of(area_of(session), mm_per_px, session.viewing_distance_cm or 0.0)
            assert degrees == pytest.approx(64 / 8), "64 pixels a side"

    @pytest.mark.thorough
    def test_the_choice_and_what_it_rests_on_are_frozen(self) -> None:
        version = frozen_version(shown_size="pixels")
        assert (version.design.shown_size, version.frozen.longest_side) == ("pixels", 64)
        assert frozen_version().frozen.longest_side == 0.0

    def test_degrees_need_a_measured_screen_and_grids_their_tiles(self) -> None:
        with pytest.raises(NotReadyError, match="measure their screen"):
            frozen_version(shown_size="degrees")
        with pytest.raises(NotReadyError, match="fill their places"):
            frozen_version(shown_size="pixels", **GRIDS)


def test_a_size_that_no_screen_has_is_refused() -> None:
    session = player(open_study_version())
    [first, *_] = trials_of(open_block(session))
    with pytest.raises(BadAnswerError, match="shown_px"):
        parse_delivery(body(right_answer(first, shown_px=-1)))
