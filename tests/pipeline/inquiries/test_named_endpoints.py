"""The administrator's list of endpoints: what is taken, and what is refused without repeating a secret."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ImproperlyConfigured

from pipeline.inquiries.named_endpoints import read_endpoints

ADDRESS = "https://api.example.org/v1"
SECRET = "sk-not-a-name-but-a-key"


def test_an_endpoint_has_an_address_the_name_of_a_variable_and_prices() -> None:
    setting = {"hosted": {"address": ADDRESS, "key": "HOSTED_KEY", "price_in": "2.50", "photo_tokens": 1100}}
    endpoint = read_endpoints(setting)["hosted"]
    assert (endpoint.address, endpoint.key, endpoint.price_in) == (ADDRESS, "HOSTED_KEY", Decimal("2.50"))
    assert endpoint.has_prices
    assert not read_endpoints({"own": {"address": "http://127.0.0.1:8000/v1"}})["own"].has_prices


@pytest.mark.parametrize(
    ("endpoint", "why"),
    [
        ({"address": ADDRESS, "key": SECRET}, "matching regex"),
        ({"address": f"https://me:{SECRET}@api.example.org/v1"}, "password"),
        ({"address": "example"}, "begins with https"),
        ({"address": ADDRESS, "price_in": "2.50"}, "photo_tokens"),
        ({"address": ADDRESS, "price_in": "-1", "photo_tokens": 1}, "from 0 on"),
        ({"address": ADDRESS, "price_in": "NaN", "photo_tokens": 1}, "from 0 on"),
        ({"address": ADDRESS, "colour": "red"}, "colour"),
        ({"key": "HOSTED_KEY"}, "address"),
    ],
)
def test_what_cannot_be_used_is_refused_and_no_secret_repeated(endpoint: dict[str, object], why: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=why) as refusal:
        read_endpoints({"hosted": endpoint})
    assert SECRET not in str(refusal.value)
