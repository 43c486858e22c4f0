"""Endpoints that the administrator names by a setting; researchers choose among them."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from django.core.exceptions import ImproperlyConfigured

from attacker.endpoint.budget import Prices
from attacker.endpoint.chat import EndpointError
from attacker.endpoint.place import require_plain

VARIABLE = r"^([A-Z][A-Z0-9_]*)?$"
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Count = Annotated[int, msgspec.Meta(ge=0)]


class NamedEndpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An endpoint that may be asked.

    Attributes
    ----------
    address : under which the chat interface stands
    key : name of the workers' environment variable that holds the key, never the key; empty: none is sent
    price_in, price_out : of a million tokens sent and written
    photo_tokens : most tokens that it counts for one photo
    token_field : what it calls the limit of tokens written
    parallel : requests at once
    """

    address: str
    key: Annotated[str, msgspec.Meta(pattern=VARIABLE)] = ""
    price_in: Decimal = Decimal(0)
    price_out: Decimal = Decimal(0)
    photo_tokens: Count = 0
    token_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"  # noqa: S105  (no secret)
    parallel: Annotated[int, msgspec.Meta(ge=1, le=64)] = 4

    def __post_init__(self) -> None:
        try:
            require_plain(self.address)
        except EndpointError as error:
            raise ValueError(str(error)) from error
        if not all(price.is_finite() and price >= 0 for price in (self.price_in, self.price_out)):
            raise ValueError("prices are amounts of money from 0 on")
        if self.has_prices and not self.photo_tokens:
            raise ValueError("prices need photo_tokens, the most tokens that are counted for one photo")

    @property
    def has_prices(self) -> bool:
        """Whether it is known what requests cost."""
        return bool(self.price_in or self.price_out)

    def prices(self, written_tokens: int) -> Prices:
        """Return what requests cost that may write so many tokens."""
        return Prices(self.price_in, self.price_out, self.photo_tokens, written_tokens)


def read_endpoints(setting: Any) -> dict[str, NamedEndpoint]:
    """Return the endpoints of the setting, by their names.

    Raises
    ------
    ImproperlyConfigured
        If the setting cannot be read; it never repeats a value, which could be a key.
    """
    try:
        return msgspec.convert(setting, dict[Name, NamedEndpoint])
    except msgspec.ValidationError as error:
        raise ImproperlyConfigured(f"ENDPOINTS cannot be used: {error} (docs/operations.md)") from error
