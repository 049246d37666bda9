"""Problem details (RFC 9457) with more than a status: the rule that was broken, and the data to continue with."""

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from flask import Response, abort, json
from werkzeug.exceptions import UnprocessableEntity

from clais.web.error_texts import explanation_of
from clais.web.errors import RETRY_SECONDS, problem

PROBLEM_TYPE_PREFIX = "urn:clais:problem:"
"""The prefix of `type`, before the kind of problem, by which programs distinguish conflicts."""


def invalid(errors: Mapping[str, Sequence[str]]) -> NoReturn:
    """Refuse with 422 for a reason that the schema does not check; `errors` is field → messages."""
    refused = UnprocessableEntity()
    refused.data = {"messages": {"json": dict(errors)}}  # type: ignore[attr-defined]
    raise refused


def conflict(kind: str, **members: Any) -> NoReturn:
    """Refuse with 409. `members` describe the conflict in ids, codes and the caller's own fields."""
    abort(with_members(problem(409, explanation_of(409)), type=PROBLEM_TYPE_PREFIX + kind, **members))


def no_room(title: str, detail: str) -> NoReturn:
    """Refuse with 507: what was sent does not fit on the disk. Nothing was written."""
    abort(with_members(problem(507, explanation_of(507)), title=title, detail=detail))


def unavailable(detail: str) -> NoReturn:
    """Refuse with 503: something that the request needs does not answer. Nothing was written."""
    answer = with_members(problem(503, explanation_of(503)), detail=detail)
    answer.headers["Retry-After"] = str(RETRY_SECONDS)
    abort(answer)


def with_members(answer: Response, **members: Any) -> Response:
    """The response with `members` added to its problem details."""
    answer.set_data(json.dumps({**json.loads(answer.get_data(as_text=True)), **members}))
    return answer
