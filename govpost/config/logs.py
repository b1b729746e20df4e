"""Logs as lines for people or for machines, and tracebacks: never with an identity number or a telephone number in them."""

from __future__ import annotations

from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

from govpost.common.scrubbing import scrubbed


def without_personal_data(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Keys with a leading underline are structlog's own and never shown."""
    return {key: value if key.startswith("_") else scrubbed(value) for key, value in event.items()}


def logging_config(*, json_lines: bool, level: str) -> dict[str, Any]:
    """Django's LOGGING; standard library and structlog loggers share one way out."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_personal_data,
    ]
    shape: Any = structlog.processors.JSONRenderer(ensure_ascii=False) if json_lines else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, shape],
        "foreign_pre_chain": [structlog.stdlib.ExtraAdder(allow=()), *shared],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["out"], "level": level},
        "loggers": {
            "django": {"level": level, "handlers": [], "propagate": True},
            "django.server": {"level": "WARNING", "handlers": [], "propagate": True},
            "procrastinate": {"level": "WARNING"},
            "axes": {"level": "WARNING"},  # its lines name user and address
            "httpx": {"level": "WARNING"},
            "httpcore": {"level": "WARNING"},
        },
    }
