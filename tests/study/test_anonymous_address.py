"""Addresses are told apart for an hour, and kept by nobody."""

from __future__ import annotations

from ipaddress import ip_address

from django.test import RequestFactory
from pytest_django import Settings

from study.anonymous_address import KEY_LIFE_S, RotatingKey, client_address, hashed_address

NOON = 12 * KEY_LIFE_S


def test_a_hash_tells_two_addresses_apart_and_is_neither() -> None:
    ask = RequestFactory()
    ada, same, ben = (hashed_address(ask.get("/", REMOTE_ADDR=f"203.0.113.{n}")) for n in (1, 1, 2))
    assert ada == same != ben
    assert ip_address(ada).is_private


def test_a_key_holds_for_an_hour_and_its_successor_does_not_lead_back() -> None:
    key = RotatingKey(NOON)
    first = key.at(NOON + 3599)
    second = key.at(NOON + 3600)
    assert first != second
    assert key.at(NOON) == second  # what is gone stays gone
    assert first not in vars(key).values()


def test_processes_forked_from_one_go_on_with_the_same_keys() -> None:
    key, copy = RotatingKey(NOON), RotatingKey(NOON)
    copy._key = key._key
    assert key.at(NOON + 3 * 3600) == copy.at(NOON + 3 * 3600)


def test_what_a_client_claims_of_its_address_counts_for_nothing(settings: Settings) -> None:
    request = RequestFactory().get(
        "/", REMOTE_ADDR="203.0.113.1", headers={"X-Forwarded-For": "198.51.100.7"}
    )
    assert client_address(request) == "203.0.113.1"
    settings.BEHIND_TLS_PROXY = True
    claimed = {"X-Forwarded-For": "198.51.100.7, 203.0.113.9"}
    assert client_address(RequestFactory().get("/", REMOTE_ADDR="10.0.0.2", headers=claimed)) == "203.0.113.9"
