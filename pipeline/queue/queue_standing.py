"""How each queue stands: when a worker that serves it last left a sign, and what waits in it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models.functions import Now

from pipeline.models import Job, ProcessSign
from pipeline.queue.notify import QUEUES, queue_for

MISSED = 20.0  # seconds without a sign after which a worker counts as gone: four signs missed


@dataclass(frozen=True)
class QueueStanding:
    """One queue, by the database's clock.

    Attributes
    ----------
    last_sign : seconds since the newest sign of a worker that serves it; None where none has left one
    waiting : jobs that no worker has taken
    """

    queue: str
    last_sign: float | None
    waiting: int

    @property
    def is_served(self) -> bool:
        return self.last_sign is not None and self.last_sign <= MISSED


def queue_standings() -> list[QueueStanding]:
    """Return how each queue stands now."""
    ages: dict[str, list[float]] = {queue: [] for queue in QUEUES}
    for sign in ProcessSign.objects.exclude(queues="").annotate(read_at=Now()):
        for queue in ages.keys() & sign.queues.split(","):
            ages[queue].append(max((sign.read_at - sign.signed_at).total_seconds(), 0.0))
    queued = Job.objects.filter(state=Job.State.QUEUED).values_list("kind", flat=True)
    waiting = [queue_for(kind) for kind in queued]
    return [QueueStanding(queue, min(ages[queue], default=None), waiting.count(queue)) for queue in QUEUES]
