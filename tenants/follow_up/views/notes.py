from typing import Any
from uuid import UUID

from flask import Response, abort, flash, request, url_for

from clais.audit.actions import record_reading
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.services import services
from clais.translation import gettext as _
from clais.web.arguments import query_arguments
from clais.web.conflicts import optimistic_write, saved_by, stale_edit
from clais.web.context import actor, database, get_or_404
from clais.web.cursors import after_moment, write_cursor
from clais.web.errors import StaleEdit
from clais.web.rendering import is_partial_request, redirect_after_post, render
from tenants.drafts.actions import settle
from tenants.drafts.presentation import Shown
from tenants.drafts.queries import draft_of
from tenants.follow_up import actions, queries, sections
from tenants.follow_up.models import Note
from tenants.follow_up.presentation import note_version
from tenants.follow_up.schemas import (
    NoteSearchSchema,
    NotesSchema,
    note_schema,
)
from tenants.follow_up.typed import NOTE, NOTE_EDIT, NOTE_PREFIX, SEEN, seen_draft, shown_beside
from tenants.intake.models import Intake
from tenants.people.lookups import theirs_or_404
from tenants.people.models import Person
from tenants.people.urls import file_url

pages = Pages()


@pages.page("/personnes/<uuid:person_id>/notes", "follow_up.read")
def notes(person_id: UUID) -> Response:
    """The notes of a file that the actor may read, in full. The reading is recorded."""
    person = get_or_404(Person, person_id)
    after = after_moment(query_arguments(NotesSchema)["after"])
    session, who = database(), actor()
    record_reading(session, person.id)
    found = queries.notes_of(session, person.id, after=after, limit=queries.NOTES_PAGE + 1)
    page = found[: queries.NOTES_PAGE]
    more = len(found) > queries.NOTES_PAGE
    following = write_cursor(page[-1].written_at, page[-1].id) if more else None
    return render(
        "follow_up/notes.html",
        person=person,
        section=sections.notes_in_full(session, who, page),
        search=Form(NoteSearchSchema()),
        number=queries.number_of_notes(session, person.id),
        next_url=url_for("follow_up.notes", person_id=person.id, after=following) if following else None,
        first_url=url_for("follow_up.notes", person_id=person.id) if after else None,
    )


@pages.post("/personnes/<uuid:person_id>/notes/recherche", "follow_up.read")
def search_notes(person_id: UUID) -> Response:
    """Look for words in the notes of one file, or those about a theme. The search is sent in the body."""
    person = get_or_404(Person, person_id)
    session, who = database(), actor()
    record_reading(session, person.id)
    form = Form.from_request(NoteSearchSchema(), request.form)
    found = []
    if form.validate():
        asked = form.data
        found = queries.notes_of(session, person.id, words=asked["q"], theme=asked["theme"], limit=queries.MOST_FOUND)
    return render(
        "follow_up/notes.html",
        person=person,
        section=sections.notes_in_full(session, who, found),
        search=form,
        number=len(found),
        next_url=None,
        first_url=url_for("follow_up.notes", person_id=person.id),
    )


@pages.post("/personnes/<uuid:person_id>/notes", "follow_up.write")
def write_note(person_id: UUID) -> Response:
    """Save a note; the pressed button gives its class."""
    person = get_or_404(Person, person_id)
    session, who = database(), actor()
    record_reading(session, person.id)
    schema = note_schema(sections.possible_readers(session, who))
    form = Form.from_request(schema, request.form, prefix=NOTE_PREFIX, allow=(SEEN,))
    if not form.validate():
        content = sections.on_the_file(session, person, who, form, seen=seen_draft())
        return render("follow_up/refused.html", "follow_up/_notes.html", status=422, person=person, section=content)
    data = form.data
    actions.write_note(
        session,
        person,
        who,
        text=data["text"],
        note_class=data["note_class"],
        readers=[UUID(key) for key in data["readers"]],
        theme=data["theme"],
    )
    settle(session, who, services().keyring, person.id, NOTE, seen_draft(), f"{NOTE_PREFIX}text", data["text"])
    flash(_("Note saved."), "done")
    if is_partial_request():
        content = sections.on_the_file(session, person, who)
        return render("follow_up/_notes.html", "follow_up/_notes.html", person=person, section=content)
    return redirect_after_post(file_url(person.id, "notes"))


@pages.button("/personnes/<uuid:person_id>/accueils/<uuid:intake_id>/urgence", "follow_up.write")
def settle_urgent(person_id: UUID, intake_id: UUID) -> Response:
    """Say that what could not wait is settled: a note keeps what it was."""
    person = get_or_404(Person, person_id)
    intake = theirs_or_404(person, get_or_404(Intake, intake_id))
    record_reading(database(), person.id)
    actions.settle_urgent(database(), person, actor(), intake)
    flash(_("It is settled: a note keeps what it was."), "done")
    return redirect_after_post(file_url(person.id))


@pages.form("/notes/<uuid:note_id>/modification", "follow_up.write")
def rewrite_note(note_id: UUID) -> Response:
    """Correct one's own note within a day; what it said before is kept."""
    note = get_or_404(Note, note_id)
    session, who = database(), actor()
    if not queries.may_rewrite(note, who):
        abort(403)
    person = get_or_404(Person, note.person_id)
    record_reading(session, person.id)
    schema = note_schema(sections.possible_readers(session, who))
    if request.method == "GET":
        return rewriting_page(person, note, Form(schema, _values(note)))
    form = Form.from_request(schema, request.form, allow=(SEEN,))
    if form.version != str(note.version):
        raise note_conflict(form, note)
    if not form.validate():
        return rewriting_page(person, note, form, 422)
    data = form.data
    with optimistic_write(lambda: note_conflict(form, get_or_404(Note, note_id))):
        actions.rewrite_note(
            session,
            note,
            who,
            text=data["text"],
            note_class=data["note_class"],
            readers=[UUID(key) for key in data["readers"]],
            theme=data["theme"],
        )
    settle(
        session, who, services().keyring, person.id, NOTE_EDIT, seen_draft(), "text", data["text"], subject_id=note_id
    )
    flash(_("Note corrected."), "done")
    return redirect_after_post(_place_of(note))


def rewriting_page(person: Person, note: Note, form: Form, status: int = 200, draft: Shown | None = None) -> Response:
    """The form of the correction of a note; with `draft`, what it says of what was kept, unless it is as found now."""
    kept = draft_of(database(), actor(), person.id, NOTE_EDIT, note.id)
    return render(
        "follow_up/rewrite_note.html",
        status=status,
        person=person,
        note=note,
        form=form,
        draft=draft or shown_beside(NOTE_EDIT, note.id, kept, seen_draft()),
        back_url=_place_of(note),
    )


def _place_of(note: Note) -> str:
    return url_for("follow_up.notes", person_id=note.person_id, _anchor=f"note-{note.id}")


@pages.page("/notes/<uuid:note_id>/versions", "follow_up.read")
def note_versions(note_id: UUID) -> Response:
    """What a note says, and what it said before it was corrected. The reading is recorded."""
    note = get_or_404(Note, note_id)
    person = get_or_404(Person, note.person_id)
    record_reading(database(), person.id)
    earlier = queries.earlier_notes(database(), note)
    versions = [(note, note.corrected_at or note.written_at), *((version, version.written_at) for version in earlier)]
    return render(
        "follow_up/versions.html",
        person=person,
        heading=_("Versions of a note"),
        author=note.author_name,
        versions=[note_version(version, moment) for version, moment in versions],
        back_url=_place_of(note),
    )


def _values(note: Note) -> dict[str, Any]:
    readers = [str(reader) for reader in note.readers]
    return {"text": note.text, "theme": note.theme, "note_class": note.note_class, "readers": readers}


def note_conflict(form: Form, note: Note) -> StaleEdit:
    """The conflict between a correction and a note that changed meanwhile."""
    reload_url = url_for("follow_up.rewrite_note", note_id=note.id)
    return stale_edit(form, _values(note), reload_url, saved_by(note.updated_at, note.id))
