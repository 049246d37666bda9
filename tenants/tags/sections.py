"""The tags of a person on their file."""

from collections.abc import Iterator, Mapping
from typing import Any

from clais.actor import Actor
from clais.database import ScopedSession
from clais.feature.file import Entry
from tenants.file.queries import newest
from tenants.people.models import Person


def tags_on_file(session: ScopedSession, person: Person, actor: Actor) -> Mapping[str, Any]:
    """The tags, in the order of the alphabet."""
    return {"tags": sorted(newest(session, person.id, actor)["tags"], key=lambda row: row.label.casefold())}


def no_entry(_tag: Any, _actor: Actor) -> Iterator[Entry]:
    """A tag is read with the thread, in its one statement, and is no entry of it."""
    return iter(())
