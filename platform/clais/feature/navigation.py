"""What a feature puts on every page: entries of the rail, the search and the primary act at the head."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import BindParameter, ScalarSelect

Count = Callable[[BindParameter[UUID], BindParameter[UUID]], ScalarSelect[int]]
"""Gives the query of how much waits for a tenant and one of its members."""


@dataclass(frozen=True, slots=True)
class RailEntry:
    """A page on the rail. `label` is a gettext id; `kinds` are the kinds of tenant in which it stands.

    `count` is the query of how much waits there; a `wide` entry shows on wide screens only.
    """

    label: str
    icon: str
    endpoint: str
    permission: str
    kinds: frozenset[str]
    order: int
    wide: bool = False
    count: Count | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """The search at the head of every page: POST, field `q`. The first whose permission someone has is theirs."""

    endpoint: str
    permission: str


@dataclass(frozen=True, slots=True)
class PrimaryAct:
    """The one act at the head of every page. `label` is a gettext id."""

    label: str
    endpoint: str
    permission: str


@dataclass(frozen=True, slots=True)
class SubjectPage:
    """Where a notification about a `subject_type` leads, for those who have `permission`.

    `argument` is the name of the endpoint's parameter that takes the subject's id. Two features may show the same
    type, each to its own roles; the first whose permission the reader has is used.
    """

    subject_type: str
    endpoint: str
    argument: str
    permission: str
