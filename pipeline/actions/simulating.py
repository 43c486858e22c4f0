"""Simulated people by a button: a job of the worker, who visits the site as people do."""

from __future__ import annotations

from typing import Any

from pipeline.audit import record
from pipeline.models import Job
from pipeline.models.job_params import SimulateParams
from pipeline.queue.job_requests import enqueue
from study.models import Participant, Pilot, Study
from study.models.people import Mode

MOST_ROBOTS = 1000
FIRST_OF_THE_PILOT = 100_000  # the pilot's robots are other people than those of the main study


class NobodyToSimulateError(ValueError):
    """The study is not frozen, or the number of robots makes no sense."""


def simulate_people(user: Any, study: Study, people: int, seed: int, site: str) -> Job:
    """Queue robots that take part in the newest version, as `mode=simulated`.

    Robots of the same seed that come later are other people. `site` is this site's address, as a worker
    reaches it. Raises NobodyToSimulateError.
    """
    version = study.version()
    if version is None:
        raise NobodyToSimulateError("Freeze the study first: robots, like people, join a frozen version.")
    first = Participant.objects.filter(version=version, mode=Mode.SIMULATED).count()
    job = _queue(study, f"v{version.number}", SimulateParams(people, seed, site, first))
    record(user, study, f"simulated {people} people")
    return job


def simulate_pilot(user: Any, study: Study, seed: int, site: str) -> Job:
    """Queue as many robots as the pilot asks people; they answer it as `mode=simulated`.

    Raises NobodyToSimulateError.
    """
    pilot = Pilot.objects.of(study)
    if pilot is None or not pilot.is_open:
        raise NobodyToSimulateError("Open the pilot first: robots, like people, come to an open pilot.")
    people = pilot.version.design.pilot_people
    before = Participant.of_any_stage.filter(version=pilot.version, mode=Mode.SIMULATED).count()
    job = _queue(study, "pilot", SimulateParams(people, seed, site, FIRST_OF_THE_PILOT + before, pilot=True))
    record(user, study, f"simulated {people} people of the pilot")
    return job


def _queue(study: Study, part: str, params: SimulateParams) -> Job:
    if not 1 <= params.people <= MOST_ROBOTS:
        raise NobodyToSimulateError(f"Ask for 1 to {MOST_ROBOTS} robots.")
    number = study.jobs.filter(kind=Job.Kind.SIMULATE).count() + 1
    return enqueue(study, Job.Kind.SIMULATE, f"simulate:{part}:{number}", params)
