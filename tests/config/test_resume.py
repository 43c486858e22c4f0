"""A worker that is killed in the middle of a training: the run resumes, and finishes once."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.config.running import CHECKOUT, Stack, seconds_until
from tests.pipeline.studies import draw_photos

pytestmark = [
    pytest.mark.server,
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
]

START = """
from pathlib import Path
from pipeline import loop
from tests.pipeline.studies import import_folder, make_study
study = make_study(sides=(1.0, 0.5), minimum_levels=1, max_rounds=1)
study.attacker_preset = "full"  # the whole network: long enough to be caught in the middle
study.save()
import_folder(study, Path({photos!r}))
loop.start(study)
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


def test_a_killed_training_resumes_and_commits_once(
    start: Callable[[], Stack], local_environment: dict[str, str], tmp_path: Path
) -> None:
    stack = start()
    photos = draw_photos(tmp_path / "photos", per_class=80)  # to be trained on while somebody looks twice
    ask(local_environment, START.format(photos=str(photos)))
    killed = job_in_the_middle(local_environment)
    stack.kill(r"celery.* worker")
    resumed = seconds_until(lambda: look(local_environment)["attempts"][killed] == 2, 90)
    assert resumed < 90  # operations.md, goal 3
    seconds_until(lambda: look(local_environment)["loop"] != "running", 600)
    end = look(local_environment)
    assert end["loop"] == "finished"
    assert end["attempts"][killed] == 2
    assert set(end["states"].values()) == {"succeeded"}
    assert all(end["checkpoints"])
    assert end["most_answers"] == 1
