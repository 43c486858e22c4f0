"""Requests: choices in an order that is drawn and comes again, and photos at the size that was stated."""

from __future__ import annotations

import base64
import io
from collections import Counter

import numpy as np
import pytest
from PIL import Image

from attacker.endpoint.ask_plan import Ask, Plan, asks_of
from attacker.endpoint.request_body import request_of, text_bytes
from attacker.errors import ConfigError
from attacker.packs.manifest import Manifest, PackedStimulus

ADDRESS = "http://127.0.0.1:8000/v1"
CHOICES = ("dunk", "shoot", "pass")
PACK = Manifest(
    "p", "What is {choices} shown?", CHOICES, tuple(PackedStimulus(f"{n:016x}", "f") for n in range(600))
)


def photo(width: int, height: int) -> bytes:
    stored = io.BytesIO()
    Image.fromarray(np.full((height, width, 3), (200, 30, 60), np.uint8)).save(stored, "PNG")
    return stored.getvalue()


def test_each_choice_comes_first_about_as_often_and_the_same_seed_draws_the_same() -> None:
    plan = Plan("p", ADDRESS, "m", repeats=2)
    asks = list(asks_of(plan, PACK))
    assert asks == list(asks_of(plan, PACK))
    assert asks != list(asks_of(Plan("p", ADDRESS, "m", repeats=2, seed=1), PACK))
    assert len({ask.name for ask in asks}) == len(asks) == 1200
    firsts = Counter(ask.order[0] for ask in asks)
    assert all(abs(count - 400) < 60 for count in firsts.values())  # 4 standard errors


@pytest.mark.parametrize(("image_format", "loss"), [("png", 0), ("jpeg", 4)])
def test_a_photo_is_sent_at_the_stated_size_in_the_stated_format(image_format: str, loss: int) -> None:
    plan = Plan("p", ADDRESS, "m", size=100, image_format=image_format)
    request = request_of(plan, PACK, Ask("a", 0, (2, 0, 1)), photo(400, 200))
    text, image = request.body["messages"][0]["content"]
    head, _, encoded = image["image_url"]["url"].partition(",")
    sent = Image.open(io.BytesIO(base64.b64decode(encoded)))
    assert (head, sent.size) == (f"data:image/{image_format};base64", (100, 50))
    assert (request.width, request.height) == sent.size
    assert np.abs(np.asarray(sent.convert("RGB"), int) - (200, 30, 60)).max() <= loss
    assert "What is {choices} shown?\nChoices:\n- pass\n- dunk\n- shoot\n" in text["text"]


def test_structured_output_names_the_choices_in_their_order_and_its_bytes_count() -> None:
    plan, ask = Plan("p", ADDRESS, "m", structured=True, temperature=None), Ask("a", 0, (2, 0, 1))
    body = request_of(plan, PACK, ask, photo(64, 64)).body
    schema = body["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["answer"]["enum"] == ["pass", "dunk", "shoot"]
    assert "temperature" not in body
    assert text_bytes(plan, PACK, ask) > text_bytes(Plan("p", ADDRESS, "m"), PACK, ask) + 100


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"template": "What? {question}"}, "each once"),
        ({"repeats": 0}, "at least once"),
        ({"size": 8}, "shows nothing"),
        ({"temperature": 3.0}, "between 0 and 2"),
        ({"image_format": "bmp"}, "png or jpeg"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(changes: dict[str, object], problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        Plan(**{"pack": "p", "base_url": ADDRESS, "model": "m"} | changes)
