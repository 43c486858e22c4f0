"""A study as large as a laboratory's: 200 runs, 5,000 photos and 1,000 people, as rows alone."""

from __future__ import annotations

from django.utils import timezone

from pipeline.models import AttackerRun, Job
from study.models import Item, Participant, Session, Stimulus, Study
from study.models.people import Mode
from tests.remembered import remembered
from tests.study.factories import open_study_version

RUNS, PHOTOS, PEOPLE = 200, 5_000, 1_000


@remembered
def large_study() -> Study:
    """Everybody has finished and every run is trained; photos and crops have names in place of files."""
    version = open_study_version()
    study = version.study
    _add_photos(study)
    _add_runs(study)
    now = timezone.now()
    people = Participant.objects.bulk_create(
        Participant(version=version, mode=Mode.LIVE, consented_at=now, consent_sha256="0" * 64)
        for _ in range(PEOPLE)
    )
    Session.objects.bulk_create(
        Session(
            participant=person,
            token=f"{place:032x}",
            status=Session.Status.COMPLETED,
            lease_until=now,
            started_at=now,
            completed_at=now,
        )
        for place, person in enumerate(people)
    )
    return study


def _add_photos(study: Study) -> None:
    categories, levels = list(study.categories.all()), list(study.levels.all())
    items = Item.objects.bulk_create(
        Item(
            study=study,
            category=categories[place % len(categories)],
            source_name=f"large-{place}.png",
            source_sha256=f"large{place}",
            photo=f"photos/{place}.png",
            width=160,
            height=160,
            cluster=f"large-{place}",
            split=Item.Split.TEST if place % 2 else Item.Split.TRAIN,
        )
        for place in range(PHOTOS)
    )
    Stimulus.objects.bulk_create(
        Stimulus(
            item=item,
            level=level,
            image=f"stimuli/{item.pk}-{level.number}.png",
            sha256=f"{item.pk}-{level.number}",
            width=96,
            height=96,
            left=0.0,
            top=0.0,
            window_width=1.0,
            window_height=1.0,
        )
        for item in items
        for level in levels
    )


def _add_runs(study: Study) -> None:
    now = timezone.now()
    jobs = Job.objects.bulk_create(
        Job(
            study=study,
            kind=Job.Kind.TRAIN,
            key=f"train:{place}",
            state=Job.State.SUCCEEDED,
            ring_after=now,
            finished_at=now,
        )
        for place in range(RUNS)
    )
    AttackerRun.objects.bulk_create(
        AttackerRun(
            study=study,
            job=job,
            role=AttackerRun.Role.ATTACK,
            architecture="net",
            seed=place,
            trained_through=place % study.levels.count(),
            validation_accuracy=0.5,
            device="cpu",
        )
        for place, job in enumerate(jobs)
    )
