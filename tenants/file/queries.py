"""The file of a person: the sections, acts and thread entries that the manifest of each feature adds to it."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from clais import thread
from clais.actor import Actor
from clais.database import ScopedSession
from clais.feature import composition
from clais.feature.file import Act, Entry, Section, loaded
from tenants.people.models import Person

NOTE = "note"
"""The kind of entries that the overview shows with the box for a new one."""
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


def newest(session: ScopedSession, person_id: UUID, actor: Actor) -> dict[str, list[Any]]:
    """The newest rows of the thread by source, read once: each section of the file shows its own."""
    return session.read_once(f"newest of {person_id}", lambda: rows_of_thread(session, person_id, actor, LINES))


def rows_of_thread(session: ScopedSession, person_id: UUID, actor: Actor, limit: int) -> dict[str, list[Any]]:
    """Source → its newest rows, at least `limit` as far as there are, in one statement for all of them."""
    sources = {each.name: each.source for each in composition().thread if actor.may(each.permission)}
    return thread.newest(session, person_id, actor.membership_id, sources, limit)


def beside_the_notes(entries: Iterable[Entry]) -> list[Entry]:
    """The entries but for notes, newest first, with only the newest of each group."""
    shown: list[Entry] = []
    groups: set[str] = set()
    for entry in entries:
        if entry.kind == NOTE or (entry.group and entry.group in groups):
            continue
        shown.append(entry)
        groups.add(entry.group)
    return shown


def entries_of(rows: Mapping[str, list[Any]], actor: Actor) -> list[Entry]:
    """The entries of the thread that describe these rows, newest first."""
    describe = {each.name: each.describe for each in composition().thread}
    entries = [entry for name, found in rows.items() for row in found for entry in describe[name](row, actor)]
    return sorted(entries, key=lambda entry: entry.when, reverse=True)
