"""The body of a request: labelled examples, the question, the choices in their order, and the photo."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from attacker.endpoint.ask_plan import CHOICES, QUESTION, Ask, Plan
from attacker.endpoint.chat import ChatRequest
from attacker.endpoint.reply_parser import ANSWER, schema_of
from attacker.packs.manifest import Manifest
from attacker.photos.decoding import decode

NONE: Mapping[str, str] = {}
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
    prompts = (1 + len(ask.examples)) * len(prompt_of(plan, manifest, ask).encode())
    answers = sum(len(answer.encode()) for answer in _answers(plan, manifest, ask))
    return prompts + answers + len(schema.encode())


def request_of(
    plan: Plan, manifest: Manifest, ask: Ask, photo: bytes, examples: Mapping[str, str] = NONE
) -> ChatRequest:
    """Return a whole request.

    Each labelled example is a turn of its own before the question: the same text with another photo, and its
    class in the form in which answers are wanted.

    Parameters
    ----------
    plan, manifest, ask
        What is asked.
    photo
        The file of the stimulus.
    examples
        Photos of the examples that are shown, by their names; see `image_url`.

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
    text = prompt_of(plan, manifest, ask)
    turns: list[dict[str, Any]] = []
    for name, answer in zip(ask.examples, _answers(plan, manifest, ask), strict=True):
        turns += [_asked(text, examples[name]), {"role": "assistant", "content": answer}]
    body: dict[str, Any] = {
        "model": plan.model,
        "messages": [*turns, _asked(text, _encoded(plan, picture))],
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


def image_url(plan: Plan, name: str, photo: bytes) -> str:
    """Return a photo as it is sent: at the plan's size, in the plan's format, as a data address.

    Raises
    ------
    PhotoError
        If it cannot be decoded.

    Examples
    --------
    >>> stored = io.BytesIO()
    >>> Image.new("RGB", (64, 32)).save(stored, "PNG")
    >>> image_url(Plan("p", "http://127.0.0.1/v1", "m", size=32), "0a", stored.getvalue())[:22]
    'data:image/png;base64,'
    """
    return _encoded(plan, resized(decode(photo, Path(f"{name}.png")), plan.size))


def _encoded(plan: Plan, picture: Image.Image) -> str:
    stored = io.BytesIO()
    picture.save(stored, plan.image_format.upper(), quality=_JPEG_QUALITY)
    return f"data:image/{plan.image_format};base64,{base64.b64encode(stored.getvalue()).decode()}"


def _asked(text: str, url: str) -> dict[str, Any]:
    content = [{"type": "text", "text": text}, {"type": "image_url", "image_url": {"url": url}}]
    return {"role": "user", "content": content}


def _answers(plan: Plan, manifest: Manifest, ask: Ask) -> Sequence[str]:
    """Return the labels of an ask's examples, each in the form in which answers are wanted."""
    places = {example.name: example.choice for example in manifest.examples}
    labels = [manifest.choices[places[name]] for name in ask.examples]
    return (
        [json.dumps({ANSWER: label}, ensure_ascii=False) for label in labels] if plan.structured else labels
    )
