"""A site with large studies, whose pages are asked for: run in this checkout or in another, by its models.

Its parent (benchmarks/desk.py) starts it in the folder of a checkout. Each line that it reads names a page
and a number of requests; each is answered with a line of JSON.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django

SIDES = (1.0, 0.66, 0.45, 0.3, 0.2)
CLASSES = tuple(f"class {number}" for number in range(10))
SPLITS = ("test", "test", "train", "train", "validation")  # of every five photos of a class
DECISIONS, ANALYSES = 40, 3


def main() -> None:
    """Make the study, then answer for as long as somebody asks."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    ask = _asker(_large_site(*map(int, sys.argv[1:])))
    print("ready", flush=True)
    for line in sys.stdin:
        page, requests = line.split()
        print(json.dumps(ask(page, int(requests))), flush=True)


def _asker(code: str) -> Callable[[str, int], dict[str, Any]]:
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="localhost")
    client.force_login(get_user_model().objects.get(), backend="django.contrib.auth.backends.ModelBackend")
    as_part = {"HX-Request": "true"}
    pages: dict[str, tuple[str, dict[str, str]]] = {
        "desk": (f"/desk/{code}/", {}),
        "progress": (f"/desk/{code}/progress/", as_part),
        "answers": (f"/desk/{code}/answers/", as_part),
        "studies": ("/desk/", {}),
        "designs": ("/admin/study/study/", {}),
        "sessions": ("/admin/study/session/", {}),
        "sessions-100": ("/admin/study/session/?p=100", {}),
        "trials.csv": (f"/desk/{code}/export/live/trials.csv", {}),
    }

    def ask(page: str, requests: int) -> dict[str, Any]:
        address, headers = pages[page]
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address, headers=headers)
            content = _content(answer)
            number = len(queries)  # the next request forgets them
        times = [_timed(lambda: _content(client.get(address, headers=headers))) for _ in range(requests)]
        seen = {"status": answer.status_code, "queries": number, "bytes": len(content)}
        return {**seen, "lines": content.count(b"\n"), "times": times}

    return ask


def _content(answer: Any) -> bytes:
    """Return all of an answer, also of one that is made while it is sent."""
    return b"".join(answer)  # both kinds give their parts


def _timed(call: Callable[[], object]) -> tuple[float, float]:
    """Return how many milliseconds a call takes, by the clock and of the processor."""
    wall, processor = time.perf_counter(), time.process_time()
    call()
    return 1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - processor)


def _large_site(studies: int, photos: int, runs: int, people: int, trials: int) -> str:
    """Store studies of one researcher, of which the last is being analysed; return the code of that."""
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Permission

    owner = get_user_model().objects.create_user("ada", is_staff=True)
    owner.user_permissions.set(Permission.objects.all())  # but only on studies of her own
    for number in range(studies):
        study = _large_study(owner, f"Large {number}", photos, runs, people, trials)
    _add_running_analysis(study)
    return str(study.code)


def _large_study(owner: Any, name: str, photos: int, runs: int, people: int, trials: int) -> Any:
    """Store a study that is frozen, open, answered and analysed."""
    from django.utils import timezone

    from study.freezing import freeze as freezing  # a module here, and in older checkouts the function's own
    from study.models import Category, Level, Study

    study = Study.objects.create(name=name, owner=owner, level_family="crop", trials_per_person=trials)
    levels = Level.objects.bulk_create(
        Level(study=study, number=number, side=side) for number, side in enumerate(SIDES)
    )
    Category.objects.bulk_create(
        Category(study=study, name=name, position=position) for position, name in enumerate(CLASSES)
    )
    crops = _add_photos(study, photos, levels)
    _add_runs(study, runs)
    freeze = freezing if callable(freezing) else freezing.freeze
    version = freeze(study, timezone.now())
    add_people(version, people, trials, crops)
    _add_analyses(study, version)
    Study.objects.filter(pk=study.pk).update(status=Study.Status.OPEN)
    return study


def _add_photos(study: Any, photos: int, levels: list[Any]) -> list[int]:
    """Store photos with a crop at each level, all of one file; return the crops that people may see."""
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    from study.models import Item, Stimulus

    file = default_storage.save("stimuli/large.png", ContentFile(bytes(20_000)))
    categories = list(study.categories.all())
    items = Item.objects.bulk_create(
        Item(
            study=study,
            category=categories[place % len(categories)],
            source_name=f"large-{place}.png",
            source_sha256=hashlib.sha256(b"%d" % place).hexdigest(),
            photo=file,
            width=640,
            height=480,
            cluster=f"large-{place}",
            split=SPLITS[place // len(categories) % len(SPLITS)],
        )
        for place in range(photos)
    )
    window = {"left": 0.0, "top": 0.0, "width": 640, "height": 480}
    crops = Stimulus.objects.bulk_create(
        Stimulus(
            item=item,
            level=level,
            image=file,
            sha256=hashlib.sha256(b"%d-%d" % (item.pk, level.number)).hexdigest(),
            window_width=level.side,
            window_height=level.side,
            **window,
        )
        for item in items
        for level in levels
    )
    return [crop.pk for crop in crops if crop.item.split == "test"]


def _add_runs(study: Any, runs: int) -> None:
    """Store trained attackers, and the loop that has trained them, with its decisions."""
    from pipeline.models import AttackerRun, Loop, LoopEntry

    jobs = _jobs(study, "train", runs)
    history = [
        {"stage": "fine", "epoch": epoch, "loss": 1.0, "validation_accuracy": 0.5} for epoch in range(20)
    ]
    AttackerRun.objects.bulk_create(
        AttackerRun(
            study=study,
            job=job,
            role=AttackerRun.Role.ATTACK,
            architecture="net",
            seed=place,
            trained_through=place % len(SIDES),
            validation_accuracy=0.5,
            device="cpu",
            history=history,
        )
        for place, job in enumerate(jobs)
    )
    loop = Loop.objects.create(study=study, state=Loop.State.FINISHED, reason="Every level is decided.")
    LoopEntry.objects.bulk_create(
        LoopEntry(loop=loop, level=number % len(SIDES), decision="train", reason=f"Decision {number}.")
        for number in range(DECISIONS)
    )


def _jobs(study: Any, kind: str, number: int) -> list[Any]:
    """Store jobs that were done."""
    from django.utils import timezone

    from pipeline.models import Job

    ended = timezone.now()
    begun = ended - timedelta(minutes=5)
    done = {"state": Job.State.SUCCEEDED, "ring_after": ended, "started_at": begun, "finished_at": ended}
    return list(
        Job.objects.bulk_create(
            Job(study=study, kind=kind, key=f"{kind}:{place}", progress=1.0, **done)
            for place in range(number)
        )
    )


def add_people(version: Any, people: int, trials: int, crops: list[int]) -> None:
    """Store people who have all finished, each with as many answers as trials."""
    from django.utils import timezone

    from study.models import Participant, Session, Trial

    now = timezone.now()
    persons = Participant.objects.bulk_create(
        Participant(version=version, mode="live", consented_at=now, consent_sha256="0" * 64)
        for _ in range(people)
    )
    sessions = Session.objects.bulk_create(
        Session(
            participant=person,
            status=Session.Status.COMPLETED,
            lease_until=now,
            started_at=now,
            completed_at=now,
            viewport_w=1280,
            viewport_h=800,
            refresh_hz=60.0,
        )
        for person in persons
    )
    Trial.objects.bulk_create(
        (
            Trial(
                session=session,
                stimulus_id=crops[(place * trials + number) % len(crops)],
                trial_index=number,
                block_id=number // 20,
                block_type=Trial.BlockType.TEST,
                response_status=Trial.ResponseStatus.ANSWERED,
                correct=bool(number % 3),
                rt_ms=700.0,
                received_at=now,
                stimulus_ms_planned=150.0,
                stimulus_ms_achieved=150.0,
                frame_ms=16.7,
            )
            for place, session in enumerate(sessions)
            for number in range(trials)
        ),
        batch_size=5_000,
    )


def _add_analyses(study: Any, version: Any) -> None:
    """Store finished analyses."""
    from pipeline.models import Analysis

    Analysis.objects.bulk_create(
        Analysis(study=study, version=version, job=job, result={"verdict": "none"})
        for job in _jobs(study, "analyse", ANALYSES)
    )


def _add_running_analysis(study: Any) -> None:
    """Store an analysis that runs: while something runs, a desk asks for its progress."""
    from django.utils import timezone

    from pipeline.models import Job

    now = timezone.now()
    Job.objects.create(
        study=study,
        kind="analyse",
        key="analyse:now",
        state=Job.State.RUNNING,
        progress=0.4,
        ring_after=now,
        started_at=now,
        lease_until=now + timedelta(hours=1),
    )


if __name__ == "__main__":
    main()
