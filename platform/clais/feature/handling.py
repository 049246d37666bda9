"""What a feature contributes when a file is closed, changes hands or stands still: what is open, due, who hears."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from sqlalchemy import BindParameter, Select
from sqlalchemy.orm import InstrumentedAttribute

from clais.actor import Actor
from clais.database import HERE, MEMBER, ScopedSession
from clais.permissions import PermissionTable

KEEP = "keep"
"""The choice that leaves an item as it is; every settlement offers it, and nothing is done for it."""


@dataclass(frozen=True, slots=True)
class OpenItem:
    """Something that is still open for a person. Nothing is proposed for it: whoever closes the file says it."""

    key: UUID
    text: str


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a feature still has open for a person, and what may become of it when their file is closed.

    `choices` maps each choice to its label, a gettext id. `settle` takes the key of an item, the choice, which is
    never `KEEP`, and the reason for which the file is closed.
    """

    name: str
    permission: str
    choices: Mapping[str, str]
    load: Callable[[ScopedSession, UUID], Iterable[OpenItem]]
    settle: Callable[[ScopedSession, Actor, UUID, str, str], None]


@dataclass(frozen=True, slots=True)
class DueDay:
    """Something that is to be done for a person by a day."""

    key: UUID
    text: str
    day: date


@dataclass(frozen=True, slots=True)
class Clock:
    """What a feature has to be done for a person by a day, which a pause puts off.

    `move` gives the day that something got, which may be an earlier one than was asked for.
    """

    name: str
    permission: str
    load: Callable[[ScopedSession, UUID], Iterable[DueDay]]
    move: Callable[[ScopedSession, Actor, UUID, date], date]


@dataclass(frozen=True, slots=True)
class Workload:
    """How busy the members of a platform are, in words by membership; members without a text are free."""

    name: str
    permission: str
    load: Callable[[ScopedSession], Mapping[UUID, str]]


Key = UUID | InstrumentedAttribute[UUID] | BindParameter[UUID]
"""A key, a column that holds one, or a parameter of a statement that is built once."""


class Reader(Protocol):
    """Who reads: an actor, or, in a statement that is built once, anyone with the same permissions."""

    @property
    def tenant_id(self) -> Key: ...
    @property
    def membership_id(self) -> Key: ...
    @property
    def permissions(self) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class Anyone:
    """Whoever has these permissions: the reader of a statement that is built once."""

    permissions: frozenset[str]
    tenant_id: Key = HERE
    membership_id: Key = MEMBER


Followers = Callable[[Key, PermissionTable], Select[tuple[UUID, UUID]]]
"""Builds the query for the pairs (`person_id`, `membership_id`) of a tenant: who hears of whom."""
