"""Error pages: what happened, whether the work is saved, what to do, and a reference that is also in the log.

Neither the page nor the log contains values, queries, table names or texts of exceptions, since they may hold personal
data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from math import ceil
from typing import Any, NamedTuple

import structlog
from flask import Flask, Response, g, json, request
from marshmallow import ValidationError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import BadRequest, HTTPException, InternalServerError, UnprocessableEntity

from clais.clock import now
from clais.encryption import DecryptionFailed
from clais.limits import LimitReached
from clais.translation import gettext
from clais.web.context import StoodFor
from clais.web.csrf import FIELD, ForgedRequest, author_of_form, csrf_token
from clais.web.error_pages import fragment, log_error, page, reference, replacing_main
from clais.web.error_texts import LATER, Explanation, explanation_of
from clais.web.formatting import clock_time
from clais.web.kept import is_reopened, is_secret, sent_values
from clais.web.reopening import answers_to_send

RETRY_SECONDS = 10
NOT_VALID = frozenset({BadRequest.code, UnprocessableEntity.code})
MAXIMUM_REPEATABLE_VALUES = 500
log = structlog.get_logger("clais.web.errors")


Pairs = Sequence[tuple[object, object]]
"""Questions and answers as (label, text)."""


class Change(NamedTuple):
    """Who made the last change, and when."""

    who: str
    when: datetime


class StaleEdit(Exception):  # noqa: N818 - an expected event, not a fault
    """Someone else saved a newer version: the page shows `yours` and `theirs` side by side, and the author of theirs.

    Both are required, since the page promises that typed text is not lost. `clais.web.conflicts` makes them from a
    form.
    """

    is_state_conflict = False

    def __init__(self, yours: Pairs, theirs: Pairs, reload_url: str, by: Change | None = None) -> None:
        super().__init__("stale edit")
        self.yours = list(yours)
        self.theirs = list(theirs)
        self.reload_url = reload_url
        self.by = by

    @property
    def variant(self) -> str:
        """The variant of the sentences for this conflict."""
        return "versions" if self.yours or self.theirs else "same"


class StateConflict(StaleEdit):
    """The state of the subject has changed, so the form no longer applies. `theirs` describes the current state."""

    is_state_conflict = True

    @property
    def variant(self) -> str:
        """The variant of the sentences for this conflict."""
        return "moved" if self.yours else "moved-unwritten"


def is_api_request() -> bool:
    """Whether the request expects problem details (RFC 9457) instead of a page."""
    return request.path.startswith("/api/")


def error_response(status: int, **details: Any) -> Response:
    """The response for a status: problem details for the API, a message for htmx, otherwise a page."""
    explanation = details.pop("explanation", None) or explanation_of(status)
    if is_api_request():
        return problem(status, explanation)
    if is_reopened() and details.get("conflict") is None and status in NOT_VALID:
        return answers_to_send()  # A view without a form of its own refuses what is not valid.
    if request.headers.get("HX-Request") != "true" or request.headers.get("HX-Request-Type") == "full":
        return page(status, explanation, details)
    if details.get("conflict") is not None:
        return replacing_main(page(status, explanation, details | {"replaces_main": True}))
    return fragment(status, explanation, details.get("fresh_token"))


def problem(status: int, explanation: Explanation) -> Response:
    """RFC 9457 problem details."""
    body = {
        "type": "about:blank",
        "title": str(explanation.title),
        "status": status,
        "detail": str(explanation.happened),
        "reference": reference(),
    }
    return Response(json.dumps(body), status=status, content_type="application/problem+json")


def repeatable_values() -> list[tuple[str, str]] | None:
    """The submitted values, to be sent again by one button; None when they must not be repeated.

    That is so for forms with secrets or files, and for those that another site sent.
    """
    values = sent_values()
    if values is None or request.files or len(values) > MAXIMUM_REPEATABLE_VALUES:
        return None
    return None if any(is_secret(name) for name, _value in values) else values


def _http_error(error: HTTPException) -> Response:
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    status = error.code or 500
    if status < 400:  # noqa: PLR2004 - a redirect raised as an exception
        return error.get_response()  # type: ignore[return-value]
    answer = error_response(status)
    for name, value in error.get_headers():
        if name.lower() in {"retry-after", "allow", "www-authenticate"}:
            answer.headers[name] = value
    return answer


def _forged(_error: ForgedRequest) -> Response:
    """The page was opened in an earlier session: its author may send it again, and nobody else sees what it holds."""
    who, author = g.get("actor"), author_of_form()
    if who is None:
        return error_response(400, explanation=explanation_of(400, "forged"), repeatable=repeatable_values())
    if author is not None and author != who.user_id:
        return error_response(400, explanation=explanation_of(400, "other-account"))
    is_ours = author is not None and sent_values() is not None
    return error_response(
        400,
        explanation=explanation_of(400, "forged"),
        repeatable=repeatable_values() if is_ours else None,
        fresh_token=csrf_token() if is_ours else None,
    )


def _stale(error: StaleEdit) -> Response:
    return error_response(409, explanation=explanation_of(409, error.variant), conflict=error)


def _stood_for(error: StoodFor) -> Response:
    """What was sent about a row that became part of another one: it is shown, and not done to the other."""
    now_it = gettext("It is one with another by now, which may say something else. Look at that one first.")
    return _stale(StateConflict([], [(gettext("Now"), now_it)], error.url))


def _stale_data(_error: StaleDataError) -> Response:
    """Another transaction changed the row between read and write, and the view does not handle it: nothing was saved.

    The form can be sent again; its version check then shows both versions.
    """
    repeatable = repeatable_values()
    return error_response(
        409, explanation=explanation_of(409, "overtaken" if repeatable else None), repeatable=repeatable or None
    )


def _database_unavailable(error: Exception) -> Response:
    log_error("database unavailable", error)
    # The token is returned unchecked; it is checked when the form is sent again.
    repeatable = repeatable_values()
    answer = error_response(
        503, repeatable=repeatable, posted_token=request.form.get(FIELD) if repeatable is not None else None
    )
    answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer


def _limit_reached(error: LimitReached) -> Response:
    """What was written is given back, to be sent when the hour is over."""
    texts = explanation_of(429, error.what)
    wait = replace(texts, advice=gettext(LATER, time=clock_time(error.until)))
    answer = error_response(429, explanation=wait, repeatable=repeatable_values())
    answer.headers["Retry-After"] = str(max(1, ceil((error.until - now()).total_seconds())))
    return answer


def _invalid_arguments(_error: ValidationError) -> Response:
    """A view that loads the arguments of an address by itself: nobody types those, so what does not fit was forged."""
    return error_response(400)


def _decryption_failed(error: DecryptionFailed) -> Response:
    """Answer 500 when encrypted data cannot be decrypted, since the keys of the installation do not match."""
    log_error("sealed and not opened", error)
    return error_response(500, explanation=explanation_of(500, "sealed"))


def _unexpected(error: InternalServerError) -> Response:
    log_error("request failed", error.original_exception or error)
    return answers_to_send() if is_reopened() else error_response(500)


def _discard(_details: object) -> None:
    """Log nothing: `_unexpected` logs the exception without its text."""


def init_errors(app: Flask) -> None:
    """Register the handlers, and disable Flask's own log of exceptions, which contains their texts."""
    app.log_exception = _discard  # type: ignore[method-assign,assignment]
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(InternalServerError, _unexpected)
    app.register_error_handler(ForgedRequest, _forged)
    app.register_error_handler(StaleEdit, _stale)
    app.register_error_handler(StoodFor, _stood_for)
    app.register_error_handler(LimitReached, _limit_reached)
    app.register_error_handler(ValidationError, _invalid_arguments)
    app.register_error_handler(StaleDataError, _stale_data)
    app.register_error_handler(DecryptionFailed, _decryption_failed)
    for error_class in (OperationalError, InterfaceError, PoolTimeoutError):
        app.register_error_handler(error_class, _database_unavailable)
