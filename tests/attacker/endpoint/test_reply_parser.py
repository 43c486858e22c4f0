"""What a reply amounts to: a choice, or why it names none."""

from __future__ import annotations

import pytest

from attacker.endpoint.chat import Reply
from attacker.endpoint.reply_parser import ReplyParser
from attacker.packs.packed_answers import State

CHOICES = ("dunk", "jump shot", "shot")


def ended(text: str, *, structured: bool = False, **more: str) -> tuple[str, str | None]:
    parsed = ReplyParser(CHOICES, structured).parse(Reply(text, **more))
    assert (parsed.reason == "") == (parsed.state == State.ANSWERED), "what names no choice says why"
    return parsed.state.value, None if parsed.choice is None else CHOICES[parsed.choice]


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("dunk", "dunk"),
        ("**Dunk.**", "dunk"),
        ("The photo shows a dunk.", "dunk"),
        ("jump-shot", "jump shot"),  # and not the shot that stands in it
        ("<think>A shot? No.</think>\ndunk", "dunk"),
    ],
)
def test_a_text_that_names_a_choice_is_an_answer(text: str, choice: str) -> None:
    assert ended(text) == ("answered", choice)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("dunk or shot", "several"),
        ("a rabbit", "off-list"),
        ("dunkk", "off-list"),  # no slip of spelling is forgiven to a machine
        ("I'm sorry, but I can't help with that.", "refused"),
        ("", "empty"),
        ("...", "empty"),
        ("<think>A dunk, since the hand is at the", "empty"),  # cut while it thought
    ],
)
def test_a_text_that_names_none_or_several_has_a_state_of_its_own(text: str, state: str) -> None:
    assert ended(text) == (state, None)


def test_refusals_of_the_protocol_are_refusals_whatever_is_written() -> None:
    assert ended("dunk", refusal="I cannot look at people.") == ("refused", None)
    assert ended("dunk", finish="content_filter") == ("refused", None)


@pytest.mark.parametrize(
    ("text", "state", "choice"),
    [
        ('{"answer": "shot"}', "answered", "shot"),
        ('{"answer": "Shot"}', "off-list", None),
        ('{"answer": "shot", "sure": 1}', "off-list", None),
        ('{"answer": ["shot"]}', "off-list", None),
        ('{"answer": "sho', "off-list", None),
        ("shot", "off-list", None),
        ("I cannot say.", "refused", None),
        ("", "empty", None),
    ],
)
def test_a_structured_reply_is_of_the_agreed_form_or_no_answer(
    text: str, state: str, choice: str | None
) -> None:
    assert ended(text, structured=True) == (state, choice)
