"""Error pages that help: what happened, what was kept or lost, what to do, and a reference that is also in the log.

Never a value, a query, a table's name or an exception's text: neither on the page nor in the log, because those carry
what people typed about other people.
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
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError

from clais.encryption import DecryptionFailed
from clais.web.csrf import FIELD, ForgedRequest
from clais.web.error_texts import Explanation, explanation_of

RETRY_SECONDS = 10
MAXIMUM_KEPT_VALUES = 500
CODE = re.compile(r"[a-z0-9_.:+-]*")
"""What a choice, a key or a tick sends: one word that nobody writes as an answer in a box."""
SECRET_WORDS = ("password", "secret", "one_time")
log = structlog.get_logger("clais.web.errors")


Pairs = Sequence[tuple[object, object]]
"""Questions and answers as (label, words)."""


class Change(NamedTuple):
    """Who did the last thing to something, and when."""

    who: str
    when: datetime


class StaleEdit(Exception):  # noqa: N818 - it is an event of the work, not a fault
    """Someone saved a newer version meanwhile: `yours` and `theirs` are shown side by side, and who saved theirs.

    Both are asked for, because the page promises that nothing which was typed is lost. `clais.web.conflicts` makes
    them from a form.
    """

    moved = False

    def __init__(self, yours: Pairs, theirs: Pairs, reload_url: str, by: Change | None = None) -> None:
        super().__init__("stale edit")
        self.yours = list(yours)
        self.theirs = list(theirs)
        self.reload_url = reload_url
        self.by = by

    @property
    def variant(self) -> str:
        """Which sentences tell of it."""
        return "versions" if self.yours or self.theirs else "same"


class MovedOn(StaleEdit):
    """What was typed meets no other version: what it was for moved on meanwhile. `theirs` says where it stands now."""

    moved = True

    @property
    def variant(self) -> str:
        """Which sentences tell of it."""
        return "moved" if self.yours else "moved-unwritten"


def reference() -> str:
    """The reference of this request: shown on the error page, written in the log."""
    if "error_reference" not in g:
        g.error_reference = str(g.get("request_id") or uuid.uuid4().hex[:10])
    return str(g.error_reference)


def is_api_request() -> bool:
    """The caller wants problem details (RFC 9457) and not a page."""
    return request.path.startswith("/api/")


def error_response(status: int, **details: Any) -> Response:
    """The answer for a status: problem details for the API, a message for htmx, otherwise a page."""
    explanation = details.pop("explanation", None) or explanation_of(status)
    if is_api_request():
        return problem(status, explanation)
    if request.headers.get("HX-Request") != "true" or request.headers.get("HX-Request-Type") == "full":
        return _page(status, explanation, details)
    if details.get("conflict") is not None:
        return _in_place(_page(status, explanation, details | {"in_place": True}))
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
    # Rendered without the application's context processors: they read the database, which may be what failed, and a
    # page that says « not found » must be the same for everybody.
    template = current_app.jinja_env.select_template(names)
    nothing = {"kept": None, "conflict": None, "in_place": False}
    shown = {**nothing, **details}
    body = template.render(
        status=status, explanation=explanation, reference=reference(), written=_written(shown["kept"] or ()), **shown
    )
    return Response(body, status=status, content_type="text/html; charset=utf-8")


def _in_place(answer: Response) -> Response:
    """The heart of an error page where htmx is at work: it takes the place of the page that the form stood on."""
    answer.headers["HX-Retarget"] = answer.headers["HX-Reselect"] = "#main"
    answer.headers["HX-Reswap"] = "outerHTML show:top"
    answer.headers["HX-Push-Url"] = "false"
    return answer


def _fragment(status: int, explanation: Explanation) -> Response:
    template = current_app.jinja_env.get_template("errors/_error.html")
    body = template.render(status=status, explanation=explanation, reference=reference())
    answer = Response(body, status=status, content_type="text/html; charset=utf-8")
    # What was typed is still on the page: the message goes to its place and nothing else is replaced.
    answer.headers["HX-Retarget"] = "#messages"
    answer.headers["HX-Reswap"] = "innerHTML show:#messages:top"
    answer.headers["HX-Push-Url"] = "false"
    return answer


def kept_values() -> list[tuple[str, str]] | None:
    """What was typed, to be sent again by one button; None when there is nothing, or when it may not be repeated.

    Secrets are left out, and a form that another site sent is never offered for repetition.
    """
    if request.method != "POST" or request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return None
    try:
        pairs = list(request.form.items(multi=True))
    except HTTPException:
        return None
    if request.files or len(pairs) > MAXIMUM_KEPT_VALUES:
        return None
    if any(word in name.lower() for name, _value in pairs for word in SECRET_WORDS if name != FIELD):
        return None
    return [(name, value) for name, value in pairs if name != FIELD]


def _written(kept: Iterable[tuple[str, str]]) -> list[str]:
    """What someone put in their own words, to be read again; the codes of what they ticked are sent along unseen."""
    return [value for name, value in kept if not name.startswith("_") and not CODE.fullmatch(value)]


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
    return error_response(400, explanation=explanation_of(400, "forged"), kept=kept_values())


def _stale(error: StaleEdit) -> Response:
    return error_response(409, explanation=explanation_of(409, error.variant), conflict=error)


def _overtaken(_error: StaleDataError) -> Response:
    """The version of a row moved between reading and writing it, and no view was ready for that: nothing was saved.

    What was typed can be sent again. It then comes after the other version, and the form's own check shows both.
    """
    kept = kept_values()
    return error_response(409, explanation=explanation_of(409, "overtaken" if kept else None), kept=kept or None)


def _database_away(error: Exception) -> Response:
    _log("database unavailable", error)
    # The token is not checked here: it is only handed back, and checked when the form comes again.
    kept = kept_values()
    answer = error_response(503, kept=kept, posted_token=request.form.get(FIELD) if kept is not None else None)
    answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer


def _sealed(error: DecryptionFailed) -> Response:
    """Something that is kept sealed does not open: the keys of the installation are not those it was sealed with."""
    _log("sealed and not opened", error)
    return error_response(500, explanation=explanation_of(500, "sealed"))


def _unexpected(error: InternalServerError) -> Response:
    _log("request failed", error.original_exception or error)
    return error_response(500)


def _log(event: str, error: BaseException) -> None:
    """Where it failed, never what it held: an exception's text may quote a row."""
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


def _forget(_details: object) -> None:
    """`_unexpected` writes what may be written."""


def init_errors(app: Flask) -> None:
    """Register the handlers, and keep Flask's own log of exceptions silent: it would write the text of each."""
    app.log_exception = _forget  # type: ignore[method-assign,assignment]
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(InternalServerError, _unexpected)
    app.register_error_handler(ForgedRequest, _forged)
    app.register_error_handler(StaleEdit, _stale)
    app.register_error_handler(StaleDataError, _overtaken)
    app.register_error_handler(DecryptionFailed, _sealed)
    for away in (OperationalError, InterfaceError, PoolTimeoutError):
        app.register_error_handler(away, _database_away)
