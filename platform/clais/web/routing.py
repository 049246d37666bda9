"""Routes declare their permission; the application refuses the rest."""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from flask import Blueprint, Flask, Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from clais.audit.actions import write_readings
from clais.feature import Feature
from clais.feature.pages import PUBLIC, SIGNED_IN, permission_of_view, requires
from clais.forms.formdata import SHELL_FIELDS, UnknownFields
from clais.web.context import API, actor, close_database, database, identify
from clais.web.submissions.keys import remember_location, repeated_submission

NOTHING_TO_SHOW, REDIRECT, ERROR, FAULT = 204, 300, 400, 500
"""The borders of HTTP's answers: those that show no page, and those whose work is not kept."""
ONLY_A_CLICK = "clais_only_a_click"
"""What a view is marked with that takes no field."""


def blueprint_of(feature: Feature) -> Blueprint:
    """The routes and templates of a feature, for one application. Views never see the slug of the tenant."""
    blueprint = Blueprint(feature.name, feature.package, template_folder="templates")
    for pages in feature.pages:
        prefix = "/<tenant_slug>" if pages.in_tenant else ""
        for route in pages.routes:
            view = _declared(route.view, route.permission, only_a_click=route.only_a_click)
            blueprint.add_url_rule(prefix + route.rule, route.endpoint, view, methods=list(route.methods))
    blueprint.url_value_preprocessor(_take_slug)
    return blueprint


@cache  # A view under two rules is one function: Flask takes no second one under its name.
def _declared(view: Callable[..., Any], permission: str, *, only_a_click: bool) -> Callable[..., Any]:
    """The view with its permission on it; one that takes only a click refuses every field."""

    @wraps(view)
    def declared(*arguments: Any, **named: Any) -> Any:
        if only_a_click and (set(request.form) - SHELL_FIELDS or request.files):
            raise UnknownFields
        return view(*arguments, **named)

    setattr(declared, ONLY_A_CLICK, only_a_click)
    return requires(permission)(declared)


def _take_slug(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    # This runs before `authorise`, which compares the slug with the tenant at work: views never see it.
    if values and "tenant_slug" in values:
        g.tenant_slug = values.pop("tenant_slug")


class Application(Flask):
    """Flask with one transaction a request: committed once when the answer is good, rolled back otherwise.

    What was read stays on record in both cases.
    """

    def dispatch_request(self) -> ResponseReturnValue:
        """Answer the request; a form that was sent before is answered with what it led to then."""
        earlier = repeated_submission()
        if earlier is not None:
            return earlier
        response: Response = self.make_response(super().dispatch_request())
        _conclude(response, done=response.status_code < ERROR)
        return response

    def handle_user_exception(self, e: Exception) -> ResponseReturnValue:
        """Answer an error; a page such as that of a stale edit shows a file too."""
        response: Response = self.make_response(super().handle_user_exception(e))
        try:
            _conclude(response, done=False)
        except SQLAlchemyError as fault:
            # What cannot be put on record is not shown.
            return super().handle_user_exception(fault)
        return response


def _conclude(response: Response, *, done: bool) -> None:
    """Keep the work that is done and roll any other back; put on record what the answer shows in both cases."""
    # A fault shows nothing, and the database may be what failed: closing the session rolls it back.
    if "database" not in g or response.status_code >= FAULT:
        return
    if done:
        remember_location(response.location or response.headers.get("HX-Redirect"))
    else:
        database().rollback()
    if not REDIRECT <= response.status_code < ERROR and response.status_code != NOTHING_TO_SHOW:
        write_readings(database())
    database().commit()


def permission_of(app: Flask, endpoint: str) -> str | None:
    """The permission that the view behind `endpoint` declared."""
    return permission_of_view(app.view_functions.get(endpoint))


def authorise() -> ResponseReturnValue | None:
    """Let the request pass, or send it away: to the sign-in page, 403, or a 404 like that of an unknown page."""
    if request.endpoint is None:
        return None  # No such rule: the router's own 404 or 405 follows.
    permission = permission_of(_app(), request.endpoint)
    if permission is None:
        abort(404)
    if permission == PUBLIC:
        return None
    if g.actor is None:
        if request.path.startswith(API) or request.method != "GET":
            abort(401)
        return redirect(url_for("account.sign_in", next=request.path))
    slug = g.get("tenant_slug")
    if slug is not None and slug != g.actor.tenant_slug:
        abort(404)
    if permission != SIGNED_IN and not g.actor.may(permission):
        abort(403)
    return None


def _app() -> Application:
    app = g.get("application")
    if not isinstance(app, Application):
        raise TypeError("routing is installed on a clais Application")
    return app


def install_routing(app: Application) -> None:
    """Identify and authorise every request of `app`, and fill the slug of the tenant at work into its URLs."""

    def open_request() -> None:
        g.application = app
        if request.method == "HEAD":
            # A view that shows its form on GET would take HEAD for a POST, and HEAD carries no token against forgery.
            request.method = "GET"
        identify()

    app.before_request_funcs.setdefault(None, []).insert(0, open_request)
    app.before_request(authorise)
    app.teardown_request(close_database)

    @app.url_defaults
    def add_slug(endpoint: str, values: dict[str, Any]) -> None:
        if "tenant_slug" not in values and app.url_map.is_endpoint_expecting(endpoint, "tenant_slug"):
            values["tenant_slug"] = actor().tenant_slug
