"""Routes declare their permission; the application refuses the rest."""

from collections.abc import Callable
from functools import cache, wraps
from io import BytesIO
from typing import IO, Any

import structlog
from flask import Blueprint, Flask, Request, Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from clais.audit.actions import write_readings
from clais.audit.listings import forget_what_is_shown
from clais.feature import Feature
from clais.feature.pages import PUBLIC, SIGNED_IN, permission_of_view, requires
from clais.forms.formdata import SHELL_FIELDS, UnknownFields
from clais.limits import LimitReached
from clais.web.above import page_above
from clais.web.context import API, actor, close_database, database, identify
from clais.web.handed_over import refusal_while_handed_over
from clais.web.kept import FIELD as KEPT
from clais.web.kept import is_reopened, keep_answers, reopen_kept
from clais.web.listings import hold_what_is_shown, record_listing_afterwards, searches
from clais.web.places import offer_place
from clais.web.rendering import is_partial_request
from clais.web.reopening import beside_the_form, not_for_you, say_that_nothing_is_saved
from clais.web.sizes import MAXIMUM_UPLOAD
from clais.web.submissions.keys import remember_location, repeated_submission

log = structlog.get_logger("clais.web")

NOTHING_TO_SHOW, REDIRECT, ERROR, FAULT = 204, 300, 400, 500
"""The status codes from which a response shows no page, or its transaction is rolled back."""
TOO_MANY = 429
ONLY_A_CLICK = "clais_only_a_click"
"""The attribute of a view that takes no form field."""
BRINGS_A_FILE = "clais_brings_a_file"
"""The attribute of a view whose form may bring a file."""


def blueprint_of(feature: Feature) -> Blueprint:
    """The routes and templates of a feature, for one application. Views never see the slug of the tenant."""
    blueprint = Blueprint(feature.name, feature.package, template_folder="templates")
    for pages in feature.pages:
        prefix = "/<tenant_slug>" if pages.in_tenant else ""
        for route in pages.routes:
            view = _declared(
                route.view, route.permission, only_a_click=route.only_a_click, brings_a_file=route.brings_a_file
            )
            blueprint.add_url_rule(prefix + route.rule, route.endpoint, view, methods=list(route.methods))
    blueprint.url_value_preprocessor(_take_slug)
    return blueprint


@cache  # A view under two rules must be one function: Flask refuses a second one of the same name.
def _declared(
    view: Callable[..., Any], permission: str, *, only_a_click: bool, brings_a_file: bool
) -> Callable[..., Any]:
    """The view with its permission; a view that takes only a click refuses every field."""

    @wraps(view)
    def declared(*arguments: Any, **named: Any) -> Any:
        if only_a_click and (set(request.form) - SHELL_FIELDS or request.files):
            raise UnknownFields
        return view(*arguments, **named)

    if only_a_click:
        setattr(declared, ONLY_A_CLICK, True)
    if brings_a_file:
        setattr(declared, BRINGS_A_FILE, True)
    return requires(permission)(declared)


def _take_slug(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    # This runs before `authorise`, which compares the slug with the tenant at work: views never see it.
    if values and "tenant_slug" in values:
        g.tenant_slug = values.pop("tenant_slug")


class WholeRequest(Request):
    """A request whose files stay in memory, where its body is already: nothing that is brought is written in the clear
    to a temporary file, nor lost because a disk is full.
    """

    def _get_file_stream(self, *_arguments: Any, **_options: Any) -> IO[bytes]:
        return BytesIO()


class Application(Flask):
    """Flask with one transaction a request: committed when the request succeeds, rolled back otherwise.

    The record of what was read is written in both cases.
    """

    request_class = WholeRequest

    def dispatch_request(self) -> ResponseReturnValue:
        """Answer the request; a form that is sent again gets the answer to its first sending."""
        if _brings_kept_answers():
            if not reopen_kept():
                return not_for_you()
            say_that_nothing_is_saved()
        earlier = repeated_submission()
        if earlier is not None:
            return earlier
        response: Response = self.make_response(super().dispatch_request())
        hold_what_is_shown(shows=_shows(response))
        if is_reopened():
            response = beside_the_form(response)
        _conclude(response, done=response.status_code < ERROR and not is_reopened())
        return response

    def handle_user_exception(self, e: Exception) -> ResponseReturnValue:
        """Answer an error; some error pages, such as that of a stale edit, show a file."""
        response: Response = self.make_response(super().handle_user_exception(e))
        try:
            if response.status_code < FAULT:
                hold_what_is_shown(shows=True)
        except LimitReached as reached:
            response = self.make_response(super().handle_user_exception(reached))
        if response.status_code == TOO_MANY and "database" in g:
            forget_what_is_shown(database())  # The words of the form, and nobody.
        try:
            _conclude(response, done=False)
        except SQLAlchemyError as fault:
            # A page that cannot be recorded is not shown.
            return super().handle_user_exception(fault)
        return response


def _conclude(response: Response, *, done: bool) -> None:
    """Commit when `done` and roll back otherwise; in both cases record what the response shows."""
    # A page for a server error shows nothing, and the database may have failed: closing the session rolls back.
    if "database" not in g or response.status_code >= FAULT:
        return
    if done:
        remember_location(response.location or response.headers.get("HX-Redirect"))
    else:
        database().rollback()
    if _shows(response):
        write_readings(database())
    database().commit()
    if _shows(response) or searches():
        record_listing_afterwards(response, shows=_shows(response))


def _shows(response: Response) -> bool:
    """Whether a response has a page."""
    return not REDIRECT <= response.status_code < ERROR and response.status_code != NOTHING_TO_SHOW


def _make_room_for_a_file() -> None:
    """Let the body of a form that brings a file be larger, for who may send it: before anything reads the body."""
    view = _app().view_functions.get(request.endpoint or "")
    permission, who = permission_of_view(view), g.get("actor")
    may = permission == PUBLIC or (permission is not None and who is not None and who.may(permission))
    if getattr(view, BRINGS_A_FILE, False) and may:
        request.max_content_length = MAXIMUM_UPLOAD


def permission_of(app: Flask, endpoint: str) -> str | None:
    """The permission that the view behind `endpoint` declared."""
    return permission_of_view(app.view_functions.get(endpoint))


def authorise() -> ResponseReturnValue | None:
    """Let the request pass, or answer with the sign-in page, 403, or the 404 of an unknown page."""
    if request.endpoint is None:
        return page_above()  # Or no rule matches: the router answers 404 or 405.
    permission = permission_of(_app(), request.endpoint)
    if permission is None:
        abort(404)
    if permission == PUBLIC:
        return None
    if g.actor is None:
        return _sign_in_first(permission)
    slug = g.get("tenant_slug")
    if slug is not None and slug != g.actor.tenant_slug:
        return offer_place(slug)
    if permission != SIGNED_IN and not g.actor.may(permission):
        abort(403)
    return None


def _sign_in_first(permission: str) -> ResponseReturnValue:
    """The answer to who is not signed in; a form comes back as the sign-in page that keeps what was typed."""
    if request.path.startswith(API) or is_partial_request():
        abort(401)  # A part of a page: the message replaces nothing, so what was typed stays in its place.
    if request.method == "GET":
        return redirect(url_for("account.sign_in", next=request.path))
    g.kept_answers = "" if permission == SIGNED_IN else keep_answers()
    view: Callable[[], ResponseReturnValue] = _app().view_functions["account.sign_in"]  # type: ignore[assignment]
    return view()


def _brings_kept_answers() -> bool:
    """Whether a form of some permission comes with what was kept; the sign-in and the change of place pass it on."""
    if request.method != "POST" or g.get("actor") is None or request.is_json or request.endpoint is None:
        return False
    return permission_of(_app(), request.endpoint) not in {PUBLIC, SIGNED_IN} and KEPT in request.form


def _app() -> Application:
    app = g.get("application")
    if not isinstance(app, Application):
        raise TypeError("routing is installed on a clais Application")
    return app


def install_routing(app: Application) -> None:
    """Identify and authorise every request of `app`, and fill the slug of the tenant at work into its URLs."""

    def open_request() -> ResponseReturnValue | None:
        g.application = app
        if request.method == "HEAD":
            # A view that shows its form on GET would take HEAD for a POST, and HEAD carries no CSRF token.
            request.method = "GET"
        identify()
        _make_room_for_a_file()
        return refusal_while_handed_over()

    app.before_request_funcs.setdefault(None, []).insert(0, open_request)
    app.before_request(authorise)
    app.teardown_request(close_database)

    @cache
    def is_in_tenant(endpoint: str) -> bool:
        return app.url_map.is_endpoint_expecting(endpoint, "tenant_slug")

    @app.url_defaults
    def add_slug(endpoint: str, values: dict[str, Any]) -> None:
        if "tenant_slug" not in values and is_in_tenant(endpoint):
            values["tenant_slug"] = actor().tenant_slug
