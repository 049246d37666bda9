"""What a feature puts on the file of a person: sections, acts and entries of the thread."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clais.actor import Actor
from clais.database import ScopedSession
from clais.thread import Source


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the file: `load` reads what `template` (`<feature>/_x.html`) shows, under the name `section`.

    A section whose `load` answers None is not shown. `column` is main or aside.
    """

    name: str
    order: int
    column: str
    permission: str
    template: str
    load: Callable[[ScopedSession, Any, Actor], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Act:
    """A button at the head of the file. `endpoint` takes `person_id`; `stages` are those in which it makes sense."""

    label: str
    endpoint: str
    permission: str
    order: int
    stages: frozenset[str]
    primary_in: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the thread. `kind` is the feature's own word, for filtering; a `private` one is not printed."""

    when: datetime
    kind: str
    title: str
    body: str = ""
    tag: str = ""
    tag_kind: str = ""
    url: str | None = None
    private: bool = False


Describe = Callable[[Any, Actor], Iterable[Entry]]
"""Puts one row of a source in words, for who reads it: no entry, one or two."""


@dataclass(frozen=True, slots=True)
class ThreadSource:
    """The newest rows of `source` on the thread of a file, put in words, for those who have `permission`."""

    name: str
    permission: str
    source: Source
    describe: Describe
