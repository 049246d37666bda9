"""Error pages: what happened, whether the work is saved, what to do, and a reference that is also in the log.

Neither the page nor the log contains values, queries, table names or texts of exceptions, since they may hold personal
data.
"""

from __future__ import annotations

import re
import traceback
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import structlog
from flask import Flask, Response, current_app, g, json, request
from marshmallow import ValidationError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError

from clais.encryption import DecryptionFailed
from clais.web.csrf import FIELD, ForgedRequest
from clais.web.error_texts import Explanation, explanation_of

RETRY_SECONDS = 10
MAXIMUM_REPEATABLE_VALUES = 500
CODE = re.compile(r"[a-z0-9_.:+-]*")
"""The value of a choice, key or checkbox: a code, as opposed to a typed text."""
SECRET_WORDS = ("password", "secret", "one_time")
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


def reference() -> str:
    """The reference of this request, on the error page and in the log."""
    if "error_reference" not in g:
        g.error_reference = str(g.get("request_id") or uuid.uuid4().hex[:10])
    return str(g.error_reference)


def is_api_request() -> bool:
    """Whether the request expects problem details (RFC 9457) instead of a page."""
    return request.path.startswith("/api/")


def error_response(status: int, **details: Any) -> Response:
    """The response for a status: problem details for the API, a message for htmx, otherwise a page."""
    explanation = details.pop("explanation", None) or explanation_of(status)
    if is_api_request():
        return problem(status, explanation)
    if request.headers.get("HX-Request") != "true" or request.headers.get("HX-Request-Type") == "full":
        return _page(status, explanation, details)
    if details.get("conflict") is not None:
        return _replacing_main(_page(status, explanation, details | {"replaces_main": True}))
    return _fragment(status, explanation)


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


def _page(status: int, explanation: Explanation, details: dict[str, Any]) -> Response:
    names = [f"errors/{status}.html", "errors/error.html"]
    # Rendered without context processors: they read the database, which may have failed, and the 404 page must be
    # the same for everyone.
    template = current_app.jinja_env.select_template(names)
    defaults = {"repeatable": None, "conflict": None, "replaces_main": False}
    context = {**defaults, **details}
    body = template.render(
        status=status,
        explanation=explanation,
        reference=reference(),
        readable_answers=_readable_answers(context["repeatable"] or ()),
        **context,
    )
    return Response(body, status=status, content_type="text/html; charset=utf-8")


def _replacing_main(answer: Response) -> Response:
    """Let htmx replace the main element of the page by that of the error page."""
    answer.headers["HX-Retarget"] = answer.headers["HX-Reselect"] = "#main"
    answer.headers["HX-Reswap"] = "outerHTML show:top"
    answer.headers["HX-Push-Url"] = "false"
    return answer


def _fragment(status: int, explanation: Explanation) -> Response:
    template = current_app.jinja_env.get_template("errors/_error.html")
    body = template.render(status=status, explanation=explanation, reference=reference())
    answer = Response(body, status=status, content_type="text/html; charset=utf-8")
    # The message is shown in its place; the rest of the page, with the typed text, stays.
    answer.headers["HX-Retarget"] = "#messages"
    answer.headers["HX-Reswap"] = "innerHTML show:#messages:top"
    answer.headers["HX-Push-Url"] = "false"
    return answer


def repeatable_values() -> list[tuple[str, str]] | None:
    """The submitted values, to be sent again by one button; None when they must not be repeated.

    That is so for forms with secrets or files, and for those that another site sent.
    """
    if request.method != "POST" or request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return None
    try:
        pairs = list(request.form.items(multi=True))
    except HTTPException:
        return None
    if request.files or len(pairs) > MAXIMUM_REPEATABLE_VALUES:
        return None
    if any(word in name.lower() for name, _value in pairs for word in SECRET_WORDS if name != FIELD):
        return None
    return [(name, value) for name, value in pairs if name != FIELD]


def _readable_answers(repeatable: Iterable[tuple[str, str]]) -> list[str]:
    """The typed texts among the values, to be shown; codes of choices are sent again without being shown."""
    return [value for name, value in repeatable if not name.startswith("_") and not CODE.fullmatch(value)]


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
    return error_response(400, explanation=explanation_of(400, "forged"), repeatable=repeatable_values())


def _stale(error: StaleEdit) -> Response:
    return error_response(409, explanation=explanation_of(409, error.variant), conflict=error)


def _stale_data(_error: StaleDataError) -> Response:
    """Another transaction changed the row between read and write, and the view does not handle it: nothing was saved.

    The form can be sent again; its version check then shows both versions.
    """
    repeatable = repeatable_values()
    return error_response(
        409, explanation=explanation_of(409, "overtaken" if repeatable else None), repeatable=repeatable or None
    )


def _database_unavailable(error: Exception) -> Response:
    _log("database unavailable", error)
    # The token is returned unchecked; it is checked when the form is sent again.
    repeatable = repeatable_values()
    answer = error_response(
        503, repeatable=repeatable, posted_token=request.form.get(FIELD) if repeatable is not None else None
    )
    answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer


def _invalid_arguments(_error: ValidationError) -> Response:
    """A view that loads the arguments of an address by itself: nobody types those, so what does not fit was forged."""
    return error_response(400)


def _decryption_failed(error: DecryptionFailed) -> Response:
    """Answer 500 when encrypted data cannot be decrypted, since the keys of the installation do not match."""
    _log("sealed and not opened", error)
    return error_response(500, explanation=explanation_of(500, "sealed"))


def _unexpected(error: InternalServerError) -> Response:
    _log("request failed", error.original_exception or error)
    return error_response(500)


def _log(event: str, error: BaseException) -> None:
    """Log the class and the stack frames of an exception, not its text, which may quote a row."""
    frames = [
        f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    rule = request.url_rule.rule if request.url_rule else None
    log.error(
        event,
        reference=reference(),
        error=type(error).__qualname__,
        rule=rule,
        method=request.method,
        frames=frames[-12:],
    )


def _discard(_details: object) -> None:
    """Log nothing: `_unexpected` logs the exception without its text."""


def init_errors(app: Flask) -> None:
    """Register the handlers, and disable Flask's own log of exceptions, which contains their texts."""
    app.log_exception = _discard  # type: ignore[method-assign,assignment]
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(InternalServerError, _unexpected)
    app.register_error_handler(ForgedRequest, _forged)
    app.register_error_handler(StaleEdit, _stale)
    app.register_error_handler(ValidationError, _invalid_arguments)
    app.register_error_handler(StaleDataError, _stale_data)
    app.register_error_handler(DecryptionFailed, _decryption_failed)
    for error_class in (OperationalError, InterfaceError, PoolTimeoutError):
        app.register_error_handler(error_class, _database_unavailable)
