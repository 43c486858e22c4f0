"""Figures that the database and the probes of the site's health know, read anew for each scrape."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, Min, Sum
from django.db.models.functions import Now
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from config.health.probes import health
from config.health.site_parts import State
from pipeline.models import Job, ProcessSign
from pipeline.queue.notify import QUEUES, queue_for
from study.models import Session, Trial

RECENTLY = timedelta(hours=24)


class SiteFigures(Collector):
    """Parts of the site, jobs, workers, sessions and trials; where the database fails, its parts alone."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        now = health()
        yield _gauge(
            "part_state",
            "State of a part of the site: 0 well, 1 degraded, 2 down.",
            "part",
            {name: float(part.state) for name, part in now.parts.items()},
        )
        yield _free_disk(now.parts["disk"].figures["free_gb"])
        if now.parts["database"].state is not State.DOWN:
            yield from (_jobs(), _queue_age(), _worker_memory(), _sessions(), *_trials())


def _gauge(name: str, words: str, label: str, values: dict[str, float]) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(f"sweetspot_{name}", words, labels=[label])
    for value, figure in sorted(values.items()):
        gauge.add_metric([value], figure)
    return gauge


def _free_disk(gigabytes: float | None) -> GaugeMetricFamily:
    return GaugeMetricFamily(
        "sweetspot_disk_free_bytes", "Free where the site's files lie.", value=1e9 * (gigabytes or 0.0)
    )


def _jobs() -> GaugeMetricFamily:
    counted = dict(Job.objects.order_by().values_list("state").annotate(Count("pk")))
    return _gauge(
        "jobs", "Jobs by state.", "state", {state: counted.get(state, 0) for state in Job.State.values}
    )


def _queue_age() -> GaugeMetricFamily:
    """Tell how long the oldest job of each queue has waited, by the database's clock."""
    ages = dict.fromkeys(QUEUES, 0.0)
    waiting = Job.objects.filter(state=Job.State.QUEUED).order_by()
    for kind, since, now in waiting.values_list("kind").annotate(Min("created_at")).annotate(now=Now()):
        queue = queue_for(kind)
        ages[queue] = max(ages[queue], (now - since).total_seconds())
    return _gauge("queue_oldest_seconds", "Age of the oldest job that no worker has taken.", "queue", ages)


def _worker_memory() -> GaugeMetricFamily:
    """Name workers by their queues, not by their hosts: names of hosts stay in the admin."""
    memory: dict[str, float] = {}
    for queues, used in ProcessSign.objects.exclude(queues="").values_list("queues", "memory"):
        memory[queues] = memory.get(queues, 0.0) + (used or 0)
    return _gauge("worker_memory_bytes", "Memory of the workers that serve these queues.", "queues", memory)


def _sessions() -> GaugeMetricFamily:
    counted = dict(Session.objects.order_by().values_list("status").annotate(Count("pk")))
    values = {status: counted.get(status, 0) for status in Session.Status.values}
    return _gauge("sessions", "Sessions of people, robots and tries by status.", "status", values)


def _trials() -> tuple[GaugeMetricFamily, GaugeMetricFamily]:
    """Count trials of sessions that began within a day: to count all would take longer every month."""
    recent = Trial.objects.filter(session__started_at__gte=Now() - RECENTLY).exclude(response_status="")
    by_status: dict[str, float] = {}
    dropped = 0
    for status, trials, frames in (
        recent.order_by().values_list("response_status").annotate(Count("pk"), Sum("dropped_frames"))
    ):
        by_status[status] = trials
        dropped += frames or 0
    trials_gauge = _gauge(
        "trials_day", "Trials of sessions of the last 24 hours, by status.", "status", by_status
    )
    frames_gauge = GaugeMetricFamily(
        "sweetspot_dropped_frames_day", "Frames that screens dropped in these trials.", value=dropped
    )
    return trials_gauge, frames_gauge
