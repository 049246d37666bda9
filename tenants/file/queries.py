"""The file of a person: the sections, acts and thread entries that the manifest of each feature adds to it."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from clais import thread
from clais.actor import Actor
from clais.clock import now
from clais.database import ScopedSession
from clais.feature import composition
from clais.feature.file import Act, Entry, Section, loaded
from clais.thread import Rows
from tenants.people.models import Person

AHEAD = "appointment"
"""The kind of entries that may be to come: those stand with what comes next."""
LINES = 12
"""Lines of the thread on the file; the whole thread has a page of its own."""


def sections(session: ScopedSession, person: Person, actor: Actor) -> list[tuple[Section, Mapping[str, Any]]]:
    """The parts of the file that `actor` may read, loaded, in order."""
    return loaded(composition().sections, session, person, actor)


def acts(person: Person, actor: Actor) -> list[Act]:
    """The buttons of this file that this actor may use, in order."""
    return [act for act in composition().acts if actor.may(act.permission) and act.is_in(person.stage)]


def timeline(session: ScopedSession, person_id: UUID, actor: Actor, limit: int = LINES) -> list[Entry]:
    """The newest `limit` entries of every source that `actor` may read, newest first."""
    return entries_of(rows_of_thread(session, person_id, actor, limit), actor)[:limit]


def newest(session: ScopedSession, person_id: UUID, actor: Actor) -> dict[str, Rows]:
    """The newest rows of the thread by source, read once: each section of the file shows its own."""
    return session.read_once(f"newest of {person_id}", lambda: rows_of_thread(session, person_id, actor, LINES))


def rows_of_thread(session: ScopedSession, person_id: UUID, actor: Actor, limit: int) -> dict[str, Rows]:
    """Source → its newest rows, at least `limit` as far as there are, in one statement for all of them."""
    sources = {each.name: each.source for each in composition().thread if actor.may(each.permission)}
    return thread.newest(session, person_id, actor.membership_id, sources, limit)


def in_sight(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that happened already, newest first, with only the newest of each group."""
    shown: list[Entry] = []
    groups: set[str] = set()
    for entry in entries:
        is_ahead = entry.kind == AHEAD and entry.when > now()
        if is_ahead or (entry.group and entry.group in groups):
            continue
        shown.append(entry)
        groups.add(entry.group)
    return shown


def number_of_entries(rows: Mapping[str, Rows], actor: Actor) -> int:
    """How many entries the whole thread has: rows that are not loaded are one entry each."""
    return len(entries_of(rows, actor)) + sum(found.total - len(found) for found in rows.values())


def entries_of(rows: Mapping[str, Rows], actor: Actor) -> list[Entry]:
    """The entries of the thread that describe these rows, newest first."""
    describe = {each.name: each.describe for each in composition().thread}
    entries = [entry for name, found in rows.items() for row in found for entry in describe[name](row, actor)]
    return sorted(entries, key=lambda entry: entry.when, reverse=True)
