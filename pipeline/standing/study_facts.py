"""The facts about a study that its stages depend on, from the database."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from pipeline.crops.levels import lacks_least_level
from pipeline.loop.decisions import Step
from pipeline.loop.level_state import pilot_of
from pipeline.models import Analysis, Job, Loop, PhotoImport
from pipeline.standing.stages import StudyFacts
from study.models import Category, Item, Level, Pilot, Session, Stimulus, Study, StudyVersion
from study.models.people import Mode
from study.statements.prepared_sql import PreparedQuery, PreparedValues
from study.statements.row_counts import counted


class Known(NamedTuple):
    """What one statement tells of a study.

    Attributes
    ----------
    photos, classes, levels, levels_cut : how many there are; cut levels have crops
    previewing : whether photos were read and wait for a look at what would be imported
    importing, analysing : whether jobs that do so wait or run
    done : jobs that have succeeded
    """

    photos: int
    classes: int
    levels: int
    levels_cut: int
    previewing: bool
    importing: bool
    analysing: bool
    done: int


def known_of(study: Study) -> Known:
    """Return what is counted of a study now."""
    (row,) = _KNOWN(study.pk)
    return Known(*row)


def facts_of(study: Study, known: Known | None = None) -> StudyFacts:
    """Return what is known about a study now; what was counted of it already is not counted again."""
    known, loop, version = known or known_of(study), _LOOP.first(study.pk), _NEWEST.first(study.pk)
    pilot = Pilot.objects.of(study) if study.pilot else None
    return StudyFacts(
        photos=known.photos,
        classes=known.classes,
        importing=known.importing,
        previewing=known.previewing,
        levels=known.levels,
        levels_cut=known.levels_cut,
        lacks_least_level=loop is None and lacks_least_level(study),
        loop=Loop.State(loop.state) if loop else None,
        loop_reason=loop.reason if loop else "",
        review_level=_level_in_review(loop),
        pilot=pilot_of(study),
        pilot_people=_pilot_people(pilot) if pilot else 0,
        pilot_target=pilot.version.design.target_completes if pilot else None,
        version=version.number if version else None,
        status=Study.Status(study.status),
        people=vars(version)["people"] if version else 0,
        target=version.design.target_completes if version else study.target_completes,
        analysing=known.analysing,
        report=vars(version)["report"] if version else None,
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


def _known(study: int) -> QuerySet[Study, tuple[int | bool, ...]]:
    own = {"study": OuterRef("pk")}
    jobs, levels = Job.objects.filter(**own), Level.objects.filter(**own)
    return Study.objects.filter(pk=study).values_list(
        counted(Item.objects.filter(**own)),
        counted(Category.objects.filter(**own)),
        counted(levels),
        counted(levels.filter(Exists(Stimulus.of_any_kind.filter(level=OuterRef("pk"))))),
        Exists(PhotoImport.objects.waiting().filter(**own)),
        Exists(jobs.unfinished().filter(kind__in=(Job.Kind.READ, Job.Kind.IMPORT))),
        Exists(jobs.unfinished().filter(kind=Job.Kind.ANALYSE)),
        counted(jobs.filter(state=Job.State.SUCCEEDED)),
    )


def _newest(study: int) -> QuerySet[StudyVersion]:
    """Return the newest version with the people who completed it and its newest report."""
    completed = Session.objects.completed()
    people = completed.filter(participant__version=OuterRef("pk"), participant__mode=Mode.LIVE)
    reports = Analysis.objects.filter(version=OuterRef("pk"), result__isnull=False).order_by("-created_at")
    versions = StudyVersion.objects.filter(study=study).defer("config").order_by("-number")
    return versions.annotate(people=counted(people), report=Subquery(reports.values("pk")[:1]))[:1]


_KNOWN, _NEWEST = PreparedValues(_known, int), PreparedQuery(_newest, int)
_LOOP: PreparedQuery[Loop] = PreparedQuery(lambda study: Loop.objects.filter(study=study), int)
