"""The API: the same schemas, queries and actions as the pages, as JSON under /api/v1, described by OpenAPI 3.1."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask import Request, Response, abort
from flask_smorest import Blueprint
from marshmallow import RAISE
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import HTTPException, Unauthorized, UnprocessableEntity

from clais.api.description import BEARER, FederationApi, codes_of, documented, name_of, refusals_of
from clais.api.problems import extended
from clais.feature.pages import PUBLIC, requires
from clais.web.errors import error_response, is_api_request
from clais.web.routing import Application

View = TypeVar("View", bound=Callable[..., Any])

PREFIX = "/api/v1"


class JsonParser(FlaskParser):
    """Reads bodies that are JSON and say so: another type would be read as an empty body, and refused for that."""

    def load_json(self, req: Request, schema: Any) -> Any:
        """The body. 415 when it is not said to be JSON, 400 when it cannot be read."""
        if not req.is_json:
            abort(415)
        try:
            return super().load_json(req, schema)
        except (RecursionError, ValueError):
            abort(400)  # Brackets nested thousands deep, a number of thousands of digits: nobody types that.


class ApiRoutes(Blueprint):
    """The API routes of one feature. Each declares its permission, like a page."""

    ARGUMENTS_PARSER = JsonParser()

    def __init__(self, name: str, import_name: str, *, description: str) -> None:
        super().__init__(f"api_{name}", import_name, url_prefix=PREFIX, description=description)

    def endpoint(self, rule: str, permission: str, method: str = "GET") -> Callable[[View], View]:
        """Register a view for one method of `rule`."""

        def register(view: View) -> View:
            refusals = set(refusals_of(rule, method, permission)) - documented(view)
            declared: View = self.doc(responses={status: name_of(status) for status in sorted(refusals)})(view)
            requires(permission)(declared)
            self.route(rule, methods=[method])(declared)
            return declared

        return register

    def query(self, schema: Any) -> Callable[[View], View]:
        """Parse the query string with `schema`; an unknown parameter is refused like an unknown field."""

        def decorate(view: View) -> View:
            parsed: View = self.arguments(schema, location="query", unknown=RAISE)(view)
            described: View = self.doc(responses={400: name_of(400)})(parsed)
            return described

        return decorate


def install_api(app: Application, blueprints: Sequence[Blueprint]) -> FederationApi:
    """Put the API on `app`, with its description at /api/v1/openapi.json."""
    app.config.update(
        API_TITLE="CLAIS",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = FederationApi(app)
    api.spec.components.security_scheme("bearer", BEARER)
    api.spec.options["security"] = [{"bearer": []}]
    api.ma_plugin.converter.add_attribute_function(codes_of)
    with app.app_context():  # The words beside the codes are translated, and thrown away.
        for blueprint in blueprints:
            api.register_blueprint(blueprint)
    _describe_openly(app)
    app.register_error_handler(UnprocessableEntity, _invalid)
    app.register_error_handler(Unauthorized, _unauthorised)
    return api


def _describe_openly(app: Application) -> None:
    # The description holds no data of anyone, and a client needs it before it has a token.
    serve = app.view_functions["api-docs.openapi_json"]

    @requires(PUBLIC)
    def openapi() -> Any:
        return serve()

    app.view_functions["api-docs.openapi_json"] = openapi


def _invalid(error: HTTPException) -> Response:
    """422: the messages of the schema beside the problem, for the API; the page's own answer otherwise."""
    answer = error_response(422)
    messages = getattr(error, "data", {}).get("messages") if is_api_request() else None
    if messages:
        # webargs nests the messages under the place they came from (json, query); callers know where they put them.
        extended(answer, errors={field: texts for place in messages.values() for field, texts in place.items()})
    return answer


def _unauthorised(_error: HTTPException) -> Response:
    """401: whoever calls the API without a living token is told what to come with."""
    answer = error_response(401)
    if is_api_request():
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer
