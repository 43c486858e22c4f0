"""The facts about a study that its stages depend on, from the database, in three statements."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from pipeline.crops.levels import lacks_least_level
from pipeline.loop.decisions import Step
from pipeline.loop.level_state import pilot_of
from pipeline.models import Analysis, Job, Loop, PhotoImport
from pipeline.standing.stages import StudyFacts
from study.models import Category, Item, Level, Participant, Pilot, Session, Stimulus, Study, StudyVersion
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
    has_people : whether anybody has taken part; previews and robots do not count
    """

    photos: int
    classes: int
    levels: int
    levels_cut: int
    previewing: bool
    importing: bool
    analysing: bool
    done: int
    has_people: bool


class LoopLog(NamedTuple):
    """The state of a loop, why it ended, and its decisions: of each its name, its level and its reason."""

    state: str
    reason: str
    decisions: list[tuple[str, int, str]]


class Standing(NamedTuple):
    """What is counted of a study, its loop once that was started, and its versions, newest first.

    Versions have `people`, who completed them, and `report`, the row of their newest analysis.
    """

    known: Known
    loop: LoopLog | None
    versions: list[StudyVersion]


def standing_of(study: Study) -> Standing:
    """Return how a study stands now."""
    (row,) = _KNOWN(study.pk)
    versions = _VERSIONS(study.pk)
    for version in versions:
        version.study = study
    return Standing(Known(*row), _loop_log(_LOOP(study.pk)), versions)


def facts_of(study: Study, standing: Standing | None = None) -> StudyFacts:
    """Return what is known about a study now; what was read of it already is not read again."""
    known, loop, versions = standing or standing_of(study)
    version = versions[0] if versions else None
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


def _loop_log(rows: list[tuple[Any, ...]]) -> LoopLog | None:
    """Return the log of rows that each tell of the loop and one decision, if there is one."""
    if not rows:
        return None
    state, reason, *_ = rows[0]
    return LoopLog(state, reason, [row[2:] for row in rows if row[2] is not None])


def _level_in_review(loop: LoopLog | None) -> int | None:
    """Return the level whose crops a waiting loop wants to be reviewed."""
    if loop is None or loop.state != Loop.State.WAITING or not loop.decisions:
        return None
    decision, level, _ = loop.decisions[-1]
    return level if decision == Step.REVIEW else None


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
        Exists(Participant.objects.filter(version__study=OuterRef("pk"), mode=Mode.LIVE)),
    )


def _versions(study: int) -> QuerySet[StudyVersion]:
    completed = Session.objects.completed()
    people = completed.filter(participant__version=OuterRef("pk"), participant__mode=Mode.LIVE)
    reports = Analysis.objects.filter(version=OuterRef("pk"), result__isnull=False).order_by("-created_at")
    versions = StudyVersion.objects.filter(study=study).defer("config").order_by("-number")
    return versions.annotate(people=counted(people), report=Subquery(reports.values("pk")[:1]))


_DECISIONS = Loop.objects.order_by("entries").values_list(
    "state", "reason", "entries__decision", "entries__level", "entries__reason"
)
_KNOWN, _LOOP = PreparedValues(_known, int), PreparedValues(lambda study: _DECISIONS.filter(study=study), int)
_VERSIONS: PreparedQuery[StudyVersion] = PreparedQuery(_versions, int)
