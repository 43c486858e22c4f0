"""A worker that is killed, or stopped, in the middle of a training: the run resumes, and finishes once."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from config.stack.layout import Layout
from tests.config.running import CHECKOUT, Stack, seconds_until
from tests.pipeline.studies import draw_photos

pytestmark = [
    pytest.mark.server,
    pytest.mark.slow,
    pytest.mark.soak,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
]

START = """
from pathlib import Path
from pipeline.loop import advance
from tests.pipeline.studies import import_folder, make_study
study = make_study(sides=(1.0, 0.5), minimum_levels=1, max_rounds=1)
study.attacker_preset = "full"  # the whole network: long enough to be caught in the middle
study.save()
import_folder(study, Path({photos!r}))
advance.start(study)
"""
LOOK = """
import json
from collections import Counter
from pipeline.models import AttackerRun, Job, Loop, Prediction
training = AttackerRun.objects.filter(job__state="running").first()
answers = Counter(Prediction.objects.values_list("run_id", "stimulus_id"))
print(json.dumps({
    "loop": Loop.objects.get().state,
    "epochs": len(training.history) if training else 0,
    "job": training.job.key if training else "",
    "attempts": dict(Job.objects.values_list("key", "attempts")),
    "states": dict(Job.objects.values_list("key", "state")),
    "checkpoints": list(AttackerRun.objects.values_list("checkpoint_sha256", flat=True)),
    "most_answers": max(answers.values(), default=0),
}))
"""


def ask(environment: dict[str, str], code: str) -> str:
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", code]
    done = subprocess.run(command, env=environment, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    return done.stdout


def look(environment: dict[str, str]) -> dict[str, object]:
    return json.loads(ask(environment, LOOK))


def job_in_the_middle(environment: dict[str, str]) -> str:
    """Wait for a training with epochs behind it; its key."""
    seen: list[dict[str, object]] = []
    seconds_until(lambda: seen.append(look(environment)) or seen[-1]["epochs"] >= 5, 300)
    return str(seen[-1]["job"])


def begin_a_training(environment: dict[str, str], photos: Path) -> str:
    """Start the loop of a study, and wait until a training is under way; the key of its job."""
    draw_photos(photos, per_class=80)  # to be trained on while somebody looks twice
    ask(environment, START.format(photos=str(photos)))
    return job_in_the_middle(environment)


def test_a_worker_that_is_stopped_in_order_costs_its_training_no_attempt(
    start: Callable[[], Stack], local_environment: dict[str, str], tmp_path: Path
) -> None:
    stack = start()
    stopped = begin_a_training(local_environment, tmp_path / "photos")
    stack.kill(r"celery.* worker", signal.SIGTERM)
    seconds_until(lambda: "worker restarted" in stack.said(), 60)
    assert "was given back" in Layout(stack.var).log("worker").read_text()
    seconds_until(lambda: look(local_environment)["states"][stopped] == "succeeded", 600)
    end = look(local_environment)
    assert end["attempts"][stopped] == 1


def test_a_killed_training_resumes_and_commits_once(
    start: Callable[[], Stack], local_environment: dict[str, str], tmp_path: Path
) -> None:
    stack = start()
    killed = begin_a_training(local_environment, tmp_path / "photos")
    stack.kill(r"celery.* worker")
    resumed = seconds_until(lambda: look(local_environment)["attempts"][killed] == 2, 90)
    assert resumed < 90  # operations.md, goal 3
    seconds_until(lambda: look(local_environment)["loop"] != "running", 1200)
    end = look(local_environment)
    assert end["loop"] == "finished"
    assert end["attempts"][killed] == 2
    assert set(end["states"].values()) == {"succeeded"}
    assert all(end["checkpoints"])
    assert end["most_answers"] == 1
