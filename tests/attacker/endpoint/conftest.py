"""What tests of endpoints share."""

from __future__ import annotations

import pytest

from tests.attacker.endpoint.chat_server import KEY


@pytest.fixture
def key_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENDPOINT_API_KEY", KEY)
    monkeypatch.delenv("ENDPOINT_PRIVATE_ORIGINS", raising=False)
