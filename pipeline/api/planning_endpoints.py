"""What is planned before people come: levels, labels, stronger attacks, number of people, notices."""

from __future__ import annotations

from typing import Any

from django.forms.models import model_to_dict
from django.shortcuts import get_object_or_404

from pipeline.analysis.power_plan import power_report_of
from pipeline.api.bodies import JobLine, LevelLine, Levels, Message, Power, SearchLine, SearchWish
from pipeline.api.endpoint import Call, Endpoint
from pipeline.api.refusals import RefusedError
from pipeline.api.study_endpoints import STUDY, job_line
from pipeline.desk.preparing import planning
from pipeline.desk.preparing.notice_wishes import NoticesForm, change_wishes, send_a_test, stored_wishes
from pipeline.desk.preparing.power_page import assumptions
from pipeline.models import Job
from pipeline.searches.asked_searches import ask_for, budget_of
from pipeline.searches.search_standing import attacked_levels
from study.models import Role


def levels(call: Call) -> list[LevelLine]:
    """List the crop levels, light to heavy."""
    return [LevelLine(level.number, level.extent) for level in call.own.levels.all()]


def set_levels(call: Call) -> Message:
    """Set the crop levels, until the first is cut."""
    wanted: Levels = call.body
    return Message(planning.set_levels(call.user, call.own, wanted.amounts))


def labels(call: Call) -> dict[str, dict[str, str]]:
    """Show what the buttons of the classes say, by language."""
    return dict(call.own.categories.values_list("name", "labels"))


def label(call: Call) -> Message:
    """Say what the buttons of classes say, by language, until people take part."""
    return Message(planning.label_classes(call.user, call.own, call.body))


def search(call: Call) -> JobLine:
    """Let a worker search for a stronger attack on a level, or go on with its search."""
    wish: SearchWish = call.body
    budget = budget_of(wish.recipes, wish.cpu_minutes)
    return job_line(ask_for(call.user, call.own, wish.level, budget).job)


def searches(call: Call) -> list[SearchLine]:
    """List the levels with the machine's accuracy on validation photos, and what a search found."""
    return [
        SearchLine(
            level.number,
            level.accuracy,
            level.falls,
            level.standing.words if level.standing else "",
            level.standing.outcome if level.standing else None,
        )
        for level in attacked_levels(call.own)
    ]


def power(call: Call) -> JobLine:
    """Let a worker simulate studies of several sizes; what is not sent is assumed as on the desk's page."""
    form = assumptions(call.own, call.body)
    if not form.is_valid():
        reasons = (f"{name}: {' '.join(map(str, why))}" for name, why in form.errors.items())
        raise RefusedError(" ".join(reasons))
    return job_line(planning.simulate_power(call.user, call.own, form.assumed))


def show_power(call: Call) -> Power:
    """Show what a finished simulation found."""
    report = power_report_of(_plan(call))
    if report is None:
        raise RefusedError("The simulation is not done yet.")
    return Power(list(report.sizes), report.says, report.recommended)


def plan_people(call: Call) -> Message:
    """Plan with the number of people that a simulation recommends."""
    return Message(planning.take_planned_number(call.user, call.own, _plan(call)))


def notices(call: Call) -> dict[str, Any]:
    """Show where notices go, and which."""
    return model_to_dict(stored_wishes(call.own), NoticesForm.Meta.fields)


def change_notices(call: Call) -> Message:
    """Change where notices go, and which, by the names of the choices; all or none."""
    return Message(change_wishes(call.user, call.own, call.body))


def send_test(call: Call) -> Message:
    """Send a notice that says nothing but that notices arrive."""
    return Message(send_a_test(call.user, call.own))


def _plan(call: Call) -> Job:
    return get_object_or_404(call.own.jobs, pk=call.arguments["job"], kind=Job.Kind.POWER)


Labels = dict[str, dict[str, str]]
PLAN = f"{STUDY}power/<int:job>/"
PLANNING_ENDPOINTS = (
    Endpoint("show_levels", "GET", f"{STUDY}levels/", levels, list[LevelLine]),
    Endpoint("set_levels", "PUT", f"{STUDY}levels/", set_levels, Message, Levels),
    Endpoint("show_labels", "GET", f"{STUDY}labels/", labels, Labels),
    Endpoint("label_classes", "PATCH", f"{STUDY}labels/", label, Message, Labels),
    Endpoint("list_searches", "GET", f"{STUDY}searches/", searches, list[SearchLine]),
    Endpoint("search_level", "POST", f"{STUDY}searches/", search, JobLine, SearchWish),
    Endpoint("simulate_power", "POST", f"{STUDY}power/", power, JobLine, dict[str, Any]),
    Endpoint("show_power", "GET", PLAN, show_power, Power),
    Endpoint("plan_people", "POST", f"{PLAN}take/", plan_people, Message),
    Endpoint("show_notices", "GET", f"{STUDY}notices/", notices, dict[str, Any], needs=Role.COLLABORATOR),
    Endpoint("change_notices", "PATCH", f"{STUDY}notices/", change_notices, Message, dict[str, Any]),
    Endpoint("test_notice", "POST", f"{STUDY}notices/test/", send_test, Message),
)
