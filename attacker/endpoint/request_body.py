"""The body of a request: the question, the choices in their order, and the photo at a stated size."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from attacker.endpoint.ask_plan import CHOICES, QUESTION, Ask, Plan
from attacker.endpoint.chat import ChatRequest
from attacker.endpoint.reply_parser import schema_of
from attacker.packs.manifest import Manifest
from attacker.photos.decoding import decode

_JPEG_QUALITY = 95


def prompt_of(plan: Plan, manifest: Manifest, ask: Ask) -> str:
    """Return the text of a request.

    Examples
    --------
    >>> pack = Manifest("p", "What is shown?", ("dunk", "shoot"), ())
    >>> print(prompt_of(Plan("p", "http://127.0.0.1/v1", "m"), pack, Ask("0a", 0, (1, 0))))
    What is shown?
    Choices:
    - shoot
    - dunk
    Answer with exactly one of the choices, and nothing else.
    """
    listed = "\n".join(f"- {name}" for name in shown_choices(manifest, ask))
    return listed.join(part.replace(QUESTION, manifest.question) for part in plan.template.split(CHOICES))


def shown_choices(manifest: Manifest, ask: Ask) -> list[str]:
    """Return the choices in the order in which they are shown.

    Examples
    --------
    >>> shown_choices(Manifest("p", "?", ("dunk", "shoot"), ()), Ask("0a", 0, (1, 0)))
    ['shoot', 'dunk']
    """
    return [manifest.choices[place] for place in ask.order]


def text_bytes(plan: Plan, manifest: Manifest, ask: Ask) -> int:
    """Return how many bytes of text a request holds, its response format included.

    Examples
    --------
    >>> plan, pack = Plan("p", "http://127.0.0.1/v1", "m"), Manifest("p", "?", ("a", "b"), ())
    >>> text_bytes(plan, pack, Ask("0a", 0, (0, 1)))
    76
    """
    schema = str(schema_of(shown_choices(manifest, ask))) if plan.structured else ""
    return len(prompt_of(plan, manifest, ask).encode()) + len(schema.encode())


def request_of(plan: Plan, manifest: Manifest, ask: Ask, photo: bytes) -> ChatRequest:
    """Return a whole request.

    Parameters
    ----------
    plan, manifest, ask
        What is asked.
    photo
        The file of the stimulus.

    Raises
    ------
    PhotoError
        If it cannot be decoded.

    Examples
    --------
    >>> stored = io.BytesIO()
    >>> Image.new("RGB", (64, 32)).save(stored, "PNG")
    >>> plan, pack = Plan("p", "http://127.0.0.1/v1", "m", size=32), Manifest("p", "?", ("a", "b"), ())
    >>> request = request_of(plan, pack, Ask("0a", 0, (0, 1)), stored.getvalue())
    >>> request.width, request.height, sorted(request.body)
    (32, 16, ['max_tokens', 'messages', 'model', 'temperature'])
    """
    picture = resized(decode(photo, Path(f"{ask.stimulus}.png")), plan.size)
    body: dict[str, Any] = {
        "model": plan.model,
        "messages": [{"role": "user", "content": _content(plan, prompt_of(plan, manifest, ask), picture)}],
        plan.token_field: plan.written_tokens,
    }
    if plan.temperature is not None:
        body["temperature"] = plan.temperature
    if plan.structured:
        body["response_format"] = schema_of(shown_choices(manifest, ask))
    return ChatRequest(body, *picture.size)


def resized(picture: Image.Image, size: int) -> Image.Image:
    """Return a picture whose longest side is at most `size` pixels, its shape kept.

    Examples
    --------
    >>> resized(Image.new("RGB", (400, 100)), 64).size, resized(Image.new("RGB", (40, 10)), 64).size
    ((64, 16), (40, 10))
    """
    longest = max(picture.size)
    if longest <= size:
        return picture
    width, height = (max(1, round(side * size / longest)) for side in picture.size)
    return picture.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=3.0)


def _content(plan: Plan, text: str, picture: Image.Image) -> Sequence[dict[str, Any]]:
    stored = io.BytesIO()
    picture.save(stored, plan.image_format.upper(), quality=_JPEG_QUALITY)
    encoded = base64.b64encode(stored.getvalue()).decode()
    image = {"url": f"data:image/{plan.image_format};base64,{encoded}"}
    return [{"type": "text", "text": text}, {"type": "image_url", "image_url": image}]
