"""Statements that are built once and run for everyone: building one takes longer than running it."""

from collections.abc import Callable, Collection, Hashable
from functools import lru_cache, wraps
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, SQLColumnExpression, Uuid, bindparam, literal_column
from sqlalchemy.sql.expression import ClauseElement
from sqlalchemy.sql.visitors import iterate

Builder = TypeVar("Builder", bound=Callable[..., Any])

HERE: BindParameter[UUID] = bindparam("here", type_=Uuid())
"""The tenant at work: each run of a statement gives it."""
MEMBER: BindParameter[UUID] = bindparam("member", type_=Uuid())
"""The membership of who asks: each run gives it too."""


def built_once(build: Builder) -> Builder:
    """Keep the statement that `build` makes of some arguments, for whoever asks with the same ones.

    Raises ValueError for a statement with a key in it: the next one would be shown the rows of the first. Keys are
    parameters, such as HERE and MEMBER.
    """

    @lru_cache(maxsize=256)
    @wraps(build)
    def built(*arguments: Hashable, **named: Hashable) -> ClauseElement:
        statement: ClauseElement = build(*arguments, **named)
        if any(isinstance(part, BindParameter) and _is_key(part.value) for part in iterate(statement)):
            message = f"{build.__qualname__} keeps a statement with someone's key in it"
            raise ValueError(message)
        return statement

    return cast("Builder", built)


def _is_key(value: object) -> bool:
    many = isinstance(value, list | tuple | set | frozenset)
    return any(map(_is_key, value)) if many else isinstance(value, UUID)  # type: ignore[call-overload]


def among(column: SQLColumnExpression[str], codes: Collection[str]) -> ColumnElement[bool]:
    """Whether a column has one of these codes of the house, such as states or roles.

    They are written into the statement: as parameters they would be counted and named anew on each run, and a plan for
    any values would not know that they are few. Raises ValueError for what may not be written there.
    """
    if not all(code.isidentifier() for code in codes):
        message = "only codes are written into a statement"
        raise ValueError(message)
    return column.in_([literal_column(f"'{code}'") for code in codes])
