"""Many levels, one error rate."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from stats.decision.multiple_testing import chains, fixed_sequence, holm, two_gates

p_values = st.lists(st.floats(0, 1), min_size=1, max_size=8)


@pytest.mark.thorough
@pytest.mark.parametrize("size", [1, 2, 5, 12])
def test_holm_is_statsmodels_holm(size: int) -> None:
    p = np.random.default_rng(size).random(size) ** 3
    assert holm(p) == pytest.approx(multipletests(p, method="holm")[1])


def test_a_fixed_sequence_stops_at_its_first_failure() -> None:
    assert fixed_sequence([0.01, 0.02, 0.5, 0.001], 0.025) == 2
    assert fixed_sequence([0.9], 0.025) == 0
    assert fixed_sequence([], 0.025) == 0


def test_people_pass_light_to_heavy_and_the_machine_heavy_to_light() -> None:
    people = {0: 0.001, 1: 0.002, 2: 0.003, 3: 0.2}
    machine = {0: 1.0, 1: 0.6, 2: 0.001, 3: 0.001}
    assert two_gates(people, machine, 0.05) == [2]


def test_each_gate_runs_at_half_of_alpha() -> None:
    certain = {1: 1e-9, 2: 1e-9}
    assert two_gates({1: 1e-9, 2: 0.026}, certain, 0.05) == [1]
    assert two_gates(certain, {1: 0.026, 2: 1e-9}, 0.05) == [2]
    assert two_gates({1: 0.025, 2: 0.025}, {1: 0.025, 2: 0.025}, 0.05) == [1, 2]


def test_one_level_alone_has_the_whole_alpha_in_both_of_its_tests() -> None:
    """Half of alpha was spent on a level that could not turn out sweet; the kind is alpha without a test."""
    assert two_gates({1: 0.05}, {1: 0.034}, 0.05) == [1]
    assert two_gates({1: 0.051}, {1: 0.001}, 0.05) == []
    assert two_gates({0: 0.4, 1: 0.034}, {1: 0.034, 2: 0.9}, 0.05) == [1]


def test_a_failure_at_a_light_level_closes_the_gate_for_people_behind_it() -> None:
    assert two_gates({0: 0.3, 1: 0.001}, {0: 0.001, 1: 0.001}, 0.05) == []


def test_a_level_that_one_kind_never_saw_is_never_sweet_but_stops_nobody() -> None:
    assert two_gates({1: 0.001, 2: 0.001}, {0: 0.9, 2: 0.001}, 0.05) == [2]


@pytest.mark.thorough
@given(p_values)
def test_chains_of_length_one_are_holm(p: list[float]) -> None:
    rejected = chains({str(name): [value] for name, value in enumerate(p)}, 0.05)
    # At the boundary itself the two differ only by rounding of alpha / n.
    clear = [abs(value - 0.05) > 1e-9 for value in holm(p)]
    expected = [int(value <= 0.05) for value in holm(p)]
    assert [r for r, c in zip(rejected.values(), clear, strict=True) if c] == [
        e for e, c in zip(expected, clear, strict=True) if c
    ]


def test_only_a_chain_that_is_rejected_to_its_end_hands_on_its_share() -> None:
    assert chains({"dunk": [0.001, 0.2], "shoot": [0.04]}, 0.05) == {"dunk": 1, "shoot": 0}
    assert chains({"dunk": [0.001, 0.02], "shoot": [0.04]}, 0.05) == {"dunk": 2, "shoot": 1}


def test_a_chain_without_hypotheses_rejects_none_and_takes_no_share() -> None:
    assert chains({"dunk": [], "shoot": [0.04]}, 0.05) == {"dunk": 0, "shoot": 1}


def test_chains_control_the_family_wise_error_in_the_worst_case() -> None:
    rng = np.random.default_rng(5)
    wrong = 0
    for _ in range(4000):
        # In every class the first level is truly sweet (p near 0) and the second sits on the boundary.
        rejected = chains({name: [1e-9, rng.random()] for name in "abc"}, 0.05)
        wrong += any(count == 2 for count in rejected.values())
    assert wrong / 4000 == pytest.approx(0.05, abs=0.011)
