"""What goes to a chat endpoint and what comes back, as plain values; and how it can fail."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Protocol

import msgspec

from attacker.errors import AttackerError


class EndpointError(AttackerError):
    """An endpoint that cannot be asked, or whose answers cannot be used; the message says what to do."""


class TryLaterReplyError(AttackerError):
    """A request that failed in a way that may pass.

    Parameters
    ----------
    reason
        What happened.
    status
        Of HTTP; 0 where none came.
    wait
        Seconds that the endpoint asks to wait; None if it does not say.
    was_free
        Whether it is sure that the request cost nothing.
    raw
        What came, if anything did.
    """

    def __init__(
        self,
        reason: str,
        status: int = 0,
        wait: float | None = None,
        was_free: bool = False,
        raw: str = "",
    ) -> None:
        super().__init__(reason)
        self.reason, self.status, self.wait, self.was_free, self.raw = reason, status, wait, was_free, raw


class ChatRequest(msgspec.Struct, frozen=True):
    """One request.

    Attributes
    ----------
    body : of the request, as the chat interface defines it
    width, height : of the photo as it is sent, in pixels
    """

    body: dict[str, Any]
    width: int
    height: int


class Reply(msgspec.Struct, frozen=True):
    """One answer.

    Attributes
    ----------
    text : what the machine wrote
    refusal : what it wrote in the place for refusals
    finish : why it stopped, as the endpoint names it
    tokens_in, tokens_out : as the endpoint counts them; None where it does not
    told_cost : price that the endpoint names; None where it does not
    model : as the endpoint names it
    """

    text: str = ""
    refusal: str = ""
    finish: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None
    told_cost: Decimal | None = None
    model: str = ""


class Chat(Protocol):
    """Something that answers chat requests."""

    def ask(self, request: ChatRequest) -> Reply:
        """Return the answer.

        Raises
        ------
        TryLaterReplyError
            If the request failed in a way that may pass.
        EndpointError
            If asking again would not help.
        """
