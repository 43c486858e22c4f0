"""Numbers are printed in APA style."""

from __future__ import annotations

import pytest

from stats import apa


@pytest.mark.parametrize(
    ("value", "text"), [(0.9344, ".934"), (1.0, "1.000"), (-0.05, "−.050"), (None, "–"), (0.0, ".000")]
)
def test_shares_are_written_without_the_zero(value: float | None, text: str) -> None:
    assert apa.share(value) == text


@pytest.mark.parametrize(
    ("p", "text"),
    [(1e-300, "< .001"), (0.00034, "< .001"), (0.001, "= .001"), (0.9994, "> .999"), (None, "–")],
)
def test_p_is_never_zero_or_one(p: float | None, text: str) -> None:
    assert apa.p_value(p) == text
    assert apa.p_cell(p) == text.removeprefix("= ")


@pytest.mark.parametrize(
    ("value", "text"), [(0.85, ".85"), (0.5, ".50"), (0.855, ".855"), (1e-5, ".00001"), (0.1 + 0.2, ".30")]
)
def test_a_threshold_is_never_rounded(value: float, text: str) -> None:
    assert apa.threshold(value) == text
