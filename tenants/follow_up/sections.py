"""The section of the notes, on the file and on their own page."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from clais.actor import Actor
from clais.database import ScopedSession
from clais.forms.form import Form
from clais.identity.queries import members_who_may, team
from clais.services import services
from tenants.file.queries import newest
from tenants.follow_up import queries
from tenants.follow_up.choices import NOTE_ACTS, NOTE_CLASSES, NOTE_MEANINGS
from tenants.follow_up.presentation import corrected
from tenants.follow_up.schemas import note_schema
from tenants.people.models import Person

ON_THE_FILE = 4
PREFIX = "note-"
"""The prefix of the note form, because the page of the file has other forms."""


def possible_readers(session: ScopedSession, actor: Actor) -> list[tuple[str, str]]:
    """The colleagues whom a confidence may name as readers: those whose role may read notes."""
    readers = members_who_may(session, "follow_up.read", services().permissions)
    return [(str(member.id), member.display_name) for member in readers if member.id != actor.membership_id]


def section(
    session: ScopedSession, person: Person, actor: Actor, form: Form | None = None, notes: Sequence[Any] | None = None
) -> Mapping[str, Any]:
    """The notes of a file, `notes` or the newest ones, with the form for a new one."""
    if notes is not None:
        return _section_of(session, person, actor, notes, form=form)
    found = queries.notes_of(session, person.id, limit=ON_THE_FILE + 1)
    return _section_of(session, person, actor, found[:ON_THE_FILE], more=len(found) > ON_THE_FILE, form=form)


def on_the_file(session: ScopedSession, person: Person, actor: Actor) -> Mapping[str, Any]:
    """The section of the notes on the file."""
    found = newest(session, person.id, actor)["notes"]
    return _section_of(session, person, actor, found[:ON_THE_FILE], more=len(found) > ON_THE_FILE)


def _section_of(
    session: ScopedSession,
    person: Person,
    actor: Actor,
    notes: Sequence[Any],
    *,
    more: bool = False,
    form: Form | None = None,
) -> Mapping[str, Any]:
    return {
        "notes": notes,
        "more": more,
        "form": form or Form(note_schema(possible_readers(session, actor)), prefix=PREFIX),
        "names": {member.id: member.display_name for member in team(session)},
        "classes": NOTE_CLASSES,
        "acts": NOTE_ACTS,
        "meanings": NOTE_MEANINGS,
        "may_write": actor.may("follow_up.write"),
        "rewritable": {note.id for note in notes if queries.may_rewrite(note, actor)},
        "corrected": corrected,
        "all_url": url_for("follow_up.notes", person_id=person.id),
    }
