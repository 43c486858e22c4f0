"""Verbs of `manage.py study` about people, uploads, tables and studies as a whole, one by one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from pipeline.actions import participants, photo_upload, token_keys
from pipeline.actions.simulating import simulate_pilot
from pipeline.actions.study_deletion import delete_study
from pipeline.audit import record
from pipeline.brought import pack_actions
from pipeline.management.study_verbs import Given, account, whose
from pipeline.models import PhotoImport
from study.models import Participant, Study
from study.models.people import Ruling

RULED = tuple(ruling for ruling in Ruling.values if ruling)
BY_THE_RULES = "by-the-rules"
WHOLE_OPTIONS: dict[str, dict[str, dict[str, Any]]] = {
    "decide-person": {
        "person": {},
        "ruling": {"choices": [*RULED, BY_THE_RULES]},
        "reason": {"help": "It is printed in the report."},
    },
    "erase-person": {
        "person": {},
        "typed": {"metavar": "BEGINNING", "help": "First 8 letters, to be sure."},
    },
    "simulate-pilot": {
        "--seed": {"type": int, "default": 1},
        "--site": {"default": "http://127.0.0.1:8000/", "help": "This site, as a worker reaches it."},
    },
    "encoding": {"encoding": {}},
    "throw-away": {},
    "discard": {"machine": {}},
    "bundle": {"--out": {"type": Path, "help": "The file; named after the study, if not given."}},
    "take-bundle": {"file": {}, "--name": {"default": "", "help": "For the study here."}},
    "delete": {"typed": {"metavar": "NAME", "help": "The study's name, to be sure."}},
    "revoke": {"token": {"type": int, "help": "Its number, as the desk's page of tokens or the list says."}},
}


def decide_person(given: Given) -> str:
    """Leave a person out by a frozen rule, count them, or leave it to the rules again."""
    study, user = whose(given)
    ruling = Ruling("" if given["ruling"] == BY_THE_RULES else given["ruling"])
    change = participants.rule(user, _person(study, given["person"]), ruling, given["reason"], timezone.now())
    return f"Decided: {change.get_after_display()}. Analyses made so far stay as they are."


def erase_person(given: Given) -> str:
    """Erase a person for data protection; the beginning of their number is typed once more."""
    study, user = whose(given)
    person = _person(study, given["person"])
    if given["typed"] != person.public_id[:8]:
        raise CommandError(f"Nothing is erased: type {person.public_id[:8]} to erase this person.")
    participants.erase(user, person, timezone.now())
    return "Erased: answers, questionnaire, device and platform id. A row stays that says so."


def simulate_pilot_people(given: Given) -> str:
    """Let robots of a worker answer the pilot."""
    study, user = whose(given)
    simulate_pilot(user, study, given["seed"], given["site"])
    return "Robots are queued; a worker lets them answer the pilot."


def choose_encoding(given: Given) -> str:
    """Read the names of an upload again, in this encoding."""
    study, user = whose(given)
    waiting = PhotoImport.objects.waiting().filter(study=study).first()
    if waiting is None:
        raise CommandError("No upload waits. Upload one: manage.py study import.")
    photo_upload.read_names_in(user, waiting, given["encoding"])
    return "The photos are being read once more."


def throw_away(given: Given) -> str:
    """Throw away an upload that was not imported."""
    study, user = whose(given)
    thrown = photo_upload.throw_away(user, study)
    return "The upload is thrown away." if thrown else "There was no upload to throw away."


def discard_table(given: Given) -> str:
    """Throw away a table of answers that was sent and not taken."""
    study, user = whose(given)
    thrown = pack_actions.discard(user, study, given["machine"])
    return "The table is thrown away." if thrown else "There is no such table that waits."


def write_bundle(given: Given) -> str:
    """Write the whole study into one file, for another installation, and log it."""
    study, user = whose(given)
    out = given["out"] or Path(f"{study.code}-bundle.zip")
    call_command("bundle_study", study.code, out=out)
    record(user, study, "downloaded the bundle")
    return f"Written: {out}"


def take_bundle(given: Given) -> str:
    """Take in the bundle of another installation; the study belongs to who is named by --as."""
    account(given["user"])
    call_command("import_bundle_file", given["file"], owner=given["user"], name=given["name"])
    return "Closed to participants. Analyse it again at will."


def delete(given: Given) -> str:
    """Delete a study with all that it holds, once its name was typed."""
    study, user = whose(given)
    return delete_study(user, study, given["typed"])


def revoke(given: Given) -> str:
    """Make a token of the API invalid."""
    if not token_keys.revoke(account(given["user"]), given["token"], timezone.now()):
        raise CommandError("This account has no valid token of this number.")
    return "Revoked: it opens nothing any more."


def _person(study: Study, number: str) -> Participant:
    people = Participant.of_any_stage.select_related("version__study").filter(version__study=study)
    person = people.filter(public_id=number).first()
    if person is None:
        raise CommandError(f"Nobody of this study has the number {number!r}; sessions.csv lists them.")
    return person


WHOLE_VERBS = {
    "decide-person": (decide_person, ("study",)),
    "erase-person": (erase_person, ("study",)),
    "simulate-pilot": (simulate_pilot_people, ("study",)),
    "encoding": (choose_encoding, ("study",)),
    "throw-away": (throw_away, ("study",)),
    "discard": (discard_table, ("study",)),
    "bundle": (write_bundle, ("study",)),
    "take-bundle": (take_bundle, ()),
    "delete": (delete, ("study",)),
    "revoke": (revoke, ()),
}
