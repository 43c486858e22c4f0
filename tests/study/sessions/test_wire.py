"""What a browser may send, and what is refused before anything is looked up."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from study.sessions.errors import BadAnswerError
from study.sessions.wire import LONGEST_MS, Answer, Status, parse_delivery, parse_tab
from tests.study.factories import new_uuid
from tests.study.playing import TAB, answer, body


def parsed(**changes: object) -> Answer:
    return parse_delivery(body(answer("0" * 32) | changes)).answers[0]


def test_an_ordinary_answer_is_understood() -> None:
    got = parsed(response=2, rt_ms=433.5, confidence=4, dropped_frames=0, fullscreen=True)
    assert (got.status, got.response, got.rt_ms, got.confidence) == ("answered", 2, 433.5, 4)
    assert (got.dropped_frames, got.fullscreen, got.focus_lost) == (0, True, False)


def test_the_onset_is_a_moment_with_its_zone() -> None:
    assert parsed(onset_utc="2026-03-02T10:00:00.250+01:00").onset_utc.hour == 9


def test_what_a_timeout_claims_beyond_itself_is_dropped() -> None:
    timeout = parsed(status="timeout", response=1, rt_ms=None)
    assert (timeout.response, timeout.rt_ms) == (None, None)


@pytest.mark.sampled
@pytest.mark.parametrize(
    "changes",
    [
        {"rt_ms": -1},
        {"rt_ms": float("nan")},
        {"rt_ms": float("inf")},
        {"rt_ms": 3_600_001},
        {"rt_ms": 10**400},
        {"rt_ms": "500"},
        {"rt_ms": True},
        {"rt_ms": None},
        {"response": None},
        {"response": -1},
        {"response": 1.5},
        {"response": "dunk"},
        {"status": "open"},
        {"status": ""},
        {"status": "aborted", "reason": "bored"},
        {"uuid": "not-a-uuid"},
        {"trial": None},
        {"trial": "x" * 65},
        {"trial": "\ud800"},
        {"trial": "\x00"},
        {"confidence": 101},
        {"dropped_frames": -2},
        {"focus_lost": "yes"},
        {"onset_utc": "yesterday"},
        {"onset_utc": "2026-03-02T10:00:00"},
        {"onset_utc": "2026-13-45T10:00:00Z"},
        {"onset_utc": "0001-01-01T00:00:00+23:59"},
        {"stimulus_ms_achieved": float("nan")},
    ],
)
def test_absurd_values_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(BadAnswerError):
        parsed(**changes)


@pytest.mark.sampled
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff",
        json.dumps({"tab": TAB, "answers": {}}).encode(),
        json.dumps({"tab": TAB, "answers": ["x"]}).encode(),
        json.dumps({"answers": []}).encode(),
        json.dumps({"tab": TAB, "begun": 5}).encode(),
        json.dumps({"tab": TAB, "begun": "a", "begun_age_ms": float("nan")}).encode(),
        json.dumps({"tab": TAB, "begun": "a", "begun_age_ms": -1}).encode(),
        json.dumps({"tab": TAB, "answers": [{}] * 1001}).encode(),
    ],
)
def test_what_is_no_delivery_is_refused(raw: bytes) -> None:
    with pytest.raises(BadAnswerError):
        parse_delivery(raw)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rt_ms": -1}, r"Expected `float` >= 0.0 - at `\$.answers\[0\].rt_ms`"),
        ({"rt_ms": 3_600_001}, r"Expected `float` <= 3600000.0 - at `\$.answers\[0\].rt_ms`"),
        ({"rt_ms": None}, "needs rt_ms, its response time in milliseconds"),
        ({"response": None}, r"needs response \(the place of a button\), selected"),
        ({"status": ""}, "answered, timeout, cant_tell or aborted"),
        ({"status": "aborted"}, "interrupted or preload_failed"),
        ({"selected": [1, 1]}, "different places of tiles"),
        ({"onset_utc": "2026-03-02T10:00:00"}, "with a timezone component"),
    ],
)
def test_a_refusal_names_the_field_and_what_it_must_be(changes: dict[str, object], words: str) -> None:
    with pytest.raises(BadAnswerError, match=words):
        parsed(**changes)


def test_a_body_nested_too_deep_to_read_is_refused() -> None:
    deep = "[" * 100_000 + "]" * 100_000
    for read in (parse_delivery, parse_tab):
        with pytest.raises(BadAnswerError, match="recursion"):
            read(f'{{"tab": "{TAB}", "surplus": {deep}}}'.encode())


def test_two_answers_of_one_delivery_cannot_share_an_id() -> None:
    first = answer("0" * 32)
    with pytest.raises(BadAnswerError, match="uuid of its own"):
        parse_delivery(body(first, first | {"trial": "1" * 32}))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
names = [
    "trial",
    "uuid",
    "status",
    "response",
    "selected",
    "rt_ms",
    "confidence",
    "onset_utc",
    "frame_ms",
    "focus_lost",
]


@pytest.mark.thorough
@settings(suppress_health_check=[HealthCheck.too_slow])  # a fresh checkout first builds a table of characters
@given(st.dictionaries(st.sampled_from(names), json_values))
def test_whatever_is_sent_is_understood_or_refused_in_words(changes: dict[str, object]) -> None:
    with suppress(BadAnswerError):  # any other exception fails the test
        got = parsed(**changes)
        assert got.rt_ms is None or 0 <= got.rt_ms <= LONGEST_MS
        assert got.status != Status.OPEN


def test_an_empty_delivery_only_says_what_begins() -> None:
    token = new_uuid().replace("-", "")
    delivery = parse_delivery(body(begun=token))
    assert (delivery.begun, delivery.answers) == (token, ())
