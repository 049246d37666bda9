"""Draws the error pages, and logs what failed without its text."""

from __future__ import annotations

import traceback
import uuid
from typing import Any

import structlog
from flask import Response, current_app, g, request
from jinja2 import Template
from sqlalchemy.exc import SQLAlchemyError

from clais.web.context import database
from clais.web.error_texts import Explanation
from clais.web.kept import readable_answers, written_by_the_reader

FAULT = 500
"""The status from which a page has no frame: the database may have failed."""
log = structlog.get_logger("clais.web.errors")


def reference() -> str:
    """The reference of this request, on the error page and in the log."""
    if "error_reference" not in g:
        g.error_reference = str(g.get("request_id") or uuid.uuid4().hex[:10])
    return str(g.error_reference)


def page(status: int, explanation: Explanation, details: dict[str, Any]) -> Response:
    """The whole page, with the rail and the search for who is at work and has their screen in their own hands."""
    names = [f"errors/{status}.html", "errors/error.html"]
    template = current_app.jinja_env.select_template(names)
    defaults = {"repeatable": None, "conflict": None, "replaces_main": False}
    context = {**defaults, **details}
    conflict = context["conflict"]
    is_told = context["repeatable"] or (conflict and (conflict.yours or not conflict.is_state_conflict))
    context |= {
        "status": status,
        "explanation": explanation,
        "reference": reference(),
        "readable_answers": readable_answers(context["repeatable"] or ()),
        "written": [] if is_told else written_by_the_reader(),
    }
    body = None
    if status < FAULT and _is_at_work():
        body = _in_the_frame(template, context)
    return Response(
        # Without context processors: they read the database, which may have failed.
        body or template.render(layout="layout_bare.html", **context),
        status=status,
        content_type="text/html; charset=utf-8",
    )


def _is_at_work() -> bool:
    who = g.get("actor")
    return who is not None and bool(who.tenant_slug) and g.get("handed_to") is None


def _in_the_frame(template: Template, context: dict[str, Any]) -> str | None:
    """The page with the rail and the search; None when the database cannot say what they show."""
    shell: dict[str, Any] = {}
    try:
        database().rollback()  # What the view had begun is not saved, and may have failed.
        current_app.update_template_context(shell)
        if shell.get("user_menu"):
            # The address is not worth coming back to, and a page that repeats it would not be the same for everyone.
            shell["user_menu"]["current_path"] = "/"
        return template.render(layout="layout.html", **{**shell, **context})
    except SQLAlchemyError as error:
        log_error("error page without its frame", error)
        return None


def replacing_main(answer: Response) -> Response:
    """Let htmx replace the main element of the page by that of the error page."""
    answer.headers["HX-Retarget"] = answer.headers["HX-Reselect"] = "#main"
    answer.headers["HX-Reswap"] = "outerHTML show:top"
    answer.headers["HX-Push-Url"] = "false"
    return answer


def fragment(status: int, explanation: Explanation, fresh_token: str | None = None) -> Response:
    """The message for a part of a page; `fresh_token` lets its script send the form once more."""
    template = current_app.jinja_env.get_template("errors/_error.html")
    body = template.render(status=status, explanation=explanation, reference=reference(), fresh_token=fresh_token)
    answer = Response(body, status=status, content_type="text/html; charset=utf-8")
    # The message is shown in its place; the rest of the page, with the typed text, stays.
    answer.headers["HX-Retarget"] = "#messages"
    answer.headers["HX-Reswap"] = "innerHTML show:#messages:top"
    answer.headers["HX-Push-Url"] = "false"
    return answer


def log_error(event: str, error: BaseException) -> None:
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
