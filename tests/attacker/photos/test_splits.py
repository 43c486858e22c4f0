from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attacker import Example
from attacker.errors import DataError, LeakError
from attacker.photos.splits import grouped_split, require_disjoint


def _examples(groups: list[int], levels: int = 2) -> list[Example]:
    return [
        Example(Path(f"{item}-{level}"), item % 2, f"item-{item}", level, f"group-{group}")
        for item, group in enumerate(groups)
        for level in range(levels)
    ]


@given(st.lists(st.integers(0, 20), min_size=1, max_size=60), st.integers(0, 5))
def test_no_group_is_ever_on_two_sides(groups: list[int], seed: int) -> None:
    examples = _examples(groups)
    parts = grouped_split(examples, (0.6, 0.2, 0.2), seed)
    assert sorted(map(str, sum(parts, ()))) == sorted(map(str, examples))
    require_disjoint(parts[0], parts[1])
    require_disjoint((*parts[0], *parts[1]), parts[2])


def test_each_class_is_split_in_the_same_shares() -> None:
    train, rest = grouped_split(_examples(list(range(200)), levels=1), (0.7, 0.3), 0)
    assert Counter(e.label for e in train) == {0: 70, 1: 70}
    assert Counter(e.label for e in rest) == {0: 30, 1: 30}


def test_the_seed_decides_and_nothing_else() -> None:
    examples = _examples(list(range(50)))
    assert grouped_split(examples, (0.5, 0.5), 1) == grouped_split(examples, (0.5, 0.5), 1)
    assert grouped_split(examples, (0.5, 0.5), 1) != grouped_split(examples, (0.5, 0.5), 2)


def test_shares_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(DataError, match="sum to 1"):
        grouped_split(_examples([0, 1]), (0.5, 0.4), 0)


def test_groups_learned_earlier_count_as_trained_on() -> None:
    with pytest.raises(LeakError, match="group-3"):
        require_disjoint(
            _examples([0, 1]), [Example(Path("x"), 0, "other", 0, "group-3")], trained_before={"group-3"}
        )
