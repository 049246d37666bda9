"""The box for a new note with the thread, on the file; the notes in full, on their own page."""

from collections.abc import Mapping, Sequence
from typing import Any

from clais.actor import Actor
from clais.database import ScopedSession
from clais.forms.form import Form
from clais.identity.queries import members_who_may, team
from clais.services import services
from tenants.file.queries import entries_of, in_sight, newest, number_of_entries
from tenants.follow_up import queries
from tenants.follow_up.choices import NOTE_ACTS, NOTE_CLASSES, NOTE_MEANINGS
from tenants.follow_up.presentation import corrected, theme_text
from tenants.follow_up.schemas import note_schema
from tenants.follow_up.thread import beside
from tenants.follow_up.typed import NOTE, NOTE_PREFIX, shown
from tenants.people.models import Person


def possible_readers(session: ScopedSession, actor: Actor) -> list[tuple[str, str]]:
    """The colleagues whom a confidence may name as readers: those whose role may read notes."""
    readers = members_who_may(session, "follow_up.read", services().permissions)
    return [(str(member.id), member.display_name) for member in readers if member.id != actor.membership_id]


def on_the_file(
    session: ScopedSession,
    person: Person,
    actor: Actor,
    form: Form | None = None,
    *,
    seen: int = 0,
    ahead: bool = False,
) -> Mapping[str, Any]:
    """The box for a new note, and the newest entries of the thread.

    `seen` is the version of the draft that the form holds, `ahead` says that it holds more.
    """
    found = newest(session, person.id, actor)
    entries = in_sight(entries_of(found, actor))
    kept = next((draft for draft in found.get("drafts", ()) if draft.form == NOTE), None)
    return {
        "form": form or Form(note_schema(possible_readers(session, actor)), prefix=NOTE_PREFIX),
        "acts": NOTE_ACTS,
        "meanings": NOTE_MEANINGS,
        "may_write": actor.may("follow_up.write"),
        "draft": shown(person.id, NOTE, kept, seen, ahead=ahead),
        "entries": beside(entries),
        "total": number_of_entries(found, actor),
    }


def notes_in_full(session: ScopedSession, actor: Actor, notes: Sequence[Any]) -> Mapping[str, Any]:
    """Notes with their readers and what the actor may do with them."""
    return {
        "notes": notes,
        "names": {member.id: member.display_name for member in team(session)},
        "classes": NOTE_CLASSES,
        "rewritable": {note.id for note in notes if queries.may_rewrite(note, actor)},
        "corrected": corrected,
        "theme_text": theme_text,
    }
