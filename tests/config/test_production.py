"""A production process starts safely or not at all."""

from pathlib import Path

import pytest


def test_a_well_kept_server_passes_djangos_deployment_check(check_deploy, production_environment) -> None:
    result = check_deploy(production_environment)
    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"DEBUG": "true"}, "DEBUG is on"),
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is missing, a default, or shorter"),
        ({"SECRET_KEY": "django-insecure-" + "x" * 60}, "SECRET_KEY is missing, a default"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS must list"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must list"),
        ({"BROKER_URL": "redis://queue.example.org:6379/0"}, "without a password"),
        ({"BROKER_URL": "redis://somebody@queue.example.org:6379/0"}, "without a password"),
        ({"BROKER_URL": "memory://"}, "scheme 'memory'"),
        ({"SWEETSPOT_MODE": "prodution"}, "use 'local' or 'production'"),
    ],
)
def test_an_unsafe_server_does_not_start(check_deploy, production_environment, change, message) -> None:
    result = check_deploy({**production_environment, **change})
    assert result.returncode != 0
    assert f"ImproperlyConfigured: {message}" in result.stderr or message in result.stderr.splitlines()[-1]


def test_a_broker_behind_a_unix_socket_needs_no_password(check_deploy, production_environment) -> None:
    result = check_deploy({**production_environment, "BROKER_URL": "redis+socket:///run/valkey.sock"})
    assert result.returncode == 0, result.stderr


def test_a_production_server_never_makes_up_a_key(check_deploy, production_environment) -> None:
    check_deploy({**production_environment, "SECRET_KEY": ""})
    assert not (Path(production_environment["SWEETSPOT_VAR"]) / "secret_key").exists()
