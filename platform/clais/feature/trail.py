"""What a feature puts on record, in words: for the page that shows who read and wrote what."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from clais.actor import Actor
from clais.database import ScopedSession

NamesOf = Callable[[ScopedSession, Collection[UUID]], Mapping[UUID, str]]
"""The names of some rows, as far as the tenant at work may still read them."""


class Found(NamedTuple):
    """A person whom what was typed may mean: key, name, and what tells two of one name apart."""

    key: UUID
    name: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """The people of whom a feature keeps files, in tenants of these `kinds`.

    `names` gives the name of each key that is one of theirs, or the number of the file to who may not read names;
    `matching` the people whom a name that is being typed may mean; `subjects` the keys under which a person is on
    record beside their own. `endpoint` shows a file to those who have `permission`, and takes its key as `argument`.
    """

    kinds: frozenset[str]
    names: Callable[[ScopedSession, Collection[UUID], Actor], Mapping[UUID, str]]
    matching: Callable[[ScopedSession, str, Actor], Iterable[Found]]
    subjects: Callable[[ScopedSession, UUID], Collection[UUID]]
    endpoint: str
    argument: str
    permission: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """The words of a feature's records.

    `verbs` maps each verb that it records to a sentence, a gettext id that says %(who)s and, where every record is
    about a person, %(file)s. `fields` gives the words of the names that a record's details list, in the language of
    the reader. `names` maps a type of subject to the names of its rows.
    """

    verbs: Mapping[str, str]
    fields: Callable[[], Mapping[str, str]] = dict
    names: Mapping[str, NamesOf] = field(default_factory=dict)
    register: Register | None = None
