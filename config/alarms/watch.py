"""Looks at the site's health once a minute, beside Celery's clock: it lives where workers may have died."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection

from config.alarms.changes import Reported, after_a_look
from config.health.probes import health
from config.health.site_parts import Health
from pipeline.notices import webhook

LOOK_EVERY = 60.0  # seconds
log = structlog.get_logger()


class Watch:
    """A thread that tells what is new of the site, until it is ended."""

    def __init__(self, tell: Callable[[list[str]], None], look: Callable[[], Health] = health) -> None:
        self._tell, self._look = tell, look
        self._reported = Reported()
        self._ended = threading.Event()

    def begin(self) -> None:
        threading.Thread(target=self._watch, daemon=True, name="alarms").start()

    def end(self) -> None:
        self._ended.set()

    def look(self) -> None:
        """Look once, and tell what is new; what could not be told is told after the next look."""
        reported, news = after_a_look(self._reported, self._look())
        if news:
            self._tell(news)
        self._reported = reported

    def _watch(self) -> None:
        while not self._ended.wait(LOOK_EVERY):
            try:
                self.look()
            except Exception as error:  # an alarm that fails once must not be the last one
                log.warning("the site could not be watched", error=str(error))
            finally:
                connection.close()


def is_wanted() -> bool:
    return bool(settings.ALARM_MAIL_TO or settings.ALARM_WEBHOOK)


def tell(news: list[str]) -> None:
    """Send sentences by mail and to the webhook, whichever the settings name.

    A way that fails does not keep the other from being told; raises what the last of them failed with.
    """
    failed: Exception | None = None
    for send in (_mail, _post):
        try:
            send(news)
        except Exception as error:  # of mail servers, networks and refusals alike
            failed = error
    if failed is not None:
        raise failed


def _mail(news: list[str]) -> None:
    if settings.ALARM_MAIL_TO:
        body = "\n".join([*news, "", settings.SITE_URL, "docs/operations.md says what to do for each part."])
        EmailMessage(f"Sweetspot: {news[0]}", body, to=settings.ALARM_MAIL_TO).send()


def _post(news: list[str]) -> None:
    if settings.ALARM_WEBHOOK:
        content = {"text": "Sweetspot: " + "; ".join(news), "event": "alarm"}
        webhook.post(settings.ALARM_WEBHOOK, content)
