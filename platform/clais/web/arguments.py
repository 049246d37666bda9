"""The query arguments of a URL, loaded by a schema."""

from typing import Any

from flask import abort, request
from marshmallow import Schema, ValidationError

from clais.forms.schemas import shared


def query_arguments(schema: type[Schema], *, refusal: int = 400) -> dict[str, Any]:
    """The query arguments as `schema` loads them. Answers with the status `refusal` when they are not valid.

    Nobody types them: no page of ours links to a URL with invalid ones.
    """
    try:
        return dict(shared(schema).load(request.args))
    except ValidationError:
        abort(refusal)
