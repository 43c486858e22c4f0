"""A cap on what an endpoint costs: never passed, whatever is under way."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attacker.endpoint.budget import Budget, Prices
from attacker.endpoint.chat import Reply
from attacker.errors import ConfigError

CENTS = st.integers(0, 30).map(lambda cents: Decimal(cents) / 100)


@pytest.mark.thorough
@given(
    cap=CENTS.filter(bool),
    requests=st.lists(st.tuples(CENTS.filter(bool), st.none() | st.integers(0, 100), st.booleans())),
)
def test_no_order_of_requests_passes_the_cap(
    cap: Decimal, requests: list[tuple[Decimal, int | None, bool]]
) -> None:
    budget, bill, under_way = Budget(cap), Decimal(0), []
    for worst, percent, waits in requests:
        if budget.reserve(worst):
            under_way.append((worst, percent))
        while under_way and not waits:
            reserved, share = under_way.pop()
            cost = None if share is None else reserved * share / 100
            bill += reserved if cost is None else cost
            budget.settle(reserved, cost)
        assert bill + sum(reserved for reserved, _ in under_way) == budget.counted <= cap


def test_a_price_that_the_endpoint_names_counts_before_that_of_the_tokens() -> None:
    prices = Prices(Decimal(3), Decimal(15), photo_tokens=1000, written_tokens=100)
    assert prices.worst(744) == Decimal("0.0075")
    assert prices.of(Reply(tokens_in=1000, tokens_out=100)) == Decimal("0.0045")
    assert prices.of(Reply(tokens_in=1000, tokens_out=100, told_cost=Decimal("0.002"))) == Decimal("0.002")
    assert prices.of(Reply()) is None
    assert Prices().of(Reply(tokens_in=1000, tokens_out=100)) is None, "no price was given, which is not 0"
    assert Prices().of(Reply(told_cost=Decimal(0))) == 0


def test_a_budget_of_nothing_is_refused() -> None:
    with pytest.raises(ConfigError, match="allows no request"):
        Budget(Decimal(0))
