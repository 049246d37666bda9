"""Problem details (RFC 9457) that say more than their status: which rule, and what a caller needs to go on."""

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from flask import Response, abort, json
from werkzeug.exceptions import UnprocessableEntity

from clais.web.error_texts import explanation_of
from clais.web.errors import problem

KINDS = "urn:clais:problem:"
"""Before the kind of a problem, in its `type`: what a program tells two conflicts apart by."""


def invalid(errors: Mapping[str, Sequence[str]]) -> NoReturn:
    """422: answers that cannot be kept, for a reason that their schema alone does not know; field → sentences."""
    refused = UnprocessableEntity()
    refused.data = {"messages": {"json": dict(errors)}}  # type: ignore[attr-defined]
    raise refused


def conflict(kind: str, **members: Any) -> NoReturn:
    """409: what is there stands in the way. `members` say what it is, in ids, codes and the caller's own fields."""
    abort(extended(problem(409, explanation_of(409)), type=KINDS + kind, **members))


def extended(answer: Response, **members: Any) -> Response:
    """Problem details with more members, or others."""
    answer.set_data(json.dumps({**json.loads(answer.get_data(as_text=True)), **members}))
    return answer
