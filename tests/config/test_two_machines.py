"""Two workers that share nothing but the database, the broker and a bucket; one of them is killed for good.

The whole loop on 200 photos: what the dead one was training ends on the other, and at the end every network
has answered every photo at every level, once.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config.stack.layout import Layout
from config.stack.services import answers_ping, valkey_command
from tests.config.machines import Machine, kill_group
from tests.config.running import CHECKOUT, seconds_until
from tests.pipeline.bundle.postgres import running_postgres
from tests.pipeline.s3_server import running_s3
from tests.pipeline.studies import draw_photos

pytestmark = [
    pytest.mark.server,
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(sys.platform != "linux", reason="kills groups of processes as Linux does"),
]
PHOTOS = 200
WORKER = ("worker", "--concurrency", "1", "--queues", "gpu,cpu", "--without-mingle", "--without-gossip")

START = """
from pathlib import Path
from pipeline.loop import advance
from tests.pipeline.studies import import_folder, make_study
study = make_study(sides=(1.0, 0.5), minimum_levels=1, max_rounds=1)
print(import_folder(study, Path({photos!r})).total)
advance.start(study)
"""
TRAINING = """
    SELECT job.key, job.worker, jsonb_array_length(run.history) FROM pipeline_job AS job
    JOIN pipeline_attackerrun AS run ON run.job_id = job.id WHERE job.state = 'running'
"""
OUTCOME = """
import json
from collections import Counter
from django.core.files.storage import default_storage
from pipeline.models import AttackerRun, Job, Loop, Prediction
from pipeline.shared_runs import files_of, stored_name
from study.models import Item, Stimulus
runs = AttackerRun.objects.networks().attackers()
asked = [Item.Split.VALIDATION, Item.Split.TEST]
tested = set(Stimulus.objects.filter(item__split__in=asked).values_list("pk", flat=True))
answers = Counter(Prediction.objects.values_list("run_id", "stimulus_id"))
names = [item.photo.name for item in Item.objects.all()]
names += [stimulus.image.name for stimulus in Stimulus.objects.all()]
names += [stored_name(run, *file) for run in runs for file in files_of(run).items()]
print(json.dumps({
    "loop": Loop.objects.get().state,
    "items": Item.objects.count(),
    "stimuli_by_level": list(Counter(Stimulus.objects.values_list("level__number", flat=True)).values()),
    "states": dict(Job.objects.values_list("key", "state")),
    "attempts": dict(Job.objects.values_list("key", "attempts")),
    "workers": dict(Job.objects.values_list("key", "worker")),
    "runs": runs.count(),
    "tested": len(tested),
    "not_answered": sum((run.pk, stimulus) not in answers for run in runs for stimulus in tested),
    "answered_twice": sum(times > 1 for times in answers.values()),
    "files": len(names),
    "lost_files": [name for name in names if not default_storage.exists(name)],
}))
"""


@pytest.fixture
def shared(local_environment: dict[str, str], tmp_path: Path) -> Iterator[dict[str, str]]:
    """What two machines have in common, and nothing else."""
    layout = Layout(tmp_path / "broker")
    layout.create()
    command = valkey_command(layout.socket, layout.broker_data)
    with running_postgres() as database, running_s3() as bucket:
        broker = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            seconds_until(lambda: answers_ping(layout.socket), 30)
            queue = f"redis+socket://{layout.socket}"
            yield local_environment | bucket | {"BROKER_URL": queue, "DATABASE_URL": database}
        finally:
            broker.kill()
            broker.wait()


def test_a_loop_of_200_photos_ends_on_the_second_machine_when_the_first_is_killed(
    shared: dict[str, str], tmp_path: Path
) -> None:
    web, first, second = (Machine(tmp_path / name, shared) for name in ("web", "first", "second"))
    subprocess.run(
        (sys.executable, "manage.py", "migrate", "-v0"), env=web.environment, cwd=CHECKOUT, check=True
    )
    photos = draw_photos(tmp_path / "photos", per_class=PHOTOS // 2)
    with (
        web.running("beat"),
        first.running(*WORKER, "--hostname", "first@%h") as doomed,
        second.running(*WORKER, "--hostname", "second@%h"),
        psycopg.connect(shared["DATABASE_URL"], autocommit=True) as database,
    ):
        assert web.ask(START.format(photos=str(photos))).split() == [str(PHOTOS)]
        trainings: dict[str, str] = {}

        def under_way_there() -> bool:
            rows = database.execute(TRAINING).fetchall()
            trainings.update(
                {key: worker for key, worker, epochs in rows if worker.endswith(f":{doomed.pid}") and epochs}
            )
            return bool(trainings)

        seconds_until(under_way_there, 300)
        kill_group(doomed)
        (killed,) = trainings
        seconds_until(lambda: claimed_again(database, killed), 90)  # operations.md, goal 3
        seconds_until(lambda: not loop_runs(database), 1200)
        end = json.loads(web.ask(OUTCOME))

    assert end["loop"] == "finished"
    assert set(end["states"].values()) == {"succeeded"}, second.worker()
    assert end["attempts"][killed] == 2
    assert end["workers"][killed] != trainings[killed]
    assert end["items"] == PHOTOS
    assert end["stimuli_by_level"] == [PHOTOS, PHOTOS]
    assert end["runs"] >= 4
    assert (end["tested"] > PHOTOS / 2, end["not_answered"], end["answered_twice"]) == (True, 0, 0)
    assert end["files"] > 3 * PHOTOS
    assert end["lost_files"] == []
    assert not any((machine.var / "media").exists() for machine in (web, first, second))


def claimed_again(database: psycopg.Connection, key: str) -> bool:
    row = database.execute("SELECT attempts FROM pipeline_job WHERE key = %s", (key,)).fetchone()
    return row == (2,)


def loop_runs(database: psycopg.Connection) -> bool:
    return database.execute("SELECT state FROM pipeline_loop").fetchone() == ("running",)
