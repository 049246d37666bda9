"""Routes declare their permission; the application refuses the rest."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar

from flask import Blueprint, Flask, Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from clais.audit.actions import write_readings
from clais.web.context import API, actor, close_database, database, identify
from clais.web.formdata import SHELL_FIELDS, UnknownFields
from clais.web.submissions import remember_location, seen_before

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
"""Anyone, signed in or not: sign-in, the list of permissions that may only shrink."""
SIGNED_IN = "signed in"
"""Anyone who is signed in, in any role or none: choosing where to work, signing out."""

ATTRIBUTE = "clais_permission"
ONLY_A_CLICK = "clais_only_a_click"
"""What a view is marked with that takes no field."""

NOTHING_TO_SHOW, REDIRECT, ERROR, FAULT = 204, 300, 400, 500
"""The borders of HTTP's answers: those that show no page, and those whose work is not kept."""


def requires(permission: str) -> Callable[[View], View]:
    """Declare the permission of a view that is not registered through `Feature.route`, as in the API."""

    def mark(view: View) -> View:
        setattr(view, ATTRIBUTE, permission)
        return view

    return mark


class Feature(Blueprint):
    """The routes of one feature folder, below the slug of the tenant at work. Views never see the slug."""

    def __init__(self, name: str, import_name: str, *, in_tenant: bool = True) -> None:
        super().__init__(
            name, import_name, template_folder="templates", url_prefix="/<tenant_slug>" if in_tenant else None
        )
        if in_tenant:
            self.url_value_preprocessor(_take_slug)

    def route(  # type: ignore[override]
        self, rule: str, *, permission: str, methods: Sequence[str] = ("GET",), endpoint: str | None = None
    ) -> Callable[[View], View]:
        """Register a view with the permission that it asks for."""

        def register(view: View) -> View:
            setattr(view, ATTRIBUTE, permission)
            self.add_url_rule(rule, endpoint, view, methods=list(methods))
            return view

        return register

    def page(self, rule: str, permission: str) -> Callable[[View], View]:
        """A GET route."""
        return self.route(rule, permission=permission)

    def form(self, rule: str, permission: str) -> Callable[[View], View]:
        """A form: GET shows it, POST takes it."""
        return self.route(rule, permission=permission, methods=("GET", "POST"))

    def post(self, rule: str, permission: str) -> Callable[[View], View]:  # type: ignore[override]
        """A POST route."""
        return self.route(rule, permission=permission, methods=("POST",))

    def button(self, rule: str, permission: str) -> Callable[[View], View]:
        """A POST route that asks for nothing but the click: whatever field comes along is refused."""

        def register(view: View) -> View:
            @wraps(view)
            def clicked(*arguments: Any, **named: Any) -> Any:
                if set(request.form) - SHELL_FIELDS or request.files:
                    raise UnknownFields
                return view(*arguments, **named)

            setattr(clicked, ONLY_A_CLICK, True)
            self.post(rule, permission)(clicked)
            return view

        return register


def _take_slug(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    # This runs before `authorise`, which compares the slug with the tenant at work: views never see it.
    g.tenant_slug = (values or {}).pop("tenant_slug", None)


class Application(Flask):
    """Flask with one transaction a request: committed once when the answer is good, rolled back otherwise.

    What was read stays on record in both cases.
    """

    def dispatch_request(self) -> ResponseReturnValue:
        """Answer the request; a form that was sent before is answered with what it led to then."""
        earlier = seen_before()
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
    return getattr(app.view_functions.get(endpoint), ATTRIBUTE, None)


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
        return redirect(url_for("identity.sign_in", next=request.path))
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
