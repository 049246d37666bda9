"""The log: one line per event, JSON in production, readable in a demonstration. It never contains personal data.

A request is logged with its URL rule, never with its path, which may contain an id or a token. An exception is logged
with its name and traceback, never with its text, which may quote what someone typed.
"""

import logging
import secrets
import sys
import time
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog
from flask import Flask, Response, g, request, request_finished, request_started

from clais.actor import Actor

log = structlog.get_logger("clais.request")
Event = MutableMapping[str, Any]


def configure_logging(*, readable: bool) -> None:
    """Send our events and those of libraries to standard error, in one form."""
    shared: list[Any] = [
        structlog.stdlib.add_logger_name,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_text_of_exceptions,
    ]
    last: Any = structlog.dev.ConsoleRenderer(colors=False) if readable else structlog.processors.JSONRenderer()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("clais").setLevel(logging.WARNING if readable else logging.INFO)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def without_text_of_exceptions(_logger: object, _method: str, event: Event) -> Event:
    """Replace an exception by its name and the frames of its traceback."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)[-8:]
        event["error"] = type(error).__qualname__
        event["frames"] = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def log_requests(app: Flask) -> None:
    """Give every request of `app` an id, answered as X-Request-Id, and log it when it is answered."""
    request_started.connect(_begin, app)
    request_finished.connect(_end, app)


def _begin(_app: Flask, **_extra: object) -> None:
    g.request_id = secrets.token_hex(6)
    g.request_began = time.perf_counter()


def _end(_app: Flask, response: Response, **_extra: object) -> None:
    who: Actor | None = g.get("actor")
    response.headers["X-Request-Id"] = g.request_id
    log.info(
        "request",
        method=request.method if request.method in {"GET", "POST", "HEAD", "PUT", "PATCH", "DELETE"} else "other",
        rule=request.url_rule.rule if request.url_rule else None,
        status=response.status_code,
        ms=round((time.perf_counter() - g.request_began) * 1000, 1),
        request_id=g.request_id,
        tenant=str(who.tenant_id) if who and who.tenant_slug else None,
    )
