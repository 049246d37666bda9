"""Rendering of pages and of htmx partials, and redirects after a POST."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from flask import Response, get_flashed_messages, make_response, redirect, render_template, request

from clais.forms.form import Form


def is_partial_request() -> bool:
    """Whether htmx 4 sent the request to replace a part of the page (no history restore, no whole body)."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Request-Type") != "full"


def target_id() -> str | None:
    """The id of the element that htmx will replace. htmx 4 sends `HX-Target: tag#id`."""
    return request.headers.get("HX-Target", "").partition("#")[2] or None


def render(template: str, partial: str | Sequence[str] | None = None, *, status: int = 200, **context: Any) -> Response:
    """The full page, or the partial for an htmx request with a target.

    `partial` is `<feature>/_x.html`, whose root element has id `x`, or several of them, of which the one with the id
    of the target is rendered. A page includes its own partials, so both show the same.
    """
    if partial is not None and is_partial_request():
        body = render_template(_target_partial(partial), **context) + flashed_fragment()
    else:
        body = render_template(template, **context)
    return make_response(body, status)


def form_page(
    form: Form,
    heading: str,
    cancel_url: str,
    *,
    submit: str = "",
    version: object = None,
    lead: str = "",
    action: str = "",
) -> Response:
    """A page that is one form; 422 when it has errors. `submit` is « Save » unless it is given.

    `lead` stands beside the heading and not in the title, which browsers keep: whom it is about. `action` is the path
    of the page unless it is given.
    """
    return render(
        "forms/page.html",
        status=422 if form.errors else 200,
        form=form,
        heading=heading,
        lead=lead,
        cancel_url=cancel_url,
        submit=submit,
        version=version,
        action=action,
    )


def _target_partial(partial: str | Sequence[str]) -> str:
    names = [partial] if isinstance(partial, str) else list(partial)
    wanted = target_id()
    for name in names:
        if wanted and PurePosixPath(name).stem.removeprefix("_").replace("_", "-") == wanted.replace("_", "-"):
            return name
    return names[0]


def flashed_fragment() -> str:
    """The flashed messages as an out-of-band swap that accompanies a partial."""
    if not get_flashed_messages(with_categories=True):
        return ""
    return render_template("_messages.html", out_of_band=True)


def redirect_after_post(url: str, code: int = 303) -> Response:
    """Send the browser to a page of this site after a write.

    303 for a plain form. htmx would follow a 303 and swap the new page into its target, so it gets `HX-Redirect`
    instead. Raises ValueError for a URL outside the site.
    """
    if not url.startswith("/") or url.startswith(("//", "/\\")):
        message = "Only an address of this site can follow a form."
        raise ValueError(message)
    if request.headers.get("HX-Request") == "true":
        return Response(status=204, headers={"HX-Redirect": url})
    return make_response(redirect(url, code))
