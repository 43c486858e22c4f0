"""Keys that answer, and the designs whose keys are too few."""

from __future__ import annotations

import pytest
from django.test import Client

from study import sessions
from study.choosing.answer_keys import ARROWS, LETTERS, NO_KEYS, NUMBERS, keys_of
from study.freezing.candidates import gather
from study.freezing.readiness import problems
from tests.study.addresses import address
from tests.study.factories import DEVICE, draft_study, newcomer, open_study_version

TWELVE = tuple(f"action {number}" for number in range(12))


@pytest.mark.sampled
@pytest.mark.parametrize("answers", range(2, 31))
def test_numbers_have_equally_many_digits_so_that_none_begins_another(answers: int) -> None:
    keys = keys_of(NUMBERS, answers)
    assert len(set(keys)) == answers
    assert len({len(key) for key in keys}) == 1


@pytest.mark.parametrize(("scheme", "most"), [(LETTERS, 6), (ARROWS, 4)])
def test_other_keys_lie_under_the_fingers_and_are_few(scheme: str, most: int) -> None:
    for answers in range(2, most + 1):
        assert len(set(keys_of(scheme, answers))) == answers
    assert keys_of(scheme, most + 1) == keys_of(NO_KEYS, 3) == []


@pytest.mark.sampled
@pytest.mark.django_db
@pytest.mark.parametrize(("scheme", "reached"), [(LETTERS, 6), (ARROWS, 4)])
def test_a_design_whose_keys_are_too_few_is_not_frozen(scheme: str, reached: int) -> None:
    study = draft_study(classes=TWELVE, answer_keys=scheme, trials_per_person=12)
    assert any(f"reach {reached} answers, but there are 12" in problem for problem in problems(gather(study)))
    study.answer_keys = NUMBERS
    assert not any("reach" in problem for problem in problems(gather(study)))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("design", "words"),
    [
        ({}, "Press the key with the number"),
        ({"classes": TWELVE, "trials_per_person": 12}, "Type the number with both its digits"),
        ({"answer_keys": LETTERS}, "Press the key with the letter"),
        ({"answer_keys": ARROWS}, "Press the arrow key"),
        ({"answer_keys": NO_KEYS}, "Click or touch the button."),
    ],
)
def test_the_instructions_name_the_keys_that_there_are(
    client: Client, design: dict[str, object], words: str
) -> None:
    session = newcomer(open_study_version(**design))
    sessions.device_checked(session.token, DEVICE)
    page = client.get(address("session", session)).content.decode()
    assert words in page
    assert ("<kbd>" in page) is (design.get("answer_keys") != NO_KEYS)
