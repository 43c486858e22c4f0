"""Logs go to stderr: lines for people on a laptop, JSON for machines on a server."""

from __future__ import annotations

from typing import Any

import structlog
from structlog.typing import Processor


def logging_config(*, as_json: bool, level: str) -> dict[str, Any]:
    """Return Django's LOGGING: every record of every library in one format."""
    renderer: Processor = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        "foreign_pre_chain": [structlog.stdlib.ExtraAdder(), *_context()],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"structured": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stderr"], "level": level},
        # Django's own handlers mail errors and colour the console; here its records take the same way as all.
        # Robots send thousands of requests, and httpx writes a line about each.
        "loggers": {
            "django": {"handlers": [], "propagate": True, "level": level},
            "httpx": {"level": "WARNING"},
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
