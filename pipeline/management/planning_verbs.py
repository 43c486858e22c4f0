"""Verbs of `manage.py study` about what is planned: levels, labels, number of people, notices."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import CommandError

from pipeline.analysis.power_plan import power_report_of
from pipeline.desk.preparing import planning
from pipeline.desk.preparing.notice_wishes import NoticesForm, change_wishes, send_a_test, stored_wishes
from pipeline.desk.preparing.power_page import assumptions
from pipeline.management.study_verbs import Given, choice, job_of, whose
from pipeline.models import Job

CHANGES: dict[str, Any] = {"nargs": "*", "metavar": "NAME=VALUE"}
PLANNING_OPTIONS: dict[str, dict[str, dict[str, Any]]] = {
    "levels": {"amounts": {"nargs": "*", "type": float, "metavar": "SHARE"}},
    "labels": {"changes": {"nargs": "*", "metavar": 'CLASS={"en": "..."}'}},
    "power": {"changes": CHANGES},
    "notices": {"changes": CHANGES},
    "test-notice": {},
    "plan-people": {"job": {}},
}


def levels(given: Given) -> str:
    """Set the crop levels, as the share that each keeps, light to heavy; without any, show them."""
    study, user = whose(given)
    if not given["amounts"]:
        return "\n".join(map(str, study.levels.all()))
    return planning.set_levels(user, study, given["amounts"])


def labels(given: Given) -> str:
    """Say what the buttons of classes say, by language; without any, show it."""
    study, user = whose(given)
    if not given["changes"]:
        rows = study.categories.values_list("name", "labels")
        return "\n".join(f"{name}={json.dumps(own, ensure_ascii=False)}" for name, own in rows)
    changes = dict(map(choice, given["changes"]))
    if wrong := [name for name, own in changes.items() if not isinstance(own, dict)]:
        raise CommandError(f'{wrong[0]}: labels are written by language, as in {wrong[0]}={{"en": "Dunk"}}.')
    return planning.label_classes(user, study, changes)


def power(given: Given) -> str:
    """Let a worker simulate studies of several sizes; without assumptions, those of the desk's page."""
    study, user = whose(given)
    changes = dict(map(choice, given["changes"]))
    form = assumptions(study, changes)
    if not form.is_valid():
        reasons = (f"{name}: {' '.join(map(str, why))}" for name, why in form.errors.items())
        raise CommandError(" ".join(reasons))
    job = planning.simulate_power(user, study, form.assumed)
    return (
        f"The simulation is queued as job {job.pk}; its result: manage.py study plan-people STUDY {job.pk}."
    )


def plan_people(given: Given) -> str:
    """Say what a finished simulation of power found, and plan with the number that it recommends."""
    study, user = whose(given)
    job = job_of(study, given["job"])
    if job.kind != Job.Kind.POWER:
        raise CommandError(f"Job {job.pk} is none of the power planner.")
    report = power_report_of(job)
    sentence = report.says if report else ""
    return f"{sentence} {planning.take_planned_number(user, study, job)}".strip()


def notices(given: Given) -> str:
    """Say where notices go and which, as in mail_to=a@b.org job_failed=true; without any, show it."""
    study, user = whose(given)
    if not given["changes"]:
        wishes = stored_wishes(study)
        hidden = {"webhook": "(set)"} if wishes.webhook else {}  # whoever knows it can write there
        values = {name: getattr(wishes, name) for name in NoticesForm.Meta.fields} | hidden
        return "\n".join(f"{name}={json.dumps(value)}" for name, value in values.items())
    return change_wishes(user, study, dict(map(choice, given["changes"])))


def test_notice(given: Given) -> str:
    """Send a notice that says nothing but that notices arrive."""
    study, user = whose(given)
    return send_a_test(user, study)


PLANNING_VERBS = {
    "levels": (levels, ("study",)),
    "labels": (labels, ("study",)),
    "power": (power, ("study",)),
    "plan-people": (plan_people, ("study",)),
    "notices": (notices, ("study",)),
    "test-notice": (test_notice, ("study",)),
}
