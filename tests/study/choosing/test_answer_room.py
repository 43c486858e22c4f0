"""Who designs a study is told before freezing in which windows photo and answers will not be in view."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.test import Client
from django.urls import reverse

from study.choosing.answer_room import too_small_windows
from study.choosing.usual_windows import USUAL_WINDOWS
from study.freezing.candidates import gather
from study.freezing.notes import notes
from tests.study.factories import GRIDS, draft_study

LONG = tuple(f"playing_basketball_three_point_shot_guarded_by_two_players_{number}" for number in range(12))


@pytest.mark.parametrize("answers", [2, 9, 30])
def test_short_names_fit_everywhere(answers: int) -> None:
    assert too_small_windows([f"action {number}" for number in range(answers)], 160) == []


def test_names_that_are_too_long_do_not_fit_on_small_windows_first() -> None:
    refused = [set(map(str, too_small_windows(LONG[:answers], 160))) for answers in range(2, 13)]
    assert not refused[0]
    assert str(USUAL_WINDOWS[0]) in refused[-1]
    assert all(fewer <= more for fewer, more in pairwise(refused))


def test_a_larger_least_photo_leaves_less_room() -> None:
    assert not too_small_windows(LONG[:3], 100)
    assert too_small_windows(LONG[:3], 400)


@pytest.mark.django_db
class TestNotes:
    def test_the_design_page_and_freezing_say_so(self, admin_client: Client) -> None:
        study = draft_study(classes=LONG, trials_per_person=12, search_answers="never")
        assert any("small phone (320 x 568)" in note for note in notes(gather(study)))
        page = admin_client.get(reverse("admin:study_study_change", args=[study.pk])).content.decode()
        assert "hardly fit together into: small phone (320 x 568)" in page

    @pytest.mark.sampled
    @pytest.mark.parametrize(
        ("rule", "sentence"),
        [
            ("crowded", "fit together into: small phone (320 x 568)"),
            ("always", "On every device people type the first letters"),
        ],
    )
    def test_they_say_where_people_search_their_answer_instead(
        self, admin_client: Client, rule: str, sentence: str
    ) -> None:
        study = draft_study(classes=LONG, trials_per_person=12, search_answers=rule)
        assert any("type the first letters" in note for note in notes(gather(study)))
        page = admin_client.get(reverse("admin:study_study_change", args=[study.pk])).content.decode()
        assert sentence in page
        assert "turned away by the device check" not in page

    @pytest.mark.sampled
    @pytest.mark.parametrize("design", [{"least_photo_px": 0}, {**GRIDS, "classes": LONG[:3]}, {}])
    def test_nobody_is_warned_without_need(self, admin_client: Client, design: dict[str, object]) -> None:
        classes = LONG if "least_photo_px" in design else ("dribble", "dunk", "shoot")
        study = draft_study(**({"classes": classes} | design))
        assert notes(gather(study)) == []
        page = admin_client.get(reverse("admin:study_study_change", args=[study.pk])).content.decode()
        assert "hardly fit" not in page
