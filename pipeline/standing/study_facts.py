"""The facts about a study that its stages depend on, from the database."""

from __future__ import annotations

from django.db.models import Count, Exists, OuterRef

from pipeline.crops.levels import lacks_least_level
from pipeline.loop.decisions import Step
from pipeline.loop.level_state import pilot_of
from pipeline.models import Job, Loop, PhotoImport
from pipeline.standing.stages import StudyFacts
from study.models import Pilot, Session, Stimulus, Study
from study.models.people import Mode


def facts_of(study: Study) -> StudyFacts:
    """Return what is known about a study now."""
    version, loop = study.version(), Loop.objects.filter(study=study).first()
    people = Session.objects.completed().filter(participant__version=version, participant__mode=Mode.LIVE)
    reports = study.analyses.filter(version=version, result__isnull=False)
    waiting = set(study.jobs.unfinished().values_list("kind", flat=True))
    pilot = Pilot.objects.of(study)
    photos = list(
        study.categories.order_by().annotate(photos=Count("items")).values_list("photos", flat=True)
    )
    crops = Stimulus.of_any_kind.filter(level=OuterRef("pk"))
    cut = list(study.levels.order_by().annotate(cut=Exists(crops)).values_list("cut", flat=True))
    return StudyFacts(
        photos=sum(photos),
        classes=len(photos),
        importing=not waiting.isdisjoint({Job.Kind.READ, Job.Kind.IMPORT}),
        previewing=PhotoImport.objects.waiting().filter(study=study).exists(),
        levels=len(cut),
        levels_cut=sum(cut),
        lacks_least_level=loop is None and lacks_least_level(study),
        loop=Loop.State(loop.state) if loop else None,
        loop_reason=loop.reason if loop else "",
        review_level=_level_in_review(loop),
        pilot=pilot_of(study),
        pilot_people=_pilot_people(pilot) if pilot else 0,
        pilot_target=pilot.version.design.target_completes if pilot else None,
        version=version.number if version else None,
        status=Study.Status(study.status),
        people=people.count() if version else 0,
        target=version.design.target_completes if version else study.target_completes,
        analysing=Job.Kind.ANALYSE in waiting,
        report=reports.values_list("pk", flat=True).first() if version else None,
    )


def _level_in_review(loop: Loop | None) -> int | None:
    """Return the level whose crops a waiting loop wants to be reviewed."""
    if loop is None or loop.state != Loop.State.WAITING:
        return None
    last = loop.entries.last()
    return last.level if last and last.decision == Step.REVIEW else None


def _pilot_people(pilot: Pilot) -> int:
    """Return how many people have finished the pilot; where robots chose, how many of them."""
    mode = pilot.decided_by or Mode.LIVE
    sessions = Session.of_any_stage.completed()
    return int(sessions.filter(participant__version=pilot.version, participant__mode=mode).count())
