"""A server that speaks the chat interface: it looks at the photo, answers its colour, and makes trouble."""

from __future__ import annotations

import base64
import io
import json
import math
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
from PIL import Image

from tests.attacker import planted

KEY = "sk-planted-secret-0123456789"
PRICE_IN, PRICE_OUT = Decimal("2.50"), Decimal("10.00")  # of a million tokens
PHOTO_TOKENS, TEXT_TOKENS, WRITTEN = 300, 40, 7


class Trouble(StrEnum):
    """What the server does instead of answering."""

    NONE = "none"
    TOO_MANY = "429"
    BROKEN = "500"
    CUT = "the connection ends within the answer"
    OTHER_JSON = "an answer that is none of the interface"
    PAGE = "a page instead of JSON"
    JUNK = "a text that names no choice"
    SEVERAL = "a text that names all choices"
    EMPTY = "an empty text"
    REFUSAL = "a refusal in its place"
    FILTER = "a status that says that a filter stopped it"
    NO_KEY = "401, with the key in it"
    NO_MONEY = "429, as the account is empty"
    ELSEWHERE = "307, to another place"
    NO_USAGE = "an answer that does not say what it cost"


SAYS = {Trouble.JUNK: "qwzx", Trouble.SEVERAL: ", ".join(planted.CLASSES), Trouble.EMPTY: ""}
Plan = Callable[[int, int], Trouble]


def no_trouble(number: int, attempt: int) -> Trouble:
    return Trouble.NONE


def picture_of(url: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))).convert("RGB")


def colour_of(url: str) -> str:
    """Return the class of a planted photo."""
    return planted.CLASSES[int(np.asarray(picture_of(url), float).mean(axis=(0, 1)).argmax())]


@dataclass
class ChatServer:
    """What a server was asked.

    Attributes
    ----------
    sees : what a photo shows, by its data address
    trouble : what it does, by the number of the thing that is asked and the attempt at it, both from 0
    asked : how often each thing was asked, by its text and photo
    given : how often each was answered to the end
    talks : messages of each request
    bill : what that costs
    held_at : after so many answers it keeps everybody waiting
    """

    trouble: Plan = no_trouble
    sees: Callable[[str], str] = colour_of
    base_url: str = ""
    asked: Counter[str] = field(default_factory=Counter)
    given: Counter[str] = field(default_factory=Counter)
    made: Counter[Trouble] = field(default_factory=Counter)
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    talks: list[list[dict[str, Any]]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    bill: Decimal = Decimal(0)
    held_at: float = math.inf
    seen: threading.Condition = field(default_factory=threading.Condition)

    def take(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> tuple[Trouble, str]:
        """Note a request; return what to do, and the text to answer."""
        text, photo = (json.dumps(part) for part in body["messages"][-1]["content"])
        with self.seen:
            self.seen.wait_for(lambda: self.given.total() < self.held_at, timeout=60)
            attempt = self.asked[text + photo]
            self.asked[text + photo] += 1
            number = list(self.asked).index(text + photo) if attempt else len(self.asked) - 1
            trouble = self.trouble(number, attempt)
            self.made[trouble] += 1
            self.paths.append(path)
            self.headers.append({name.lower(): value for name, value in headers.items()})
            self.talks.append(body["messages"])
            self.bodies.append({name: value for name, value in body.items() if name != "messages"})
            if trouble in ANSWERED:
                self.given[text + photo] += 1
                photos = (len(body["messages"]) + 1) // 2
                self.bill += (
                    (photos * PHOTO_TOKENS + TEXT_TOKENS) * PRICE_IN + WRITTEN * PRICE_OUT
                ) / 1_000_000
            self.seen.notify_all()
        answer = SAYS.get(trouble, self.sees(body["messages"][-1]["content"][1]["image_url"]["url"]))
        return trouble, json.dumps({"answer": answer}) if "response_format" in body else answer

    def hold_at(self, answers: float) -> None:
        """Give so many answers in all, and then none until it is told otherwise."""
        with self.seen:
            self.held_at = answers
            self.seen.notify_all()

    def wait_until_held(self) -> None:
        """Wait until all answers are given that may be."""
        with self.seen:
            assert self.seen.wait_for(lambda: self.given.total() >= self.held_at, timeout=300)


ANSWERED = {Trouble.NONE, Trouble.NO_USAGE, Trouble.REFUSAL, *SAYS}
STATUS = {
    Trouble.TOO_MANY: 429, Trouble.BROKEN: 500, Trouble.NO_KEY: 401, Trouble.NO_MONEY: 429,
    Trouble.FILTER: 400, Trouble.ELSEWHERE: 307,
}  # fmt: skip
CODES = {Trouble.FILTER: "content_filter", Trouble.NO_MONEY: "insufficient_quota"}


def completion(trouble: Trouble, text: str, photos: int = 1) -> bytes:
    if trouble == Trouble.OTHER_JSON:
        return b'{"object": "surprise"}'
    if trouble == Trouble.PAGE:
        return b"<html>Sign in</html>"
    if trouble in STATUS:
        message = f"no: {KEY}" if trouble == Trouble.NO_KEY else "no"
        return json.dumps({"error": {"message": message, "code": CODES.get(trouble)}}).encode()
    refusal = "I do not look at people." if trouble == Trouble.REFUSAL else None
    message = {"role": "assistant", "content": None if refusal else text, "refusal": refusal}
    usage = {"prompt_tokens": photos * PHOTO_TOKENS + TEXT_TOKENS, "completion_tokens": WRITTEN}
    answer: dict[str, Any] = {
        "id": "1",
        "object": "chat.completion",
        "created": 0,
        "model": "planted-1",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
    }
    return json.dumps(answer if trouble == Trouble.NO_USAGE else answer | {"usage": usage}).encode()


@contextmanager
def serving(trouble: Plan = no_trouble, sees: Callable[[str], str] = colour_of) -> Iterator[ChatServer]:
    """Run a server while the block runs."""
    chat = ChatServer(trouble, sees)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # connections stay, as those of real endpoints
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            kind, text = chat.take(self.path, dict(self.headers), body)
            content = completion(kind, text, (len(body["messages"]) + 1) // 2)
            self.send_response(STATUS.get(kind, 200))
            self.send_header("Content-Type", "text/html" if kind == Trouble.PAGE else "application/json")
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(content) + (kind == Trouble.CUT)))
            self.end_headers()
            self.wfile.write(content)
            self.close_connection = kind == Trouble.CUT

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Say nothing: a client that was killed is no error of the server."""

    server = Server(("127.0.0.1", 0), Handler)
    chat.base_url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield chat
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
