"""The API: the same schemas, queries and actions as the pages, as JSON under /api/v1, described by OpenAPI 3.1."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, TypeVar

from flask import Request, Response, abort
from flask_smorest import Blueprint
from flask_smorest.fields import Upload
from marshmallow import RAISE
from webargs.flaskparser import FlaskParser
from webargs.multidictproxy import MultiDictProxy
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import HTTPException, Unauthorized, UnprocessableEntity

from clais.api.description import (
    BEARER,
    FederationApi,
    documented_statuses,
    enum_of_choices,
    error_statuses,
    response_name,
)
from clais.api.problems import with_members
from clais.feature.pages import PUBLIC, requires
from clais.forms.messages import Message
from clais.web.errors import error_response, is_api_request
from clais.web.routing import BRINGS_A_FILE, Application

View = TypeVar("View", bound=Callable[..., Any])

PREFIX = "/api/v1"
MULTIPART = "multipart/form-data"


class BodyParser(FlaskParser):
    """Accepts only bodies of the described content type: the default parser would read another type as empty."""

    def load_json(self, req: Request, schema: Any) -> Any:
        """The parsed body. 415 when the content type is not JSON, 400 when it cannot be parsed."""
        if not req.is_json:
            abort(415)
        try:
            return super().load_json(req, schema)
        except (RecursionError, ValueError):
            abort(400)  # Thousands of nested brackets, or a number of thousands of digits.

    def load_form(self, req: Request, schema: Any) -> Any:
        """The fields and the files of a body in parts, as one: what is not described is refused among both."""
        if req.mimetype != MULTIPART:
            abort(415)
        return MultiDictProxy(MultiDict([*req.form.items(multi=True), *req.files.items(multi=True)]), schema)


class FileField(Upload):
    """A file in a body of parts, as werkzeug's FileStorage."""

    default_error_messages: ClassVar = {"no_file": Message("Send a file, with its name.")}

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> FileStorage:
        if not isinstance(value, FileStorage):
            raise self.make_error("no_file")
        return value


class ApiRoutes(Blueprint):
    """The API routes of one feature. Each declares its permission, as pages do."""

    ARGUMENTS_PARSER = BodyParser()

    def __init__(self, name: str, import_name: str, *, description: str) -> None:
        super().__init__(f"api_{name}", import_name, url_prefix=PREFIX, description=description)

    def endpoint(
        self, rule: str, permission: str, method: str = "GET", *, brings_a_file: bool = False
    ) -> Callable[[View], View]:
        """Register a view for one method of `rule`. The body of one that `brings_a_file` may be larger."""

        def register(view: View) -> View:
            statuses = set(error_statuses(rule, method, permission)) - documented_statuses(view)
            declared: View = self.doc(responses={status: response_name(status) for status in sorted(statuses)})(view)
            requires(permission)(declared)
            if brings_a_file:
                setattr(declared, BRINGS_A_FILE, True)
            self.route(rule, methods=[method])(declared)
            return declared

        return register

    def parts(self, schema: Any) -> Callable[[View], View]:
        """Parse a body in parts (multipart/form-data) with `schema`, in which a file is a `FileField`."""
        parsed: Callable[[View], View] = self.arguments(schema, location="form", content_type=MULTIPART)
        return parsed

    def query(self, schema: Any) -> Callable[[View], View]:
        """Parse the query string with `schema`; an unknown parameter is refused, like an unknown field."""

        def decorate(view: View) -> View:
            parsed: View = self.arguments(schema, location="query", unknown=RAISE)(view)
            described: View = self.doc(responses={400: response_name(400)})(parsed)
            return described

        return decorate


def install_api(app: Application, blueprints: Sequence[Blueprint]) -> FederationApi:
    """Install the API on `app`, with its description at /api/v1/openapi.json."""
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
    api.ma_plugin.converter.add_attribute_function(enum_of_choices)
    with app.app_context():  # Labels of choices are lazy texts, which need an application context.
        for blueprint in blueprints:
            api.register_blueprint(blueprint)
    _make_description_public(app)
    app.register_error_handler(UnprocessableEntity, _unprocessable)
    app.register_error_handler(Unauthorized, _unauthorised)
    return api


def _make_description_public(app: Application) -> None:
    # The description holds no personal data, and clients need it before they have a token.
    serve = app.view_functions["api-docs.openapi_json"]

    @requires(PUBLIC)
    def openapi() -> Any:
        return serve()

    app.view_functions["api-docs.openapi_json"] = openapi


def _unprocessable(error: HTTPException) -> Response:
    """Answer 422; for the API, with the messages of the schema."""
    answer = error_response(422)
    messages = getattr(error, "data", {}).get("messages") if is_api_request() else None
    if messages:
        # webargs nests the messages under their location (json, query); callers do not need it.
        with_members(answer, errors={field: texts for place in messages.values() for field, texts in place.items()})
    return answer


def _unauthorised(_error: HTTPException) -> Response:
    """Answer 401; for the API, with the expected authentication scheme."""
    answer = error_response(401)
    if is_api_request():
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer
