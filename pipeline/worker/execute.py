"""One job of a worker: claim it, do it, commit its results once, advance the loop."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from django.db import transaction

from pipeline.analysis.analyse import analyse
from pipeline.analysis.power_plan import plan_power
from pipeline.attacks.ensemble_run import combine
from pipeline.attacks.train_run import train_and_test
from pipeline.attacks.transfer_tests import test_level
from pipeline.checks.run_check import check
from pipeline.crops.cut_level import cut_level
from pipeline.crops.following import follow
from pipeline.inquiries.ask_job import ask
from pipeline.intake.import_job import import_read, read_upload
from pipeline.loop import advance
from pipeline.models import Job
from pipeline.notices.delivery import deliver
from pipeline.notices.noting import queue_notices
from pipeline.pilot.choose_crops import choose_crops
from pipeline.queue.claims import (
    STOPPED,
    Claim,
    JobCancelledError,
    LostOwnershipError,
    TryLaterError,
    WorkerStopsError,
    Write,
    claim,
)
from pipeline.queue.orderly_stop import is_stopping
from pipeline.queue.this_process import this_process
from pipeline.retention.full_disk import FREE_SOME, what_is_full
from pipeline.searches.search_job import search_level
from pipeline.sittings.simulation import take_part
from pipeline.worker.threads import limit_threads

log = structlog.get_logger()
_MORE_MEMORY = (
    " A study's form has image_size and the preset, whose 'quick' fine-tunes fewer stages; both are fixed "
    "once an attacker is trained. Fewer workers at the same time leave more memory to each: then retry."
)

HANDLERS: dict[str, Callable[[Claim], Write]] = {
    Job.Kind.READ: read_upload,
    Job.Kind.IMPORT: import_read,
    Job.Kind.TRAIN: train_and_test,
    Job.Kind.CROP: cut_level,
    Job.Kind.FOLLOW: follow,
    Job.Kind.CHOOSE: choose_crops,
    Job.Kind.TEST: test_level,
    Job.Kind.COMBINE: combine,
    Job.Kind.CHECK: check,
    Job.Kind.SEARCH: search_level,
    Job.Kind.ANALYSE: analyse,
    Job.Kind.POWER: plan_power,
    Job.Kind.SIMULATE: take_part,
    Job.Kind.ASK: ask,
    Job.Kind.NOTIFY: deliver,
}


def perform(job_id: int) -> None:
    """Do a job, unless another worker has it."""
    claimed = claim(job_id, worker=this_process())
    if claimed is None:
        return
    log.info("job began", job=claimed.job.key)
    limit_threads(claimed.job)
    try:
        with claimed.kept_alive():
            write = HANDLERS[claimed.job.kind](claimed)
            commit(claimed, write)
    except LostOwnershipError:
        log.warning("the job was taken over by another worker", job=claimed.job.key)
        return
    except Exception as error:
        if _given_back(claimed, error):
            return
        _record_failure(claimed, error)
    advance.advance(claimed.job.study)
    _deliver_notices()


def _deliver_notices() -> None:
    """Deliver at once what happened: a notice that waits behind hours of training is of no use."""
    for job in queue_notices():
        perform(job.pk)


def commit(claimed: Claim, write: Write) -> None:
    """Store the results and end the job in one transaction: both or neither, and only once.

    Raises LostOwnershipError if another worker has taken the job over.
    """
    with transaction.atomic():
        write()
        if not claimed.finish(Job.State.SUCCEEDED, progress=1.0, message="done"):
            raise LostOwnershipError(claimed.job.key)
    log.info("job done", job=claimed.job.key)


def _given_back(claimed: Claim, error: Exception) -> bool:
    """Give a job back that ended because this worker stops; return whether it was."""
    from attacker.errors import StoppedError

    ended_for_that = is_stopping() and isinstance(error, (WorkerStopsError, StoppedError))
    if not (ended_for_that and claimed.give_back()):
        return False
    log.info("the job was given back, as this worker stops", job=claimed.job.key)
    return True


def _record_failure(claimed: Claim, error: Exception) -> None:
    """End a job that raised: cancelled if it was to be stopped, else failed and its traceback logged."""
    from attacker.errors import OutOfMemoryError, StoppedError

    if isinstance(error, (JobCancelledError, WorkerStopsError, StoppedError)):
        claimed.finish(Job.State.CANCELLED, message=STOPPED)
        return
    if isinstance(error, TryLaterError) and claimed.put_off(str(error)):
        return
    log.exception("job failed", job=claimed.job.key)
    advice = f".{_MORE_MEMORY}" if isinstance(error, OutOfMemoryError) else ""
    if full := what_is_full(error):
        advice = f". {full}. {FREE_SOME}"
    claimed.finish(Job.State.FAILED, error=f"{type(error).__name__}: {error}{advice}")
