"""The API: the same schemas, queries and actions as the pages, as JSON under /api/v1, described by OpenAPI 3.1."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, json
from flask_smorest import Api, Blueprint
from marshmallow import RAISE
from werkzeug.exceptions import HTTPException, UnprocessableEntity

from clais.web.errors import error_response, is_api_request
from clais.web.routing import PUBLIC, Application, requires

View = TypeVar("View", bound=Callable[..., Any])

PREFIX = "/api/v1"
BEARER = {"type": "http", "scheme": "bearer", "description": "A token made by `clais token create` for one membership."}
PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "reference": {"type": "string"},
        "errors": {"type": "object", "description": "What to correct: field → messages."},
    },
}


class FederationApi(Api):
    """flask-smorest without its error handlers: the house answers errors in one place, as problem details."""

    def _register_error_handlers(self) -> None:
        pass


class ApiFeature(Blueprint):
    """The API routes of one feature. Each declares its permission, like a page."""

    def __init__(self, name: str, import_name: str, *, description: str) -> None:
        super().__init__(f"api_{name}", import_name, url_prefix=PREFIX, description=description)

    def endpoint(self, rule: str, permission: str, method: str = "GET") -> Callable[[View], View]:
        """Register a view for one method of `rule`."""

        def register(view: View) -> View:
            declared = requires(permission)(view)
            self.route(rule, methods=[method])(declared)
            return declared

        return register

    def query(self, schema: Any) -> Callable[[View], View]:
        """Parse the query string with `schema`; an unknown parameter is refused like an unknown field."""
        decorate: Callable[[View], View] = self.arguments(schema, location="query", unknown=RAISE)
        return decorate


def install_api(app: Application, features: tuple[ApiFeature, ...]) -> FederationApi:
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
    api.spec.components.schema("Problem", PROBLEM)
    api.spec.options["security"] = [{"bearer": []}]
    for feature in features:
        api.register_blueprint(feature)
    _describe_openly(app)
    app.register_error_handler(UnprocessableEntity, _invalid)
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
        body = json.loads(answer.get_data(as_text=True))
        # webargs nests the messages under the place they came from (json, query); callers know where they put them.
        body["errors"] = {field: texts for place in messages.values() for field, texts in place.items()}
        answer.set_data(json.dumps(body))
    return answer
