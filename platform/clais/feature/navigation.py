"""What a feature contributes to every page: entries of the rail, the search and the primary action."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ScalarSelect

from clais.actor import Actor
from clais.database import ScopedSession
from clais.feature.handling import Reader

Count = Callable[[Reader], ScalarSelect[int] | None]
"""Builds the query that counts the waiting items of a tenant and one of its members, whose ids are parameters.

None when nothing can wait for whoever has the permissions of the reader.
"""


@dataclass(frozen=True, slots=True)
class RailEntry:
    """A link on the rail. `label` is a gettext id; `kinds` are the kinds of tenant that show it.

    `count` builds the query of the number beside it. On a phone a `wide` entry is behind « More », and so is one for
    which those before it leave no room.
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
    """The search at the top of every page: POST, field `q`. Members get the first that they have the permission for.

    `proposals` answers the same field with options of a combobox, whose values are addresses.
    """

    endpoint: str
    permission: str
    proposals: str


@dataclass(frozen=True, slots=True)
class PrimaryAct:
    """The one action at the top of every page. `label` is a gettext id."""

    label: str
    endpoint: str
    permission: str


Describe = Callable[[ScopedSession, Collection[UUID], Actor], Mapping[UUID, str]]
"""Subjects → what they are about, as far as the reader may still read it."""
Remark = Callable[[ScopedSession, Collection[str], Actor], Mapping[str, str]]
"""Keys of notifications → what is said with them, as far as the reader may still read it."""


@dataclass(frozen=True, slots=True)
class SubjectPage:
    """The page that a notification about a `subject_type` links to, for members with `permission`.

    `argument` is the parameter of the endpoint that takes the subject's id. Two features may show the same type to
    different roles; the first one that the reader has the permission for is used.

    `describe` says in words what some subjects are about, such as a person and a scheme. It is asked when the
    notification is read, so that row security decides; the notification itself stores no name. `remark` likewise adds
    what someone wrote to whoever is notified.
    """

    subject_type: str
    endpoint: str
    argument: str
    permission: str
    describe: Describe | None = None
    remark: Remark | None = None
