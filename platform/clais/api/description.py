"""The parts of the API description that every route shares: authentication and error responses."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from flask_smorest import Api
from marshmallow import fields

from clais.feature.pages import PUBLIC, SIGNED_IN
from clais.forms.choices import OneChoice, choice_values

BEARER = {"type": "http", "scheme": "bearer", "description": "A token made by `clais token create` for one membership."}
PROBLEM_TYPE = "application/problem+json"
PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "description": "`about:blank`, or a kind of problem that has members of its own."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "reference": {"type": "string", "description": "Identifies the request in our log."},
        "errors": {
            "type": "object",
            "description": "What to correct: field → messages, nested like the fields.",
            "additionalProperties": True,
        },
    },
}
ERROR_DESCRIPTIONS: dict[int, str] = {
    400: "Invalid JSON, a cursor of another list, or a key that is no UUID.",
    401: "No token, or an unknown, expired or revoked one, or one of an ended membership.",
    403: "The token, or the role of its membership, does not have the permission.",
    404: "Not found; the response is the same for an object of another tenant.",
    409: "The request conflicts with the current state; nothing was written.",
    413: "The body is too large.",
    415: "The content type is not the one that is described.",
    422: "A field is unknown or invalid: `errors` says which, and why.",
}
DEFAULT_ERROR_DESCRIPTION = (
    "Any other error: too many requests, an internal error, or a database that is temporarily unavailable."
)
IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "format": "uuid"},
    "description": "A key writes once: a repeated request is redirected (303) to the result of the first one.",
}


class FederationApi(Api):
    """flask-smorest without its own error handlers and responses: `clais.web.errors` answers errors, in one format."""

    def _register_error_handlers(self) -> None:
        pass

    def _register_responses(self) -> None:
        problem = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        self.spec.components.schema("Problem", PROBLEM)
        for status, description in ERROR_DESCRIPTIONS.items():
            self.spec.components.response(
                response_name(status), {"description": description, "content": problem}, lazy=True
            )
        self.spec.components.response(
            self.DEFAULT_ERROR_RESPONSE_NAME, {"description": DEFAULT_ERROR_DESCRIPTION, "content": problem}, lazy=True
        )

    def _register_etag_headers(self) -> None:
        """Do nothing: an ETag would reveal that two readers got the same content."""

    def _register_pagination_header(self) -> None:
        """Do nothing: lists have a cursor and no count."""


def enum_of_choices(_converter: object, field: fields.Field[Any], **_options: object) -> dict[str, Any]:
    """The codes of a field with choices, as an OpenAPI enum."""
    if not isinstance(field, OneChoice):
        return {}
    codes: list[str | None] = [*choice_values(field.metadata["choices"])]
    return {"enum": [*codes, None] if field.allow_none else codes}


def response_name(status: int) -> str:
    """The component name of a response in the description."""
    return HTTPStatus(status).name


def error_statuses(rule: str, method: str, permission: str) -> Iterator[int]:
    """The error statuses of a route, besides those of its own schemas."""
    if permission != PUBLIC:
        yield 401
        if permission != SIGNED_IN:
            yield 403
    if "<" in rule:
        yield 404
    if method != "GET":
        yield from (400, 409, 413, 415)


def documented_statuses(view: Any) -> set[int]:
    """The statuses that a view documents itself."""
    return {int(status) for status in getattr(view, "_apidoc", {}).get("response", {}).get("responses", {})}
