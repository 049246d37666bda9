"""The file of a person is one page, made of what each feature has to say: features register, `people` composes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from clais.database import ScopedSession
from clais.identity.actor import Actor
from clais.identity.models import Membership
from clais.identity.queries import colleagues
from tenants.people import threads
from tenants.people.models import Person
from tenants.people.threads import Source


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
    load: Callable[[ScopedSession, Person, Actor], Mapping[str, Any] | None]


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
    """One line of the timeline. `kind` is the feature's own word, for filtering; a `private` one is not printed."""

    when: datetime
    kind: str
    title: str
    body: str = ""
    tag: str = ""
    tag_kind: str = ""
    url: str | None = None
    private: bool = False


LINES = 12
"""Lines of the thread on the file; the whole thread has a page of its own."""
Answer = TypeVar("Answer")
Teller = Callable[[Any, Actor], Iterable[Entry]]
"""Puts one row of a source in words, for who reads it: no entry, one or two."""

_sections: dict[str, Section] = {}
_acts: dict[str, Act] = {}
_sources: dict[str, tuple[str, Source, Teller]] = {}


def read_once(session: ScopedSession, name: str, read: Callable[[], Answer]) -> Answer:
    """What `read` gives, asked once per request: a section and the timeline often show the same rows."""
    answers: dict[str, Any] = session.info.setdefault("read once for the file", {})
    if name not in answers:
        answers[name] = read()
    found: Answer = answers[name]
    return found


def add_section(section: Section) -> None:
    """Put a part on the file."""
    _sections[section.name] = section


def add_act(act: Act) -> None:
    """Put a button at the head of the file."""
    _acts[act.endpoint] = act


def add_timeline_source(name: str, permission: str, source: Source, tell: Teller) -> None:
    """Let the newest rows of `source`, put in words by `tell`, stand on the timeline."""
    _sources[name] = (permission, source, tell)


def team(session: ScopedSession) -> list[Membership]:
    """The members of the tenant at work, by name: several parts of the file name them."""
    return read_once(session, "team", lambda: colleagues(session))


def sections(session: ScopedSession, person: Person, actor: Actor) -> list[tuple[Section, Mapping[str, Any]]]:
    """The parts of the file that `actor` may read, loaded, in order."""
    loaded = []
    for section in sorted(_sections.values(), key=lambda s: s.order):
        if actor.may(section.permission):
            content = section.load(session, person, actor)
            if content is not None:
                loaded.append((section, content))
    return loaded


def acts(person: Person, actor: Actor) -> list[Act]:
    """The buttons that make sense for this file and this actor, in order."""
    return [
        act
        for act in sorted(_acts.values(), key=lambda a: a.order)
        if actor.may(act.permission) and person.stage in act.stages
    ]


def timeline(session: ScopedSession, person_id: UUID, actor: Actor, limit: int = LINES) -> list[Entry]:
    """The newest `limit` entries of every source that `actor` may read, newest first."""
    return told(happenings(session, person_id, actor, limit), actor)[:limit]


def newest(session: ScopedSession, person_id: UUID, actor: Actor) -> dict[str, list[Any]]:
    """What stands on the file itself, read once: its parts show the newest rows of the thread, each its own."""
    return read_once(session, f"newest of {person_id}", lambda: happenings(session, person_id, actor, LINES))


def happenings(session: ScopedSession, person_id: UUID, actor: Actor, limit: int) -> dict[str, list[Any]]:
    """Source → its newest rows, at least `limit` as far as there are, in one statement for all of them."""
    sources = {name: source for name, (permission, source, _tell) in _sources.items() if actor.may(permission)}
    return threads.newest(session, person_id, actor.membership_id, sources, limit)


def told(rows: Mapping[str, list[Any]], actor: Actor) -> list[Entry]:
    """What happened in words, newest first."""
    entries = [entry for name, found in rows.items() for row in found for entry in _sources[name][2](row, actor)]
    return sorted(entries, key=lambda e: e.when, reverse=True)
