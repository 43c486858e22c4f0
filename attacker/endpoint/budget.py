"""Prices and a cap on them: what may be in flight counts at its worst, so that the cap is never passed."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from attacker.endpoint.chat import Reply
from attacker.errors import ConfigError

MILLION = Decimal(1_000_000)
ZERO = Decimal(0)
FRAME_TOKENS = 256  # that a model's chat template adds around a text


def amount_text(amount: Decimal) -> str:
    """Return an amount of money in plain digits, all of them.

    Examples
    --------
    >>> amount_text(Decimal("0.0516750")), amount_text(Decimal("100")), amount_text(Decimal(0))
    ('0.051675', '100', '0')
    """
    return f"{amount.normalize():f}"


@dataclass(frozen=True)
class Prices:
    """What tokens cost.

    Attributes
    ----------
    per_million_in, per_million_out : price of a million tokens sent and written, in any one currency
    photo_tokens : most tokens that the endpoint counts for one photo
    written_tokens : most tokens that it may write
    """

    per_million_in: Decimal = ZERO
    per_million_out: Decimal = ZERO
    photo_tokens: int = 0
    written_tokens: int = 0

    def worst(self, text_bytes: int, photos: int = 1) -> Decimal:
        """Return the most that one request can cost.

        Parameters
        ----------
        text_bytes
            Of all text in the request; a token is at least one byte.
        photos
            In the request: the one that is asked about, and examples.

        Examples
        --------
        >>> Prices(Decimal("2.50"), Decimal("10"), photo_tokens=1000, written_tokens=50).worst(144)
        Decimal('0.004')
        >>> Prices(Decimal("2.50"), photo_tokens=1000).worst(976, photos=9)
        Decimal('0.0307')
        """
        return self._of(text_bytes + photos * (FRAME_TOKENS + self.photo_tokens), self.written_tokens)

    def of(self, reply: Reply) -> Decimal | None:
        """Return what a reply cost: as the endpoint says, else by its tokens; None where that is not known.

        Without any price it is not known: a machine of one's own is not free either.

        Examples
        --------
        >>> Prices(Decimal("2.50"), Decimal("10")).of(Reply(tokens_in=1000, tokens_out=2))
        Decimal('0.00252')
        >>> Prices().of(Reply(tokens_in=1000, tokens_out=2)) is None
        True
        """
        if reply.told_cost is not None:
            return reply.told_cost
        if (
            reply.tokens_in is None
            or reply.tokens_out is None
            or not (self.per_million_in or self.per_million_out)
        ):
            return None
        return self._of(reply.tokens_in, reply.tokens_out)

    def _of(self, tokens_in: int, tokens_out: int) -> Decimal:
        return (tokens_in * self.per_million_in + tokens_out * self.per_million_out) / MILLION


@dataclass
class Budget:
    """What was spent, what may have been, and what is in flight, below a cap.

    Attributes
    ----------
    cap : that is never passed; None: no cap
    spent : what replies cost
    unsure : the worst case of requests that ended, or were lost, without saying what they cost
    in_flight : the worst case of requests that are under way

    Examples
    --------
    >>> budget = Budget(Decimal("0.10"))
    >>> budget.reserve(Decimal("0.06")), budget.reserve(Decimal("0.06"))
    (True, False)
    >>> budget.settle(Decimal("0.06"), cost=Decimal("0.02"))
    >>> budget.reserve(Decimal("0.06")), budget.spent
    (True, Decimal('0.02'))
    """

    cap: Decimal | None = None
    spent: Decimal = ZERO
    unsure: Decimal = ZERO
    in_flight: Decimal = field(default=ZERO, init=False)

    def __post_init__(self) -> None:
        if self.cap is not None and self.cap <= 0:
            raise ConfigError(f"a budget of {self.cap} allows no request; give more, or none for no cap")

    @property
    def counted(self) -> Decimal:
        """All that counts against the cap."""
        return self.spent + self.unsure + self.in_flight

    def has_room_for(self, worst: Decimal) -> bool:
        """Whether a request may be sent."""
        return self.cap is None or self.counted + worst <= self.cap

    def reserve(self, worst: Decimal) -> bool:
        """Count a request that is about to be sent, and return whether it may be."""
        if not self.has_room_for(worst):
            return False
        self.in_flight += worst
        return True

    def settle(self, worst: Decimal, cost: Decimal | None) -> None:
        """Count a request that has ended: by its cost, or by its worst case if that is not known."""
        self.in_flight -= worst
        if cost is None:
            self.unsure += worst
        else:
            self.spent += cost
