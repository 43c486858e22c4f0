"""People, members, analyses and files of a study."""

from __future__ import annotations

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone

from pipeline.actions.membership import hand_over, invite, remove
from pipeline.actions.participants import erase, rule
from pipeline.api.bodies import Message
from pipeline.api.endpoint import Call, Endpoint
from pipeline.api.people_bodies import AnalysisLine, Decision, Invitation, People, PersonLine
from pipeline.api.refusals import RefusedError
from pipeline.api.study_endpoints import STUDY
from pipeline.desk import views
from pipeline.desk.access import chosen_version
from pipeline.desk.people import audit_page, recruiting_page
from pipeline.desk.people.people_page import mode_of
from pipeline.models import Analysis
from pipeline.sittings.recruitment_figures import monitor_of
from pipeline.sittings.sitting import Sitting, sittings_of
from study.models import Participant, Role
from study.models.members import INVITED
from study.models.people import Ruling


def people(call: Call) -> People:
    """Say how far people came, and list their sittings."""
    version, mode = chosen_version(call.request, call.own), mode_of(call.request)
    if version is None:
        raise RefusedError("The study is not frozen yet: nobody can have taken part.")
    sittings = sittings_of(version, mode, timezone.now())
    figures = monitor_of(version, sittings)
    ends = {str(end): number for end, number in figures.ends}
    lines = [_person(sitting) for sitting in sittings]
    return People(version.number, mode, figures.started, figures.counted, ends, lines)


def decide(call: Call) -> Message:
    """Leave a person out by a frozen rule, or count them, with a reason."""
    wanted: Decision = call.body
    if wanted.ruling not in Ruling.values:
        raise RefusedError(f"A ruling is one of: {', '.join(Ruling.values)}; empty leaves it to the rules.")
    change = rule(call.user, _participant(call), Ruling(wanted.ruling), wanted.reason, timezone.now())
    return Message(f"Decided: {change.get_after_display()}.")


def erase_person(call: Call) -> Message:
    """Erase a person for data protection."""
    erase(call.user, _participant(call), timezone.now())
    return Message("Erased: answers, questionnaire, device and platform id. A row stays that says so.")


def invite_member(call: Call) -> Message:
    """Invite a reader or collaborator."""
    wanted: Invitation = call.body
    role = {role.title: role for role in INVITED}.get(wanted.role)
    if role is None:
        raise RefusedError("A role is reader or collaborator.")
    invite(call.user, call.own, wanted.name, role)
    return Message(f"{wanted.name} is a {role.title} of this study now.")


def remove_member(call: Call) -> Message:
    """Take a member's role away."""
    remove(call.user, call.own, call.arguments["name"])
    return Message(f"{call.arguments['name']} no longer sees this study.")


def change_owner(call: Call) -> Message:
    """Make a researcher the owner."""
    hand_over(call.user, call.own, call.arguments["name"])
    return Message(f"{call.arguments['name']} owns this study now.")


def analyses(call: Call) -> list[AnalysisLine]:
    """List the analyses, the newest first."""
    rows = call.own.analyses.select_related("version", "job")
    return [_analysis(row) for row in rows]


def analysis(call: Call) -> AnalysisLine:
    """Show an analysis with its verdict."""
    rows = call.own.analyses.select_related("version", "job")
    return _analysis(get_object_or_404(rows, pk=call.arguments["analysis"]))


def file(call: Call) -> HttpResponseBase:
    """Take a table, or dataset.zip with all of them."""
    return views.export(call.request, call.code, call.arguments["mode"], call.arguments["name"])


def log(call: Call) -> HttpResponseBase:
    """Take the log of every action."""
    return audit_page.audit_csv(call.request, call.code)


def payments(call: Call) -> HttpResponseBase:
    """Take the list of whom to approve and pay."""
    return recruiting_page.payments(call.request, call.code)


def _participant(call: Call) -> Participant:
    person = Participant.objects.select_related("version__study").filter(
        public_id=call.arguments["participant"], version__study=call.own
    )
    if (row := person.first()) is None:
        raise Http404
    return row


def _person(sitting: Sitting) -> PersonLine:
    session = sitting.session
    return PersonLine(
        sitting.participant.public_id,
        session.started_at,
        session.completed_at,
        str(sitting.end),
        sitting.where,
        sitting.excluded,
        sitting.counts,
    )


def _analysis(row: Analysis) -> AnalysisLine:
    return AnalysisLine(
        row.pk, row.version.number, row.mode, row.job.state, row.created_at, row.cause, row.result
    )


OWNER = Role.OWNER
MODE = ("mode", "live, preview or simulated; live if not given")
VERSION = ("version", "number of a frozen version; the newest if not given")
BONUS = (("each", "bonus for each person who counts"), ("per_correct", "bonus for each right answer"))
PEOPLE_ENDPOINTS = (
    Endpoint("show_people", "GET", f"{STUDY}people/", people, People, queries=(MODE, VERSION)),
    Endpoint("decide_person", "POST", f"{STUDY}people/<slug:participant>/", decide, Message, Decision),
    Endpoint(
        "erase_person",
        "DELETE",
        f"{STUDY}people/<slug:participant>/",
        erase_person,
        Message,
        needs=OWNER,
    ),
    Endpoint("invite", "POST", f"{STUDY}members/", invite_member, Message, Invitation, needs=OWNER),
    Endpoint("remove_member", "DELETE", f"{STUDY}members/<str:name>/", remove_member, Message, needs=OWNER),
    Endpoint("hand_over", "POST", f"{STUDY}members/<str:name>/owner/", change_owner, Message, needs=OWNER),
    Endpoint("list_analyses", "GET", f"{STUDY}analyses/", analyses, list[AnalysisLine]),
    Endpoint("show_analysis", "GET", f"{STUDY}analyses/<int:analysis>/", analysis, AnalysisLine),
    Endpoint("take_file", "GET", f"{STUDY}files/<slug:mode>/<str:name>", file, queries=(VERSION,)),
    Endpoint("take_log", "GET", f"{STUDY}log.csv", log),
    Endpoint("take_payments", "GET", f"{STUDY}payments.csv", payments, queries=(MODE, VERSION, *BONUS)),
)
