"""Studies, photos, actions and jobs: the buttons of the desk, one endpoint each."""

from __future__ import annotations

from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import Any

import msgspec
from django.core.files.base import File
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse

from attacker.errors import DataError
from pipeline.actions import job_actions
from pipeline.actions.new_study import PRESETS, study_from_preset, study_like
from pipeline.actions.photo_upload import read_names_in, take_in, throw_away, upload
from pipeline.actions.simulating import simulate_people
from pipeline.actions.study_actions import ACTIONS, perform_action
from pipeline.admin.design_changes import change_design, open_fields
from pipeline.api.bodies import (
    DesignState,
    Import,
    JobLine,
    Message,
    NewStudy,
    Preview,
    Robots,
    StageLine,
    StudyLine,
    StudyState,
)
from pipeline.api.endpoint import Call, Endpoint
from pipeline.api.refusals import RefusedError
from pipeline.intake.archive_rules import require_size
from pipeline.intake.import_job import survey_of
from pipeline.intake.import_plan import plan_of
from pipeline.intake.photo_import import require_usable
from pipeline.intake.photo_survey import Choices
from pipeline.models import Job, Loop, PhotoImport
from pipeline.standing.job_lines import title_of
from pipeline.standing.offers import offered
from pipeline.standing.stages import current_stage, stages_of
from pipeline.standing.study_facts import facts_of
from study.design import Design
from study.models import Study
from study.models.members import role_of

SHOWN = 200  # files that are left out


def studies(call: Call) -> list[StudyLine]:
    """List the studies that you have a part in."""
    return [study_line(call, study) for study in Study.objects.of(call.user).order_by("pk")]


def create(call: Call) -> StudyLine:
    """Make a study from a preset, or like another one."""
    wanted: NewStudy = call.body
    if not call.user.has_perm("study.add_study"):
        raise RefusedError("This account may not make studies; an administrator puts it into Researchers.")
    if wanted.like:
        template = get_object_or_404(Study.objects.of(call.user), code=wanted.like)
        return study_line(call, study_like(call.user, wanted.name, template))
    if wanted.preset not in PRESETS:
        raise RefusedError(f"No preset is called {wanted.preset!r}; there are: {', '.join(PRESETS)}.")
    return study_line(call, study_from_preset(call.user, wanted.name, wanted.preset))


def state(call: Call) -> StudyState:
    """Say where a study stands, what is next, and what has failed."""
    study, facts = call.own, facts_of(call.own)
    stages = stages_of(facts)
    now = current_stage(stages)
    return StudyState(
        study.code,
        study.name,
        study.status,
        [StageLine(stage.title, stage.state, stage.figure, stage.waits_for) for stage in stages],
        next=now.action if now else "",
        offered=offered(facts),
        loop=facts.loop or "",
        loop_reason=facts.loop_reason,
        photos=facts.photos,
        version=facts.version,
        people=facts.people,
        target=facts.target,
        waiting_import=facts.previewing,
        busy=study.jobs.unfinished().exists() or facts.loop == Loop.State.RUNNING,
        failures=[job_line(job) for job in _jobs(study).filter(state=Job.State.FAILED)],
    )


def design(call: Call) -> DesignState:
    """Show the design, and what of it can be changed now."""
    values = msgspec.to_builtins(Design.of(call.own))
    return DesignState(values, open_fields(call.own))


def redesign(call: Call) -> Message:
    """Change choices of the design, by their names; all or none."""
    changed = change_design(call.user, call.own, call.body)
    return Message(f"Changed: {', '.join(changed)}." if changed else "Nothing differs.")


def jobs(call: Call) -> list[JobLine]:
    """List the latest jobs, the newest first."""
    return [job_line(job) for job in _jobs(call.own).order_by("-pk")[:SHOWN]]


def retry(call: Call) -> Message:
    """Queue a job again that failed or was stopped."""
    return Message(job_actions.retry_job(call.user, _job(call)))


def stop(call: Call) -> Message:
    """Stop a job that waits or runs."""
    return Message(job_actions.stop_job(call.user, _job(call)))


def act(call: Call) -> Message:
    """Press a button of the desk."""
    name = call.arguments["action"]
    if name not in ACTIONS:
        raise RefusedError(f"There is no action {name!r}; there are: {', '.join(ACTIONS)}.")
    agreed = "agreed" in call.request.GET
    return Message(perform_action(call.user, call.own, name, agreed=agreed))


def send_photos(call: Call) -> JobLine:
    """Send a zip file of photos; a worker reads it."""
    require_size(int(call.request.headers.get("Content-Length") or 0))  # before it lies on the disk
    with TemporaryFile() as file:
        copyfileobj(call.body, file)
        return job_line(upload(call.user, call.own, File(file, "photos.zip")))


def preview(call: Call) -> Preview:
    """Show what would be imported."""
    waiting = PhotoImport.objects.waiting().filter(study=call.own, survey__isnull=False).first()
    if waiting is None:
        raise RefusedError("No upload waits for a look. Send a zip file, and let a worker read it.")
    survey = survey_of(waiting)
    choices = Choices.first(survey)
    plan, problem = plan_of(survey, choices), ""
    try:
        require_usable(call.own, survey, plan)
    except DataError as refusal:
        problem = str(refusal)
    left_out = [str(entry) for entry in plan.left_out[:SHOWN]]
    return Preview(len(plan.photos), dict(plan.counts), choices, left_out, list(plan.two_classes), problem)


def import_photos(call: Call) -> JobLine:
    """Import the photos that were read."""
    wanted: Import = call.body
    return job_line(take_in(call.user, call.own, wanted.choices))


def choose_encoding(call: Call) -> JobLine:
    """Read the names of an upload in an encoding."""
    waiting = get_object_or_404(PhotoImport.objects.waiting(), study=call.own)
    return job_line(read_names_in(call.user, waiting, call.arguments["encoding"]))


def discard_photos(call: Call) -> Message:
    """Throw away an upload that was not imported."""
    thrown = throw_away(call.user, call.own)
    return Message("The upload is thrown away." if thrown else "There was no upload to throw away.")


def simulate(call: Call) -> JobLine:
    """Let robots take part, marked as simulated."""
    wanted: Robots = call.body
    site = call.request.build_absolute_uri("/")
    return job_line(simulate_people(call.user, call.own, wanted.people, wanted.seed, site))


def job_line(job: Job) -> JobLine:
    """Return a job as the API tells of it."""
    return JobLine(job.pk, job.kind, title_of(job), job.state, job.progress, job.message, job.error)


def _job(call: Call) -> Job:
    """Return the job that the address names."""
    return get_object_or_404(call.own.jobs, pk=call.arguments["job"])


def _jobs(study: Study) -> QuerySet[Job]:
    return study.jobs.select_related("run__study", "check_row")


def study_line(call: Call, study: Study) -> StudyLine:
    """Return a study as lists tell of it, for who asks."""
    desk = call.request.build_absolute_uri(reverse("pipeline:desk", args=[study.code]))
    return StudyLine(study.code, study.name, study.status, role_of(call.user, study).title, desk)


AGREED = ("agreed", "1 where a refusal said what an action costs, such as an unplanned look, and you agree")
STUDY = "studies/<slug:code>/"
STUDY_ENDPOINTS = (
    Endpoint("list_studies", "GET", "studies/", studies, list[StudyLine]),
    Endpoint("create_study", "POST", "studies/", create, StudyLine, NewStudy),
    Endpoint("show_study", "GET", STUDY, state, StudyState),
    Endpoint("show_design", "GET", f"{STUDY}design/", design, DesignState),
    Endpoint("change_design", "PATCH", f"{STUDY}design/", redesign, Message, dict[str, Any]),
    Endpoint("list_jobs", "GET", f"{STUDY}jobs/", jobs, list[JobLine]),
    Endpoint("retry_job", "POST", f"{STUDY}jobs/<int:job>/retry/", retry, Message),
    Endpoint("stop_job", "POST", f"{STUDY}jobs/<int:job>/stop/", stop, Message),
    Endpoint("act", "POST", f"{STUDY}actions/<slug:action>/", act, Message, queries=(AGREED,)),
    Endpoint("send_photos", "POST", f"{STUDY}photos/", send_photos, JobLine, bytes),
    Endpoint("discard_photos", "DELETE", f"{STUDY}photos/", discard_photos, Message),
    Endpoint("preview_photos", "GET", f"{STUDY}photos/preview/", preview, Preview),
    Endpoint("import_photos", "POST", f"{STUDY}photos/import/", import_photos, JobLine, Import),
    Endpoint("read_names", "POST", f"{STUDY}photos/encoding/<slug:encoding>/", choose_encoding, JobLine),
    Endpoint("simulate", "POST", f"{STUDY}simulate/", simulate, JobLine, Robots),
)
