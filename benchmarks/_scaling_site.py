"""A study of so many photos and people, from import to verdict in this process: processor time of each part.

benchmarks/scaling.py starts it once for each size. Prints a line of JSON: seconds by part.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import django

PHOTO_SIDE = 160  # pixels
SHARES = (1.0, 0.6)  # of the subject: two levels
TRIALS = 20  # of each person, of whom there are as many as photos
EXPORTS = 5  # of trials.csv: one is too short to be timed


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="sweetspot-scaling-") as folder:
        os.environ |= {"SWEETSPOT_VAR": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
        django.setup()
        print(json.dumps(seconds_of_parts(int(sys.argv[1]), Path(folder))))


def seconds_of_parts(per_class: int, folder: Path) -> dict[str, float]:
    """Return processor seconds of import, crops, loop (crops included), export and verdict."""
    from django.core.management import call_command

    from synthetic import draw_set

    call_command("migrate", verbosity=0)
    photos = draw_set(folder / "drawn", per_class, seed=1, size=PHOTO_SIDE)
    study = new_study()
    spent: Counter[str] = Counter()
    with Spent(spent, "import"):
        import_all(study, photos)
    run_loop(study, spent)
    answers_and_verdict(study, spent)
    return dict(spent)


class Spent:
    """Adds the processor time of a block, of this process and those that it waited for, to a part."""

    def __init__(self, spent: Counter[str], *parts: str) -> None:
        self.spent, self.parts = spent, parts

    def __enter__(self) -> None:
        self.before = processor_seconds()

    def __exit__(self, *_: object) -> None:
        for part in self.parts:
            self.spent[part] += processor_seconds() - self.before


def processor_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(cpu.ru_utime + cpu.ru_stime for cpu in used)


def new_study() -> Any:
    from django.contrib.auth import get_user_model

    from pipeline.crops.levels import add_levels
    from study.models import Study

    study = Study.objects.create(
        name="Scaling",
        owner=get_user_model().objects.create_superuser("benchmark"),
        architectures=["efficientnet_lite0"],
        seeds=1,
        attacker_preset="quick",
        minimum_levels=len(SHARES),
        max_rounds=1,
        ceiling=0.4,  # no attacker falls below: the loop takes the same steps at every size
        trials_per_person=6,
        practice_trials=0,
        catch_share=0.0,
    )
    add_levels(study, SHARES)
    return study


def import_all(study: Any, photos: Path) -> None:
    from pipeline.intake.archive import open_source
    from pipeline.intake.photo_import import import_photos

    import_photos(study, open_source(photos), lambda _share: None)


def run_loop(study: Any, spent: Counter[str]) -> None:
    """Be the worker until the loop ends."""
    from pipeline.loop import advance
    from pipeline.models import Job
    from pipeline.worker.execute import perform

    advance.start(study)
    while job := study.jobs.filter(state=Job.State.QUEUED).first():
        parts = ("loop", "crops") if job.kind == Job.Kind.CROP else ("loop",)
        with Spent(spent, *parts):
            perform(job.pk)
    study.loop.refresh_from_db()
    if study.loop.state != study.loop.State.FINISHED:
        raise SystemExit(f"The loop ended as {study.loop.state}: {study.loop.reason}")


def answers_and_verdict(study: Any, spent: Counter[str]) -> None:
    from django.utils import timezone

    from benchmarks._desk_site import add_people
    from pipeline.analysis.analysis_request import request_analysis
    from pipeline.analysis.freezing import freeze_with_machine
    from pipeline.exports.files import trials_csv
    from pipeline.worker.execute import perform
    from study.models import Stimulus

    version = freeze_with_machine(study, timezone.now())
    crops = Stimulus.objects.filter(item__study=study, item__split="test").values_list("pk", flat=True)
    add_people(version, study.items.count(), TRIALS, list(crops))
    with Spent(spent, "export"):
        for _ in range(EXPORTS):
            sum(len(lines) for lines in trials_csv(version, "live"))
    analysis = request_analysis(study, "live")
    with Spent(spent, "verdict"):
        perform(analysis.job_id)
    analysis.refresh_from_db()
    if analysis.result is None:
        raise SystemExit(f"The analysis failed: {analysis.job.error}")


if __name__ == "__main__":
    main()
