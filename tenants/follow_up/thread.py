"""Notes and contacts on the thread of a file, and the pages of the whole thread."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for

from clais.actor import Actor
from clais.database import ScopedSession
from clais.dates import noon_unless_written_on
from clais.feature.file import Entry
from clais.text import excerpt, lower_first
from clais.translation import gettext as _
from clais.translation import ngettext
from tenants.file.queries import timeline
from tenants.follow_up import queries
from tenants.follow_up.choices import CHANNELS, NOTE_CLASSES, OUTCOMES, REACHED
from tenants.follow_up.models import CONFIDENCE, Contact, Note
from tenants.follow_up.presentation import corrected, theme_text

EXCERPT = 280
FIRST_READ = 80
GROWTH = 4
PAGE = 40
OWN_KINDS = ("note", "contact", "appointment")
ICONS = {
    "office": "people",
    "message": "chat-left-text",
    "email": "chat-left-text",
    "home": "house-door",
    "letter": "file-earmark-text",
}
"""The drawing of a contact by its channel; any other is a telephone."""
MOST = 6
LINE = 52
ROOM = 13
"""The file shows at most MOST entries, in some ROOM lines of LINE characters: with the plan it is one screen."""


@dataclass(frozen=True, slots=True)
class LongEntry(Entry):
    """An entry whose `body` is an excerpt of `whole`, with the id of its row and its corrections."""

    whole: str = ""
    row_id: UUID | None = None
    removable: bool = False
    corrected: str = ""
    versions_url: str = ""
    correct_url: str = ""


def readers_text(note: Note, actor: Actor) -> str:
    """The text that names the readers of a confidence, for one of them."""
    if note.author_id != actor.membership_id:
        return _("confidence shared with you")
    if not note.readers:
        return _("confidence, read by you alone")
    return ngettext(
        "confidence, read by you and a colleague", "confidence, read by you and %(num)d colleagues", len(note.readers)
    )


def note_entry(note: Any, actor: Actor) -> Iterator[Entry]:
    """A note that `actor` may read."""
    yield LongEntry(
        when=note.written_at,
        kind="note",
        title=with_theme(_("Note"), note.theme),
        by=note.author_name,
        icon="lock-fill" if note.note_class == CONFIDENCE else "chat-left-text",
        body=excerpt(note.text, EXCERPT),
        whole=note.text,
        tag=readers_text(note, actor) if note.note_class == CONFIDENCE else _shareable(note),
        tag_kind="here" if note.note_class == CONFIDENCE else "",
        url=url_for("follow_up.notes", person_id=note.person_id, _anchor=f"note-{note.id}"),
        row_id=note.id,
        corrected=corrected(note.written_at, note.corrected_at),
        versions_url=url_for("follow_up.note_versions", note_id=note.id),
        correct_url=url_for("follow_up.rewrite_note", note_id=note.id) if queries.may_rewrite(note, actor) else "",
        private=note.note_class == CONFIDENCE,
    )


def with_theme(title: str, theme: str | None) -> str:
    """The title of an entry, with what it is about: Note, mobility."""
    return f"{title}, {lower_first(theme_text(theme))}" if theme else title


def _shareable(note: Note) -> str:
    return lower_first(_(NOTE_CLASSES[note.note_class])) if note.note_class == "shareable" else ""


def contact_text(contact: Contact) -> str:
    """A contact as text: Telephone, 10 min."""
    minutes = _("%(minutes)s min", minutes=contact.minutes) if contact.minutes else ""
    return ", ".join(part for part in (_(CHANNELS.get(contact.channel, contact.channel)), minutes) if part)


def contact_entry(contact: Any, actor: Actor) -> Iterator[Entry]:
    """A contact or an attempt without an appointment; the entry of an appointment shows its own."""
    yield LongEntry(
        when=noon_unless_written_on(contact.happened_on, contact.created_at),
        kind="contact",
        title=with_theme(contact_text(contact), contact.theme),
        by=contact.author_name,
        icon=ICONS.get(contact.channel, "telephone"),
        body=contact.summary or "",
        whole=contact.summary or "",
        tag="" if contact.outcome == REACHED else lower_first(_(OUTCOMES.get(contact.outcome, contact.outcome))),
        tag_kind="wait" if contact.outcome == "wrong_details" else "",
        row_id=contact.id,
        removable=queries.may_remove(contact, actor),
        corrected=corrected(contact.created_at, contact.corrected_at),
        versions_url=url_for("follow_up.contact_versions", contact_id=contact.id),
        correct_url=url_for("follow_up.correct_contact", contact_id=contact.id, back="file")
        if queries.may_correct(contact, actor)
        else "",
    )


def beside(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that have room beside the plan: each has a head and up to two lines of text."""
    shown: list[Entry] = []
    room = ROOM
    for entry in entries:
        room -= 1 + min(2, -(-len(entry.body) // LINE))
        if len(shown) == MOST or (room < 0 and shown):
            break
        shown.append(entry)
    return shown


def _wanted(kind: str | None) -> Callable[[Entry], bool]:
    if kind is None:
        return lambda _entry: True
    if kind == "path":
        return lambda entry: entry.kind not in OWN_KINDS
    return lambda entry: entry.kind == kind


def page_of_thread(
    session: ScopedSession, person_id: UUID, actor: Actor, *, kind: str | None = None, before: datetime | None = None
) -> tuple[list[Entry], bool]:
    """The newest PAGE entries of the file older than `before`, and whether there are more.

    `kind` is note, contact, appointment, or path for all the rest. Sources return their newest entries only,
    so it reads more until the page is full or the file has no more. A file has some hundreds of entries in its life.
    """
    wanted, limit = _wanted(kind), FIRST_READ
    while True:
        entries = timeline(session, person_id, actor, limit)
        found = [entry for entry in entries if wanted(entry) and (before is None or entry.when < before)]
        if len(found) > PAGE or len(entries) < limit:
            return _cut(found), len(found) > PAGE
        limit *= GROWTH


def _cut(found: list[Entry]) -> list[Entry]:
    # Entries of the same moment stay on one page, since the next one begins strictly before the last moment.
    last = found[:PAGE][-1].when if found else None
    return [entry for place, entry in enumerate(found) if place < PAGE or entry.when == last]
