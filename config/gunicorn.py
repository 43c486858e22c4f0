"""How gunicorn serves the site everywhere: `gunicorn --config python:config.gunicorn`."""

from __future__ import annotations

import gc
import os
import signal
from pathlib import Path
from typing import Any

from config.places import var_directory
from config.production import refuse_unstated_mode
from config.stack.process import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")  # gunicorn's lines follow its LOGGING

if os.environ.get("METRICS_TOKEN"):  # prometheus_client looks for it when it is imported
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(var_directory() / "run" / "metrics"))

wsgi_app = "config.wsgi:application"
logger_class = "config.logs.gunicorn_lines.SiteLogger"
bind = os.environ.get("WEB_BIND", "127.0.0.1:8000")
refuse_unstated_mode(bind, os.environ.get("SWEETSPOT_MODE"))
workers = int(os.environ.get("WEB_PROCESSES", "4"))
worker_class = "gthread"
preload_app = True  # imported once and shared by all processes: a second earlier up, and less memory
# Few threads: an answer holds the write lock while it waits for its process, and then everybody waits.
threads = int(os.environ.get("WEB_THREADS", "2"))
# A trial lasts seconds: a participant's next answer finds the connection of the last one still open.
keepalive = 75
graceful_timeout = 10
control_socket_disable = True  # nothing here is steered from outside


def on_starting(_server: Any) -> None:
    """Forget the request times of before this start; those of a process that dies later stay counted."""
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        for path in Path(folder).glob("*.db"):
            path.unlink()


def post_fork(_server: Any, _worker: Any) -> None:
    """Keep a killed master from leaving workers that hold the port, and imports from being taken for garbage.

    What was imported stays: to look through it with the rest costs a fifth of a second each time.
    """
    die_with_parent(signal.SIGKILL)
    gc.freeze()
