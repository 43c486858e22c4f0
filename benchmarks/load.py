"""Five hundred people at once, each answering a photo every three seconds, against gunicorn on this machine.

Every person is a thread with a browser's cookies and one kept connection: the pages from the link to the
first photo, the photos of a block, one POST per answer as the player sends it, the questionnaire, the code.
The server is the one that `make run` starts, with SQLite; `--database postgresql` starts a PostgreSQL of its
own that waits for the disk, as a server for people must. The clients share its cores, so what is measured is
the worst that one machine does. Everything goes to a directory that is thrown away.
Run: python -m benchmarks.load [--people 500] [--trials 20]. It writes var/benchmarks/load.json.
`--against FOLDER` runs the same of another checkout afterwards, with a database of the same kind, and prints
the share of its CPU time.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from socket import socket
from typing import Any
from urllib.request import urlopen

from benchmarks._load_people import PACE_S, Log, Request, let_everybody_take_part

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "var" / "benchmarks" / "load.json"
WINDOW_S = 10.0  # the spread of the latencies is shown over windows of this length
PHOTO_SIDE = 120  # pixels of noise: about 43 kB, and every photo is padded to the largest
P99_GOALS_S = {"sqlite": 1.0, "postgresql": 0.25}


def main() -> None:
    chosen = _arguments()
    scratch = Path(tempfile.mkdtemp(prefix="sweetspot-load-"))
    os.environ |= {"SWEETSPOT_VAR": str(scratch), "DJANGO_SETTINGS_MODULE": "config.settings"}
    try:
        with database(chosen.database):
            report = measured(chosen.people, chosen.trials, scratch, P99_GOALS_S[chosen.database])
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    report["database"] = chosen.database
    if chosen.against:
        with database(chosen.database):
            other = of_checkout(chosen.against, chosen.people, chosen.trials)
        report["goals"]["CPU time of the server per answered trial, share of the other's"] = share(
            report, other
        )
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(report, indent=2) + "\n")
    show(report)


@contextmanager
def database(kind: str) -> Iterator[None]:
    """Start the server that is asked for, and name it to the site; SQLite needs none."""
    if kind == "sqlite":
        yield
        return
    from tests.pipeline.bundle.postgres import postgres_server

    with postgres_server(durable=True) as server:
        os.environ["DATABASE_URL"] = server.url
        try:
            yield
        finally:
            del os.environ["DATABASE_URL"]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--database", choices=tuple(P99_GOALS_S), default="sqlite")
    parser.add_argument("--against", type=Path, metavar="FOLDER", help="another checkout")
    return parser.parse_args()


def of_checkout(folder: Path, people: int, trials: int) -> dict[str, Any]:
    """Measure another checkout by its own benchmark, in its own process; return what it wrote."""
    sizes = ["--people", str(people), "--trials", str(trials)]
    environment = os.environ | {"PYTHONPATH": str(folder.resolve())}
    command = [sys.executable, "-m", "benchmarks.load", *sizes]
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    report: dict[str, Any] = json.loads((folder / "var" / "benchmarks" / "load.json").read_text())
    return report


def share(report: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Compare the server's CPU time per answered trial, its start and all requests included."""
    here, there = (
        each["cpu_ms_per_request"]["server"] * each["requests"] / (each["people"] * each["trials"])
        for each in (report, other)
    )
    costs = {"here_ms": round(here, 2), "there_ms": round(there, 2)}
    return {"value": here / there, "goal": 0.5, "met": here / there <= 0.5} | costs


def measured(people: int, trials: int, scratch: Path, p99_goal: float) -> dict[str, Any]:
    """Set up a site and a study, let everybody take part, and compare acknowledged with stored answers."""
    from config.stack.prepare import prepare

    prepare()
    code = open_study(trials)
    log = Log()
    with serving(scratch / "web.log") as address:
        started = time.perf_counter()
        let_everybody_take_part(people, address, code, log)
        seconds = time.perf_counter() - started
    return report_of(log, people, trials, seconds, p99_goal) | {
        "cpu_ms_per_request": cpu_per_request(len(log.requests))
    }


def cpu_per_request(requests: int) -> dict[str, float]:
    """Return the CPU time of a request in the server's processes (which have ended) and in this one."""
    sides = {"server": resource.RUSAGE_CHILDREN, "clients": resource.RUSAGE_SELF}
    used = {side: resource.getrusage(who) for side, who in sides.items()}
    return {side: round(1000 * (cpu.ru_utime + cpu.ru_stime) / requests, 2) for side, cpu in used.items()}


def open_study(trials: int) -> str:
    """Open a study whose photos are as large as photos usually are; return its code."""
    from tests.study.factories import draft_study, open_version_of

    photos = -(-trials // 3)
    study = draft_study(
        trials_per_person=trials, block_size=10, practice_trials=0, catch_share=0.0, test_photos=photos
    )
    make_heavy(study)
    return open_version_of(study).study.code


def make_heavy(study: Any) -> None:
    """Replace one photo by noise, which no format can make small; the others are padded to its size."""
    import hashlib
    import io

    import numpy as np
    from django.core.files.base import ContentFile
    from PIL import Image

    from study.models import Stimulus

    noise = np.random.default_rng(0).integers(0, 256, (PHOTO_SIDE, PHOTO_SIDE, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, "PNG")
    heavy = Stimulus.objects.filter(item__study=study, item__split="test").first()
    heavy.image.save("heavy.png", ContentFile(buffer.getvalue()), save=False)
    heavy.sha256 = hashlib.sha256(buffer.getvalue()).hexdigest()
    heavy.save()


@contextmanager
def serving(log: Path) -> Iterator[str]:
    """Run gunicorn as the stack starts it, on a free port."""
    with closing(socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    command = [sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn"]
    with log.open("wb") as output:
        server = subprocess.Popen(
            command,
            env=os.environ | {"WEB_BIND": address},
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(f"http://{address}/healthz", server, log)
        yield f"http://{address}"
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(100):
        if server.poll() is not None:
            raise SystemExit(f"gunicorn ended: {log.read_text()[-2000:]}")
        try:
            with urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"no answer from {url}")


def report_of(log: Log, people: int, trials: int, seconds: float, p99_goal: float) -> dict[str, Any]:
    kinds = sorted({request.kind for request in log.requests})
    latency = {kind: latencies([each for each in log.requests if each.kind == kind]) for kind in kinds}
    statuses = Counter(request.status for request in log.requests)
    stored = stored_answers()
    return {
        "machine": machine(),
        "people": people,
        "trials": trials,
        "pace_s": PACE_S,
        "seconds": round(seconds, 1),
        "requests": len(log.requests),
        "requests_per_s": round(len(log.requests) / seconds, 1),
        "statuses": dict(statuses),
        "troubles": dict(Counter(log.troubles)),
        "latency": latency,
        "goals": goals(log, latency, statuses, stored, people * trials, p99_goal),
    }


def latencies(requests: list[Request]) -> dict[str, Any]:
    """Return quantiles of all, and how the 99th percentile varied from window to window."""
    took = sorted(request.seconds for request in requests)
    windows: dict[int, list[float]] = {}
    for request in requests:
        windows.setdefault(int(request.at / WINDOW_S), []).append(request.seconds)
    p99s = [quantile(sorted(part), 0.99) for part in windows.values() if len(part) >= 100]
    spread = {"median": statistics.median(p99s), "min": min(p99s), "max": max(p99s)} if p99s else None
    quantiles = {f"p{100 * share:g}_s": quantile(took, share) for share in (0.5, 0.95, 0.99)}
    return {"n": len(took), **quantiles, "max_s": took[-1], f"p99_s_per_{WINDOW_S:g}_s": spread}


def quantile(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def stored_answers() -> list[uuid.UUID]:
    """Return the ids of all answers in the database in the end, as the browsers made them."""
    from study.models import Trial

    return list(Trial.objects.exclude(answer_uuid=None).values_list("answer_uuid", flat=True))


def goals(
    log: Log,
    latency: dict[str, Any],
    statuses: Counter[int],
    stored: list[uuid.UUID],
    expected: int,
    p99_goal: float,
) -> dict[str, Any]:
    failures = sum(count for status, count in statuses.items() if status >= 500) + len(log.troubles)
    differing = set(log.acknowledged) ^ set(stored)
    p99 = latency["answer"]["p99_s"]
    codes = len(set(filter(None, log.completed)))
    return {
        "p99 of an answer, seconds": {"value": p99, "goal": p99_goal, "met": p99 < p99_goal},
        "answers with a 5xx, or people who could not finish": _exactly(failures, 0),
        "acknowledged but not stored, or the reverse": _exactly(len(differing), 0),
        "stored more than once": _exactly(len(stored) - len(set(stored)), 0),
        "answers stored": _exactly(len(stored), expected),
        "people with a completion code of their own": _exactly(codes, len(log.completed)),
    }


def _exactly(value: int, goal: int) -> dict[str, Any]:
    return {"value": value, "goal": goal, "met": value == goal}


def machine() -> dict[str, Any]:
    return {
        "system": platform.platform(),
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
    }


def show(report: dict[str, Any]) -> None:
    print(f"{report['requests']} requests in {report['seconds']} s ({report['requests_per_s']} per s)")
    print("CPU per request, ms:", report["cpu_ms_per_request"])
    print("kind         n     p50 s     p95 s     p99 s     max s")
    for kind, row in report["latency"].items():
        times = "".join(f"{row[name]:>10.3f}" for name in ("p50_s", "p95_s", "p99_s", "max_s"))
        print(f"{kind:<8}{row['n']:>6}{times}")
    for name, goal in report["goals"].items():
        print(
            f"{'met   ' if goal['met'] else 'MISSED'} {goal['value']:>10.4g}  (goal {goal['goal']})  {name}"
        )
    for trouble, count in list(report["troubles"].items())[:5]:
        print(f"trouble, {count} times: {trouble}")
    print(f"written to {OUT}")


if __name__ == "__main__":
    main()
