"""Logs go to stderr: lines for people on a laptop, JSON for machines on a server."""

from __future__ import annotations

from typing import Any

import structlog
from structlog.typing import Processor

from config.logs.secrecy import WithoutAddresses, without_secrets

SILENT_BELOW_WARNING = (
    "httpx",  # robots send thousands of requests, and it writes a line about each
    "httpx2",  # so does the one that asks endpoints
    "openai",  # at DEBUG it writes whole requests, photos included
    "celery.beat",  # the reaper is rung every ten seconds, for nothing as a rule
    "celery.worker.strategy",
    "celery.app.trace",  # the worker itself says which job begins and ends
    "django.db.backends",  # statements carry the values of people's rows
    "django.template",  # each name that a page does not know is told with all that it knows
)


def logging_config(*, as_json: bool, level: str) -> dict[str, Any]:
    """Return Django's LOGGING: every record of every library in one format."""
    renderer: Processor = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            without_secrets,  # last: nothing is added to a line after it
            renderer,
        ],
        "foreign_pre_chain": [structlog.stdlib.ExtraAdder(), *_context()],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"structured": formatter},
        "filters": {"addresses": {"()": WithoutAddresses}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "structured",
                "filters": ["addresses"],
            }
        },
        "root": {"handlers": ["stderr"], "level": level},
        # The handlers of others mail errors and colour the console; here all records take the same way.
        "loggers": {
            "django": {"handlers": [], "propagate": True, "level": level},
            "gunicorn.error": {"handlers": [], "propagate": True, "level": level},
            **{name: {"level": "WARNING"} for name in SILENT_BELOW_WARNING},
        },
    }


def join_structlog() -> None:
    """Send what `structlog.get_logger()` is told through the standard library, to the same handler."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.filter_by_level,
            *_context(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def _context() -> list[Processor]:
    return [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
