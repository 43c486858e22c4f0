"""What holds for every test: the checkout's var/ stays untouched, and CI skips nothing that matters."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

PLAIN_STATIC = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


@pytest.fixture(scope="session", autouse=True)
def _private_var(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    from django.conf import settings

    var: Path = tmp_path_factory.mktemp("var")
    (var / "static").mkdir()
    os.environ["SWEETSPOT_VAR"] = str(var)
    with override_settings(
        SWEETSPOT_VAR=var,
        MEDIA_ROOT=var / "media",
        STATIC_ROOT=var / "static",
        STORAGES={**settings.STORAGES, "staticfiles": PLAIN_STATIC},
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ):
        yield
