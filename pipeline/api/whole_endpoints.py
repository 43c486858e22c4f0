"""A study as a whole: its bundle out and in, its deletion, and robots for its pilot."""

from __future__ import annotations

from shutil import copyfileobj
from tempfile import TemporaryFile

from django.http import StreamingHttpResponse

from pipeline.actions.simulating import simulate_pilot
from pipeline.actions.study_deletion import delete_study
from pipeline.api.bodies import JobLine, Message, PilotRobots, StudyLine, TypedName
from pipeline.api.endpoint import Call, Endpoint
from pipeline.api.refusals import RefusedError
from pipeline.api.study_endpoints import STUDY, job_line, study_line
from pipeline.audit import record
from pipeline.bundle.bundle_stream import bundle_stream
from pipeline.bundle.import_bundle import import_bundle
from pipeline.bundle.opened_bundle import opened
from study.models import Role


def bundle(call: Call) -> StreamingHttpResponse:
    """Take the study's bundle: all of it in one file, for another installation."""
    content = bundle_stream(call.own)
    record(call.user, call.own, "downloaded the bundle")
    return StreamingHttpResponse(content, content_type="application/zip")


def send_bundle(call: Call) -> StudyLine:
    """Send a bundle; its study is here whole, closed and yours, or not at all."""
    if not call.user.has_perm("study.add_study"):
        raise RefusedError("This account may not make studies; an administrator puts it into Researchers.")
    with TemporaryFile() as file:
        copyfileobj(call.request, file)
        file.seek(0)
        with opened(file) as whole:
            study = import_bundle(whole, call.user, call.request.GET.get("name", "").strip())
            record(call.user, study, f"imported a bundle of Sweetspot {whole.manifest.software}")
    return study_line(call, study)


def delete(call: Call) -> Message:
    """Delete the study with all that it holds; its name is sent, to be sure."""
    wanted: TypedName = call.body
    return Message(delete_study(call.user, call.own, wanted.name))


def robots_of_the_pilot(call: Call) -> JobLine:
    """Let robots answer the pilot, marked as simulated."""
    wanted: PilotRobots = call.body
    site = call.request.build_absolute_uri("/")
    return job_line(simulate_pilot(call.user, call.own, wanted.seed, site))


NAME = ("name", "for the study here, if not the one that it has")
WHOLE_ENDPOINTS = (
    Endpoint("take_bundle", "GET", f"{STUDY}bundle.zip", bundle),
    Endpoint("send_bundle", "POST", "bundles/", send_bundle, StudyLine, bytes, queries=(NAME,)),
    Endpoint("delete_study", "DELETE", STUDY, delete, Message, TypedName, needs=Role.OWNER),
    Endpoint("simulate_pilot", "POST", f"{STUDY}pilot/simulate/", robots_of_the_pilot, JobLine, PilotRobots),
)
