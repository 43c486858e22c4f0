"""A production process starts safely or not at all."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.production import refuse_unsafe, refuse_unstated_mode

SAFE = {
    "debug": False,
    "secret_key": "k3Jx-9vQ_2pLmZ7rT0wYbN4cHs8dFgAe1uVoRi6XqPtMnBjW5y",
    "allowed_hosts": ["study.example.org"],
    "broker_url": "redis://:a-password@queue.example.org:6379/0",
}


@pytest.mark.thorough
def test_a_well_kept_server_passes_djangos_deployment_check(
    check_deploy: Callable[[dict[str, str]], subprocess.CompletedProcess[str]],
    production_environment: dict[str, str],
) -> None:
    result = check_deploy(production_environment)
    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"debug": True}, "DEBUG is on"),
        ({"secret_key": ""}, "SECRET_KEY is missing"),
        ({"secret_key": "short"}, "shorter than 50 characters"),
        ({"secret_key": "django-insecure-" + "x" * 60}, "a default"),
        ({"allowed_hosts": []}, "ALLOWED_HOSTS must list"),
        ({"allowed_hosts": ["study.example.org", "*"]}, "ALLOWED_HOSTS must list"),
        ({"broker_url": "redis://queue.example.org:6379/0"}, "without a password"),
        ({"broker_url": "rediss://somebody@queue.example.org:6379/0"}, "without a password"),
        ({"broker_url": "memory://"}, "scheme 'memory'"),
    ],
)
def test_an_unsafe_setting_is_refused_by_name(change: dict[str, str], message: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=message):
        refuse_unsafe(**{**SAFE, **change})


@pytest.mark.parametrize("url", ["redis+socket:///run/valkey.sock", "rediss://user:password@queue:6379/0"])
def test_a_socket_or_a_password_makes_a_broker_safe(url: str) -> None:
    refuse_unsafe(**{**SAFE, "broker_url": url})


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"DEBUG": "true"}, "DEBUG is on"),
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing"),
        ({"BROKER_URL": "redis://queue.example.org:6379/0"}, "without a password"),
        ({"SWEETSPOT_MODE": "prodution"}, "use 'local' or 'production'"),
    ],
)
def test_an_unsafe_server_does_not_start(
    check_deploy: Callable[[dict[str, str]], subprocess.CompletedProcess[str]],
    production_environment: dict[str, str],
    change: dict[str, str],
    message: str,
) -> None:
    result = check_deploy({**production_environment, **change})
    assert result.returncode != 0
    assert message in result.stderr
    assert not Path(production_environment["SWEETSPOT_VAR"]).exists()  # nor does it make up a key


@pytest.mark.parametrize("bind", ["0.0.0.0:8000", "[::]:8000", "10.0.0.7:80", ":8000"])
def test_a_server_that_others_reach_must_be_told_its_mode(bind: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="SWEETSPOT_MODE=production"):
        refuse_unstated_mode(bind, None)
    refuse_unstated_mode(bind, "local")


@pytest.mark.parametrize("bind", ["127.0.0.1:8000", "localhost:80", "[::1]:8000", "unix:/run/web.sock"])
def test_a_laptops_own_server_needs_no_mode(bind: str) -> None:
    refuse_unstated_mode(bind, None)
