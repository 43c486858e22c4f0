"""Which choice a reply names, by a strict rule: nothing is guessed, and what names none says why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import msgspec

from attacker.endpoint.chat import Reply
from attacker.packs.packed_answers import State
from stats.designs.text_scoring import Step, TextRule, plain

FILTERED = "content_filter"
ANSWER = "answer"
_THOUGHTS = re.compile(r"\A\s*<think>.*?(</think>|\Z)", re.DOTALL)
# A text that names no choice and begins like this refuses. It is wrong either way: only its state differs.
_REFUSALS = (
    "i m sorry",
    "i am sorry",
    "sorry",
    "i can t",
    "i cannot",
    "i can not",
    "i m unable",
    "i am unable",
    "i won t",
    "as an ai",
)


class Parsed(msgspec.Struct, frozen=True):
    """What a reply amounts to.

    Attributes
    ----------
    state : how it ended
    choice : place of the choice in the pack's order; None unless one is named
    reason : why it names none; empty if it names one
    """

    state: State
    choice: int | None = None
    reason: str = ""


class _Chosen(msgspec.Struct, forbid_unknown_fields=True):
    answer: str


class ReplyParser:
    """The rule for the replies to one study's question.

    Parameters
    ----------
    choices
        Names of the classes, in the order of the pack.
    structured
        Whether replies are JSON objects with one field, ``answer``; else they are plain texts, in which a
        name counts where it stands as whole words.

    Examples
    --------
    >>> parser = ReplyParser(("dunk", "shoot"))
    >>> for text in ("**Dunk**.", "A shoot, I think.", "dunk or shoot", "golf", "I cannot see it.", " "):
    ...     parsed = parser.parse(Reply(text))
    ...     print(parsed.state.value, parsed.choice)
    answered 0
    answered 1
    several None
    off-list None
    refused None
    empty None
    >>> ReplyParser(("dunk", "shoot"), structured=True).parse(Reply('{"answer": "shoot"}')).choice
    1
    """

    def __init__(self, choices: Sequence[str], structured: bool = False) -> None:
        self.choices = tuple(choices)
        self.structured = structured
        self._rule = TextRule(self.choices, slips=0.0, phrases=True)

    def parse(self, reply: Reply) -> Parsed:
        """Return which choice a reply names, or why it names none."""
        text = _THOUGHTS.sub("", reply.text, count=1).strip()
        if reply.refusal or reply.finish == FILTERED:
            return Parsed(State.REFUSED, reason=reply.refusal or "the endpoint's filter stopped it")
        if not plain(text):
            return Parsed(State.EMPTY, reason=f"nothing is written (it stopped by {reply.finish or '?'})")
        parsed = self._of_json(text) if self.structured else self._of_text(text)
        if parsed.state == State.OFF_LIST and plain(text).startswith(_REFUSALS):
            return Parsed(State.REFUSED, reason="it begins as a refusal")
        return parsed

    def _of_text(self, text: str) -> Parsed:
        scored = self._rule.score(text)
        if scored.response is not None:
            return Parsed(State.ANSWERED, self.choices.index(scored.response))
        if scored.step == Step.AMBIGUOUS:
            return Parsed(State.SEVERAL, reason=f"it names {', '.join(scored.classes)}")
        return Parsed(State.OFF_LIST, reason="it names none of the choices")

    def _of_json(self, text: str) -> Parsed:
        try:
            answer = msgspec.json.decode(text, type=_Chosen).answer
        except (msgspec.MsgspecError, UnicodeEncodeError) as error:
            return Parsed(State.OFF_LIST, reason=f"it is no JSON of the agreed form ({error})")
        if answer not in self.choices:
            return Parsed(State.OFF_LIST, reason="its answer is none of the choices")
        return Parsed(State.ANSWERED, self.choices.index(answer))


def schema_of(choices: Sequence[str]) -> dict[str, object]:
    """Return the response format that asks for one of the choices, as the chat interface defines it.

    Parameters
    ----------
    choices
        Names of the classes, in the order in which they are shown.

    Examples
    --------
    >>> schema_of(["dunk"])["json_schema"]["schema"]["properties"]
    {'answer': {'type': 'string', 'enum': ['dunk']}}
    """
    kind: Literal["json_schema"] = "json_schema"
    schema = {
        "type": "object",
        "properties": {ANSWER: {"type": "string", "enum": list(choices)}},
        "required": [ANSWER],
        "additionalProperties": False,
    }
    return {"type": kind, kind: {"name": ANSWER, "strict": True, "schema": schema}}
