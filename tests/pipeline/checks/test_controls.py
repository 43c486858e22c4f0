"""What the controls of equal area say: a simpler reason that is not ruled out is a warning."""

from __future__ import annotations

import pytest

from pipeline.checks.controls import CENTRE, FULL, RANDOM, controls_result
from stats.inference.estimates import Gap


def gap(low: float) -> Gap:
    sizes = {"n_first": 3, "n_second": 3, "n_items": 60}
    return Gap(
        estimate=low + 0.1, se=0.05, df=10.0, ci_low=low, ci_high=low + 0.2, conditional=False, **sizes
    )


@pytest.mark.parametrize(
    ("random", "centre", "full", "sentences"),
    [
        (0.02, 0.03, 0.2, ("takes more from the machine", "It is not the resolution")),
        (-0.01, 0.03, 0.2, ("Missing pixels alone may explain", "It is not the resolution")),
        (0.02, -0.01, 0.2, ("Missing pixels alone may explain", "It is not the resolution")),
        (0.02, 0.03, -0.05, ("takes more from the machine", "The resolution alone may explain it")),
    ],
)
def test_a_reason_that_is_not_ruled_out_is_said_and_a_concern(
    random: float, centre: float, full: float, sentences: tuple[str, str]
) -> None:
    result = controls_result(
        {}, {RANDOM: gap(random), CENTRE: gap(centre), FULL: gap(full)}, 1 / 3, {}, by_subject=False
    )
    assert result.concern == (min(random, centre, full) <= 0)
    assert all(words in result.summary for words in sentences)


def test_differences_are_printed_as_a_paper_prints_them() -> None:
    result = controls_result(
        {}, {RANDOM: gap(-0.148), CENTRE: gap(0.03), FULL: gap(0.2)}, 1 / 3, {}, by_subject=False
    )
    assert "random place instead changes accuracy by −.048 [−.148, +.052]," in result.summary
    assert "the centre by +.130 [+.030, +.230]." in result.summary


@pytest.mark.parametrize(("random", "concern"), [(0.02, False), (-0.01, True)])
def test_levels_by_subject_are_judged_by_windows_that_keep_as_much_of_it(
    random: float, *, concern: bool
) -> None:
    """The centre may keep less of the subject, so it cannot take the rule's merit away."""
    gaps = {RANDOM: gap(random), CENTRE: gap(-0.3), FULL: gap(0.2)}
    result = controls_result({}, gaps, 1 / 3, {RANDOM: 4}, by_subject=True)
    assert result.concern == concern
    assert "keeps as much of the subject, within 0.05; 4 photos have none." in result.summary
    assert result.left_out == {RANDOM: 4}
