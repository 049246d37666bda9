"""What the description of the API says of every route without being told: how to authenticate, and how it refuses."""

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
        "reference": {"type": "string", "description": "Stands in our log beside the request."},
        "errors": {
            "type": "object",
            "description": "What to correct: field → messages, nested like the fields.",
            "additionalProperties": True,
        },
    },
}
REFUSALS: dict[int, str] = {
    400: "Not understood: JSON that cannot be read, a cursor of another list, a key that is no UUID.",
    401: "No token, or one that is wrong, expired, revoked or of a membership that ended.",
    403: "The token or the role of its membership does not allow it.",
    404: "There is no such thing here; what is another tenant's answers the same.",
    409: "What is there stands in the way; nothing was written.",
    413: "The body is larger than what is received.",
    415: "The body is not said to be JSON.",
    422: "A field is unknown or its answer cannot be kept: `errors` says which, and why.",
}
OTHERWISE = "Any other refusal or fault: too many requests, a fault on our side, a database that is away for a moment."
IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "format": "uuid"},
    "description": "The same key writes once: whoever sends it again is shown where the first time led (303).",
}


class FederationApi(Api):
    """flask-smorest with the problems of the house: it answers errors in one place, and they have one shape."""

    def _register_error_handlers(self) -> None:
        pass

    def _register_responses(self) -> None:
        problem = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        self.spec.components.schema("Problem", PROBLEM)
        for status, words in REFUSALS.items():
            self.spec.components.response(name_of(status), {"description": words, "content": problem}, lazy=True)
        self.spec.components.response(
            self.DEFAULT_ERROR_RESPONSE_NAME, {"description": OTHERWISE, "content": problem}, lazy=True
        )

    def _register_etag_headers(self) -> None:
        """No answer has a tag: a tag would tell that what someone else holds is the same."""

    def _register_pagination_header(self) -> None:
        """Lists give a cursor and no count."""


def codes_of(_converter: object, field: fields.Field[Any], **_options: object) -> dict[str, Any]:
    """The codes that a field with declared answers takes: nobody should have to guess them."""
    if not isinstance(field, OneChoice):
        return {}
    codes: list[str | None] = [*choice_values(field.metadata["choices"])]
    return {"enum": [*codes, None] if field.allow_none else codes}


def name_of(status: int) -> str:
    """The name under which an answer stands in the description."""
    return HTTPStatus(status).name


def refusals_of(rule: str, method: str, permission: str) -> Iterator[int]:
    """The statuses with which a route may refuse, beside those of its own schemas."""
    if permission != PUBLIC:
        yield 401
        if permission != SIGNED_IN:
            yield 403
    if "<" in rule:
        yield 404
    if method != "GET":
        yield from (400, 409, 413, 415)


def documented(view: Any) -> set[int]:
    """The statuses of which a view says more than that it may refuse with them."""
    return {int(status) for status in getattr(view, "_apidoc", {}).get("response", {}).get("responses", {})}
