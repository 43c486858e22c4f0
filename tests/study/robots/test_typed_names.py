"""What a robot types now and then has a slip in it, and the slip can be seen."""

from __future__ import annotations

import random

import pytest

from study.robots.form_filling import SLIP_SHARE, with_slip


@pytest.mark.parametrize("name", ["dribble", "shoot", "dunking"])
def test_names_have_slips_as_often_as_agreed_with_double_letters_or_without(name: str) -> None:
    typed = [with_slip(name, random.Random(seed)) for seed in range(4000)]
    assert sum(text != name for text in typed) / len(typed) == pytest.approx(SLIP_SHARE, abs=0.02)
    assert {"".join(sorted(text)) for text in typed} == {"".join(sorted(name))}


@pytest.mark.parametrize("name", ["dunk", "aaaaaa", ""])
def test_names_in_which_nothing_could_be_seen_are_typed_as_they_are(name: str) -> None:
    assert {with_slip(name, random.Random(seed)) for seed in range(100)} == {name}
