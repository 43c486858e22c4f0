"""What asking would cost at most, before anything is sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

import msgspec

from attacker.endpoint.ask_plan import Plan, asks_of
from attacker.endpoint.budget import Prices
from attacker.endpoint.request_body import text_bytes
from attacker.packs.manifest import Manifest


class Estimate(msgspec.Struct, frozen=True):
    """How many requests there are, and what they cost at most.

    Attributes
    ----------
    requests : how many
    most : all of them together
    dearest : the dearest
    paid : how many the cap surely pays for; None: there is no cap
    """

    requests: int
    most: Decimal
    dearest: Decimal
    paid: int | None = None


def estimate(plan: Plan, manifest: Manifest, prices: Prices, cap: Decimal | None) -> Estimate:
    """Return what asking everything would cost.

    Examples
    --------
    >>> from attacker.packs.manifest import PackedStimulus
    >>> pack = Manifest("p", "?", ("a", "b"), (PackedStimulus("0a", "ff"), PackedStimulus("0b", "ee")))
    >>> plan, prices = Plan("p", "http://127.0.0.1/v1", "m"), Prices(Decimal(10), photo_tokens=668)
    >>> estimate(plan, pack, prices, Decimal("0.015"))
    Estimate(requests=2, most=Decimal('0.02'), dearest=Decimal('0.01'), paid=1)
    """
    worst = worst_costs(plan, manifest, prices)
    paid = None if cap is None else paid_for(worst, cap)
    return Estimate(len(worst), sum(worst, Decimal(0)), max(worst, default=Decimal(0)), paid)


def worst_costs(
    plan: Plan, manifest: Manifest, prices: Prices, answered: Collection[str] = ()
) -> list[Decimal]:
    """Return the most that each request can cost, in their order.

    Parameters
    ----------
    plan, manifest, prices
        What would be asked, of what, at which prices.
    answered
        Names of asks that are not asked again.

    Examples
    --------
    >>> worst_costs(Plan("p", "http://127.0.0.1/v1", "m"), Manifest("p", "?", ("a", "b"), ()), Prices())
    []
    """
    return [
        prices.worst(text_bytes(plan, manifest, ask), 1 + len(ask.examples))
        for ask in asks_of(plan, manifest)
        if ask.name not in answered
    ]


def paid_for(worst: Sequence[Decimal], left: Decimal) -> int:
    """Return how many requests an amount surely pays for, in their order.

    Examples
    --------
    >>> paid_for([Decimal(2), Decimal(2), Decimal(2)], Decimal(5))
    2
    """
    for paid, cost in enumerate(worst):
        left -= cost
        if left < 0:
            return paid
    return len(worst)
