"""What an address asks for after its « ? », read by a schema."""

from functools import cache
from typing import Any

from flask import abort, request
from marshmallow import Schema, ValidationError


def query_arguments(schema: type[Schema], *, refusal: int = 400) -> dict[str, Any]:
    """The arguments of the address as `schema` loads them. Answers with the status `refusal` when they do not fit it.

    Nobody types them: what does not fit is no address that a page of ours holds.
    """
    try:
        return dict(_instance(schema).load(request.args))
    except ValidationError:
        abort(refusal)


@cache
def _instance(schema: type[Schema]) -> Schema:
    # A schema copies its fields when it is made, which takes longer than to load a handful of arguments.
    return schema()
