"""The site's own settings for tests: everything it writes goes to a directory that is thrown away."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_private_var = Path(tempfile.mkdtemp(prefix="sweetspot-tests-"))
atexit.register(shutil.rmtree, _private_var, ignore_errors=True)
os.environ["SWEETSPOT_VAR"] = str(_private_var)
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # several processes share few cores: no spinning
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # the workers are the threads

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, STATIC_ROOT, STORAGES  # noqa: E402

# Pages in tests name their files plainly: nothing was collected, so there is no manifest of hashes.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATIC_ROOT.mkdir()  # whitenoise warns about a directory that is not there
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # no test is about the cost of a guess

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file: a live server's threads each need a connection of their own, which one in memory cannot give.
    # Nothing of it must survive a power failure, so no test waits for the disk.
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
    # Its tables are made of the models, in a twentieth of the time of the migrations that make the same ones:
    # tests/config/test_schema.py compares them.
    DATABASES["default"]["TEST"] = {"NAME": str(_private_var / "test.sqlite3"), "MIGRATE": False}
