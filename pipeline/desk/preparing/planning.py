"""What is planned before people come: their number, the levels, and what buttons say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from pipeline.analysis.power_plan import PowerReport, enqueue_plan, power_report_of
from pipeline.audit import record
from pipeline.crops.levels import LevelsOutOfOrderError, add_levels
from pipeline.models import Job
from pipeline.models.job_params import PowerParams
from study.choosing.answer_labels import label_problem
from study.freezing.freeze import has_people
from study.models import Category, Study


class PlanRefusedError(ValueError):
    """This cannot be planned like this, or not any more; the message says why."""


def simulate_power(user: Any, study: Study, assumed: PowerParams) -> Job:
    """Queue the simulation of studies of several sizes."""
    job = enqueue_plan(study, assumed)
    record(user, study, "simulated the power of the design")
    return job


def take_planned_number(user: Any, study: Study, job: Job) -> str:
    """Put the number of people that a finished plan recommends into the design; return how it went.

    Raises
    ------
    PlanRefusedError
        If the plan is not done, recommends none, or people take part already.
    """
    report: PowerReport | None = power_report_of(job)
    if report is None or report.recommended is None:
        raise PlanRefusedError("This plan recommends no number of people, or is not done yet.")
    if has_people(study):
        raise PlanRefusedError("People take part already: their number was fixed before.")
    study.target_completes = report.recommended
    study.save(update_fields=["target_completes"])
    record(user, study, f"planned {report.recommended} people")
    return f"The design asks for {report.recommended} complete sessions now."


@transaction.atomic
def set_levels(user: Any, study: Study, amounts: Sequence[float]) -> str:
    """Give a study other levels, as shares that each keeps, light to heavy; return how it went.

    Raises
    ------
    PlanRefusedError
        If a level is cut already, or the amounts do not fall from 1.
    """
    Study.objects.select_for_update().get(pk=study.pk)
    if study.levels.filter(stimuli__isnull=False).exists():
        raise PlanRefusedError(
            "Crops are made already: the levels are fixed. Make a new study like this one."
        )
    with transaction.atomic():
        study.levels.all().delete()
        try:
            levels = add_levels(study, amounts)
        except LevelsOutOfOrderError as error:
            transaction.set_rollback(True)
            raise PlanRefusedError(str(error)) from error
    record(user, study, f"set the levels: {', '.join(level.extent for level in levels)}")
    return f"The study has {len(levels)} levels now: {', '.join(level.extent for level in levels)}."


@transaction.atomic
def label_classes(user: Any, study: Study, labels: Mapping[str, Mapping[str, str]]) -> str:
    """Say by language what the buttons of some classes say, all or none; return how it went.

    Parameters
    ----------
    labels
        By the name of the class.

    Raises
    ------
    PlanRefusedError
        If people take part, there is no such class, or no button could carry a label.
    """
    if has_people(study):
        raise PlanRefusedError("People take part already: what the buttons say is fixed.")
    classes = {category.name: category for category in study.categories.select_for_update()}
    if unknown := sorted(set(labels) - set(classes)):
        raise PlanRefusedError(f"No class is called {', '.join(unknown)}; there are: {', '.join(classes)}.")
    for name, own in labels.items():
        if problem := label_problem(dict(own)):
            raise PlanRefusedError(f"{name}: {problem}")
        classes[name].labels = dict(own)
    Category.objects.bulk_update([classes[name] for name in labels], ["labels"])
    record(user, study, f"labelled {', '.join(labels) or 'no class'}")
    return f"Labelled: {', '.join(labels) or 'nothing'}."
