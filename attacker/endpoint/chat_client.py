"""The chat interface over HTTP, by its usual client: one try for each request, at the stated address only."""

from __future__ import annotations

import math
from decimal import Decimal
from email.utils import parsedate_to_datetime
from time import time

import httpx2
import msgspec
from openai import APIConnectionError, APIStatusError, APITimeoutError, OpenAI

from attacker.endpoint.chat import ChatRequest, EndpointError, Reply, TryLaterReplyError
from attacker.endpoint.place import Place
from attacker.endpoint.reply_parser import FILTERED

SECONDS = 180.0
_SENT_HEADERS = {
    "host", "authorization", "content-type", "content-length", "accept", "accept-encoding", "connection",
    "user-agent",
}  # fmt: skip
_PASSING = {408, 409, 425, 429}
_BROKE = {"insufficient_quota", "billing_hard_limit_reached"}
_FILTERS = {FILTERED, "content_policy_violation"}
_NO_KEY = "none"
_RAW_CHARACTERS = 2000


class _Message(msgspec.Struct):
    content: str | None = None
    refusal: str | None = None


class _Choice(msgspec.Struct):
    message: _Message
    finish_reason: str | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost: Decimal | None = None


class _Completion(msgspec.Struct):
    choices: list[_Choice]
    usage: _Usage | None = None
    model: str | None = None


class ChatClient:
    """An endpoint that speaks the chat interface.

    Parameters
    ----------
    place
        Where it lies.
    key
        Sent as bearer token, and left out of everything that is stored; empty: none is sent.
    seconds
        After which a request is given up.
    """

    def __init__(self, place: Place, key: str, seconds: float = SECONDS) -> None:
        self._key = key
        self._origin = place.origin
        self._http = httpx2.Client(
            transport=_OneAddress(place, sends_key=bool(key)),
            follow_redirects=False,
            trust_env=False,
            timeout=seconds,
        )
        self._client = OpenAI(
            api_key=key or _NO_KEY, base_url=place.base_url, max_retries=0, http_client=self._http
        )

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def ask(self, request: ChatRequest) -> Reply:
        """Return the answer; see `chat.Chat`."""
        body = dict(request.body)
        try:
            raw = self._client.chat.completions.with_raw_response.create(
                model=body.pop("model"), messages=body.pop("messages"), extra_body=body
            )
        except APIStatusError as error:
            return self._of_status(error)
        except APITimeoutError as error:
            raise TryLaterReplyError("no answer in time") from error
        except APIConnectionError as error:
            raise TryLaterReplyError(f"the connection broke ({type(error.__cause__).__name__})") from error
        return self._decoded(raw.http_response.content)

    def _decoded(self, content: bytes) -> Reply:
        try:
            completion = msgspec.json.decode(content, type=_Completion)
            first = completion.choices[0]
        except (msgspec.MsgspecError, UnicodeDecodeError, IndexError) as error:
            raw = self._without_key(content.decode(errors="replace"))
            raise TryLaterReplyError("an answer that is none of the chat interface", 200, raw=raw) from error
        usage = completion.usage or _Usage()
        return Reply(
            self._without_key(first.message.content or ""),
            self._without_key(first.message.refusal or ""),
            first.finish_reason or "",
            usage.prompt_tokens,
            usage.completion_tokens,
            usage.cost,
            completion.model or "",
        )

    def _of_status(self, error: APIStatusError) -> Reply:
        """Return a refusal of the photo, else raise what a status of HTTP means.

        The client's own error is not chained: it repeats what came, and that can hold the key.
        """
        status, raw = error.status_code, self._without_key(error.response.text)
        if status == 400 and error.code in _FILTERS:
            return Reply(finish=FILTERED, refusal=raw, tokens_in=0, tokens_out=0)
        if error.code not in _BROKE and (status in _PASSING or status >= 500):
            wait = seconds_to_wait(error.response.headers.get("retry-after"), time())
            was_free = status < 500 and status not in (408, 409)
            raise TryLaterReplyError(f"answers {status}", status, wait, was_free, raw) from None
        raise EndpointError(
            f"{self._origin} answers {status}: {raw or 'nothing else'}. Look at address, key, model and "
            "settings; redirects are not followed. What was stored stays: go on from there"
        ) from None

    def _without_key(self, text: str) -> str:
        shown = text.replace(self._key, "[key]") if self._key else text
        return shown[:_RAW_CHARACTERS]


def seconds_to_wait(header: str | None, now: float) -> float | None:
    """Return how many seconds an endpoint asks to wait; None if it does not say so readably.

    Parameters
    ----------
    header
        Its Retry-After: seconds, or a date.
    now
        Seconds since 1970.

    Examples
    --------
    >>> seconds_to_wait("2.5", 0), seconds_to_wait("soon", 0)
    (2.5, None)
    >>> seconds_to_wait("Thu, 01 Jan 1970 00:01:00 GMT", 50)
    10.0
    """
    try:
        seconds = float(header or "")
    except ValueError:
        try:
            seconds = parsedate_to_datetime(header or "").timestamp() - now
        except (ValueError, TypeError):
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


class _OneAddress(httpx2.HTTPTransport):
    """Connections to the address that was looked up, with no header but those that a request needs."""

    def __init__(self, place: Place, sends_key: bool) -> None:
        super().__init__(trust_env=False)
        self._place = place
        self._dropped = set() if sends_key else {"authorization"}

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request; with https, the certificate is that of the host's name."""
        headers = [
            (name, value)
            for name, value in request.headers.items()
            if name.lower() in _SENT_HEADERS - self._dropped
        ]
        sent = httpx2.Request(
            request.method,
            request.url.copy_with(host=self._place.ip),
            headers=headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": request.url.host},
        )
        return super().handle_request(sent)
