"""When a dead program is started again, and when it is given up."""

from __future__ import annotations

import pytest

from config.stack.service import Restarts


def test_each_death_in_a_row_waits_twice_as_long_up_to_a_limit() -> None:
    restarts = Restarts(first_delay=1, longest_delay=5, window=100, most_deaths=10)
    assert [restarts.delay_after_death(now) for now in range(5)] == [1, 2, 4, 5, 5]


def test_a_program_that_keeps_dying_is_given_up() -> None:
    restarts = Restarts(most_deaths=3, window=60)
    assert [restarts.delay_after_death(now) is None for now in (0, 1, 2)] == [False, False, True]


def test_deaths_long_ago_are_forgotten() -> None:
    restarts = Restarts(first_delay=1, most_deaths=3, window=60)
    for now in (0, 30, 61, 95, 130):
        assert restarts.delay_after_death(now) == pytest.approx(2 if now in {30, 61, 95, 130} else 1)
    assert restarts.delay_after_death(1000) == 1
