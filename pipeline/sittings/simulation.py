"""The job of simulated people: robots take part through the site's own pages."""

from __future__ import annotations

import structlog

from pipeline.models.job_params import SimulateParams
from pipeline.queue.claims import Claim, TryLaterError, Write
from study.models import Pilot
from study.robots import simulate
from study.robots.browser import PageError

PARALLEL = 2
log = structlog.get_logger()


def take_part(claim: Claim) -> Write:
    """Let the robots take part; their sessions store themselves, so that nothing is left to write.

    Raises TryLaterError if the site does not answer the worker.
    """
    params = SimulateParams.of(claim.job)

    def show(done: int, of: int) -> None:
        claim.progress(done / of, f"{done} of {of} robots have finished")

    try:
        simulate(
            claim.job.study,
            params.site,
            params.people,
            params.seed,
            on_progress=show,
            parallel=PARALLEL,
            first=params.first,
            code=Pilot.objects.get(version__study=claim.job.study).code if params.pilot else "",
        )
    except PageError as error:  # its words name the robots' key, which the desk shows nobody
        log.warning("the site does not let robots take part", site=params.site, error=str(error))
        raise TryLaterError(f"{params.site} does not answer robots; the worker's log says how.") from error
    return lambda: None
