"""What each verb of `manage.py study` does: the same actions as the buttons of the desk, and how it went."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.files.base import File
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from pipeline.actions import job_actions, photo_upload, study_actions, token_keys
from pipeline.actions.membership import hand_over, invite, remove
from pipeline.actions.new_study import study_from_preset, study_like
from pipeline.actions.simulating import simulate_people
from pipeline.admin.design_changes import change_design, open_fields
from pipeline.audit import record
from pipeline.management.chosen_study import chosen_study
from pipeline.models import ApiToken, Job
from pipeline.standing.job_lines import title_of
from pipeline.standing.offers import offered
from pipeline.standing.stages import stages_of
from pipeline.standing.study_facts import facts_of
from study.models import Role, Study
from study.models.members import INVITED

Given = dict[str, Any]
SHORT = {"loop": "start-loop"}  # verbs that are shorter than the action's own name
ROLES: dict[str, Role] = {role.title: role for role in INVITED}


def create(given: Given) -> str:
    """Make a study from a preset, or like another one; prints its code."""
    user = account(given["user"])
    if given["like"]:
        return study_like(user, given["name"], chosen_study(given["like"])).code
    return study_from_preset(user, given["name"], given["preset"]).code


def list_studies(_: Given) -> str:
    """List the studies."""
    return "\n".join(f"{study.code}  {study.status:6}  {study.name}" for study in Study.objects.all())


def status(given: Given) -> str:
    """Say where a study stands, and what is offered."""
    facts = facts_of(chosen_study(given["study"]))
    lines = [
        f"{each.title}: {each.state}, {each.figure}. {each.waits_for}".rstrip() for each in stages_of(facts)
    ]
    return "\n".join([*lines, f"offered: {', '.join(offered(facts)) or 'nothing'}"])


def design(given: Given) -> str:
    """Change choices of the design, as in deadline_ms=4000; without any, show them."""
    study, user = whose(given)
    if not given["changes"]:
        names = open_fields(study)
        return "\n".join(f"{name}={json.dumps(getattr(study, name))}" for name in names)
    changed = change_design(user, study, dict(map(choice, given["changes"])))
    return f"Changed: {', '.join(changed) or 'nothing'}."


def choice(text: str) -> tuple[str, Any]:
    """Return the name and the value of a choice; what is no JSON is a text.

    Raises CommandError if it has no name.
    """
    name, equals, value = text.partition("=")
    if not equals:
        raise CommandError(f"{text!r} is no choice: write its name, =, and its value.")
    try:
        return name, json.loads(value)
    except json.JSONDecodeError:
        return name, value


def act(given: Given) -> str:
    """Press a button of the desk."""
    study, user = whose(given)
    verb = str(given["verb"])
    return study_actions.perform_action(user, study, SHORT.get(verb, verb), agreed=given["agreed"])


def upload(given: Given) -> str:
    """Upload a zip file of photos; a worker reads it."""
    study, user = whose(given)
    path = Path(given["archive"])
    if not path.is_file():
        raise CommandError(f"{path} is no file. A folder is imported by manage.py import_photos.")
    with path.open("rb") as file:
        photo_upload.upload(user, study, File(file, "photos.zip"))
    return "The photos are being read. Then import them: manage.py study take-in."


def take_in(given: Given) -> str:
    """Import the upload that a worker has read."""
    study, user = whose(given)
    photo_upload.take_in(user, study)
    return "The photos are being imported."


def retry(given: Given) -> str:
    """Queue a job again that failed or was stopped."""
    study, user = whose(given)
    return job_actions.retry_job(user, job_of(study, given["job"]))


def stop(given: Given) -> str:
    """Stop a job that waits or runs."""
    study, user = whose(given)
    return job_actions.stop_job(user, job_of(study, given["job"]))


def simulate(given: Given) -> str:
    """Let robots of a worker take part through the site."""
    study, user = whose(given)
    simulate_people(user, study, given["people"], given["seed"], given["site"])
    return f"{given['people']} robots are queued; a worker lets them take part."


def export(given: Given) -> str:
    """Write the dataset of the newest version, as one zip file, and log it."""
    study, user = whose(given)
    out = given["out"] or Path(f"{study.code}-{given['mode']}-dataset.zip")
    call_command("export_study", study.code, mode=given["mode"], out=out)
    record(user, study, f"exported dataset.zip ({given['mode']})")
    return f"Written: {out}"


def invite_member(given: Given) -> str:
    """Give somebody a role in a study."""
    study, user = whose(given)
    role = ROLES[given["role"]]
    invite(user, study, given["name"], role)
    return f"{given['name']} is a {role.title} of this study now."


def remove_member(given: Given) -> str:
    """Take somebody's role away."""
    study, user = whose(given)
    remove(user, study, given["name"])
    return f"{given['name']} no longer sees this study."


def change_owner(given: Given) -> str:
    """Make somebody the owner of a study."""
    study, user = whose(given)
    hand_over(user, study, given["name"])
    return f"{given['name']} owns this study now."


def make_token(given: Given) -> str:
    """Make a token of the API; it is printed once, and stored nowhere."""
    scope = ApiToken.Scope(given["scope"])
    _, secret = token_keys.issue(account(given["user"]), given["name"], scope, given["days"], timezone.now())
    return secret


def whose(given: Given) -> tuple[Study, Any]:
    """Return the study, and who acts: the person named, else its owner."""
    study = chosen_study(given["study"])
    return study, account(given["user"]) if given["user"] else study.owner


def account(name: str) -> Any:
    """Return the account of this name. Raises CommandError if there is none."""
    user = get_user_model().objects.filter(username=name).first()
    if user is None:
        raise CommandError(f"There is no account {name!r}: make it with manage.py createsuperuser.")
    return user


def job_of(study: Study, number: str) -> Job:
    """Return a job of a study by its number.

    Raises CommandError if there is none; the message lists the latest.
    """
    job = study.jobs.filter(pk=number).first() if number.isdecimal() else None
    if job is None:
        latest = ", ".join(f"{job.pk} ({title_of(job)})" for job in study.jobs.order_by("-pk")[:10])
        raise CommandError(f"The study has no job {number}. The latest: {latest or 'none yet'}.")
    return job
