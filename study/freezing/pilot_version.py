"""Opening and closing of a pilot: its windows, people and rule are frozen before its link exists."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from math import ceil

from django.db import transaction
from django.utils.translation import gettext as _

from study.freezing.candidates import Material, gather_for_pilot
from study.freezing.design_readiness import design_problems, label_problems, size_problems
from study.freezing.freeze import NotReadyError, config_of, has_people, store_version
from study.freezing.readiness import format_problems, validation_problems
from study.freezing.task_readiness import answer_problems
from study.models import Pilot, Study
from study.models.people import Mode
from study.models.studies import Stage

THE_ONLY_PILOT = 1


@transaction.atomic
def open_pilot(study: Study, now: datetime) -> Pilot:
    """Freeze the windows and the rule of a pilot, and give it a link of its own.

    Raises NotReadyError if it cannot be run as it is planned; the message says what to do.
    """
    Study.objects.select_for_update().get(pk=study.pk)
    material = gather_for_pilot(study)
    reasons = [*_study_problems(study), *pilot_problems(material)]
    if reasons:
        raise NotReadyError(reasons)
    config = config_of(material, lists=study.pilot_people, stage=Stage.PILOT)
    return Pilot.objects.create(version=store_version(study, THE_ONLY_PILOT, config, now))


def close_pilot(pilot: Pilot, mode: Mode, now: datetime) -> None:
    """Take no more people; the crops are chosen by the answers of this mode.

    Raises NotReadyError if nobody has completed the pilot in this mode, or if its crops are chosen already.
    """
    people = pilot.version.participants(manager="of_any_stage").filter(mode=mode)
    if not people.filter(session__status="completed", withdrawn_at=None).exists():
        raise NotReadyError([_("Nobody has completed the pilot in this mode yet.")])
    if pilot.has_chosen:
        raise NotReadyError([_("The crops are chosen already.")])
    pilot.closed_at, pilot.decided_by = now, mode
    pilot.save(update_fields=["closed_at", "decided_by"])


def pilot_problems(material: Material) -> list[str]:
    """Return what prevents a pilot of these windows, one sentence each; an empty list if nothing does."""
    return [
        *design_problems(material),
        *answer_problems(material),
        *label_problems(material),
        *_window_problems(material),
        *_photo_problems(material),
        *_answer_problems(material),
        *validation_problems(material),
        *format_problems(material),
        *size_problems(material.design),
    ]


def answers_needed(material: Material) -> int:
    """Return how many answers give every window of every class the least number that the rule asks for."""
    windows = [sum(map(len, material.complete[category.pk])) for category in material.categories]
    return max(windows, default=0) * len(windows) * material.design.pilot_least_answers


def _study_problems(study: Study) -> Iterable[str]:
    if not study.pilot:
        yield _("The design has no pilot: switch it on first.")
    if Pilot.objects.of(study):
        yield _("This study has its pilot already; a study has one.")
    if has_people(study):
        yield _("People take part in the main study already: a pilot has to come before it.")


def _window_problems(material: Material) -> Iterable[str]:
    for level in material.levels[1:]:
        if not material.stimuli_per_level[level.number]:
            yield _("%(level)s has no windows to ask about: start the loop, which makes them.") % {
                "level": level
            }


def _photo_problems(material: Material) -> Iterable[str]:
    shortage = _(
        "%(category)s has %(found)d test photos; %(trials)d trials per person of the pilot need "
        "%(needed)d, so that nobody sees a photo twice. Add photos or plan fewer trials."
    )
    trials = material.design.photos_per_person
    for category, photos, needed in material.too_few_photos():
        yield shortage % {"category": category, "found": photos, "trials": trials, "needed": needed}


def _answer_problems(material: Material) -> Iterable[str]:
    design = material.design
    planned, needed = design.pilot_people * design.pilot_trials, answers_needed(material)
    if planned < needed:
        yield _(
            "%(people)d people with %(trials)d trials give %(planned)d answers; %(least)d for each window "
            "need %(needed)d. Ask %(enough)d people, or fewer windows of each photo."
        ) % {
            "people": design.pilot_people,
            "trials": design.pilot_trials,
            "planned": planned,
            "least": design.pilot_least_answers,
            "needed": needed,
            "enough": ceil(needed / design.pilot_trials),
        }
