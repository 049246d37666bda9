"""What someone types while they correct a note or a contact: kept for them alone, taken up, thrown away."""

from uuid import UUID

from flask import Response, abort, flash, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.audit.actions import record_reading
from clais.feature.pages import Pages
from clais.translation import gettext as _
from clais.web.context import actor, database, get_or_404
from clais.web.rendering import is_partial_request, redirect_after_post, render
from tenants.drafts import actions
from tenants.drafts.presentation import Shown
from tenants.follow_up import queries, sections
from tenants.follow_up.models import Contact, Note
from tenants.follow_up.typed import CONTACT_EDIT, NOTE_EDIT, form_of, shown_beside
from tenants.follow_up.views.contacts import contact_conflict, contact_page
from tenants.follow_up.views.drafts import keep_typed, taken_up
from tenants.follow_up.views.notes import note_conflict, rewriting_page
from tenants.people.models import Person

pages = Pages()
WRITE = "follow_up.write"
OF_A_NOTE = "/notes/<uuid:note_id>/modification/brouillon"
OF_A_CONTACT = "/contacts/<uuid:contact_id>/modification/brouillon"


@pages.post(OF_A_NOTE, WRITE)
def keep_note_correction(note_id: UUID) -> Response:
    """Keep what is typed so far in the correction of one's own note."""
    note = _own_note(note_id)
    return _keep(NOTE_EDIT, note)


@pages.post(OF_A_CONTACT, WRITE)
def keep_contact_correction(contact_id: UUID) -> Response:
    """Keep what is typed so far in the correction of one's own contact."""
    return _keep(CONTACT_EDIT, _own_contact(contact_id))


def _keep(which: str, entry: Note | Contact) -> Response:
    person = get_or_404(Person, entry.person_id)
    life = queries.TO_CORRECT  # Nobody corrects it after that.
    return keep_typed(
        person, which, lambda draft: shown_beside(which, entry.id, draft, 0), subject_id=entry.id, life=life
    )


@pages.post(f"{OF_A_NOTE}/reprise", WRITE)
def resume_note_correction(note_id: UUID) -> Response:
    """The correction with what was kept; beside the note as it stands, when that changed meanwhile."""
    note = _own_note(note_id)
    person = get_or_404(Person, note.person_id)
    record_reading(database(), person.id)
    draft, values, ahead = taken_up(person, NOTE_EDIT, note.id)
    form = form_of(NOTE_EDIT, values, colleagues=sections.possible_readers(database(), actor()))
    if form.version not in {None, str(note.version)}:
        raise note_conflict(form, note)
    held = shown_beside(NOTE_EDIT, note.id, draft, draft.version if draft else 0, ahead=ahead)
    return rewriting_page(person, note, form, draft=held)


@pages.post(f"{OF_A_CONTACT}/reprise", WRITE)
def resume_contact_correction(contact_id: UUID) -> Response:
    """The correction with what was kept; beside the contact as it stands, when that changed meanwhile."""
    contact = _own_contact(contact_id)
    person = get_or_404(Person, contact.person_id)
    record_reading(database(), person.id)
    draft, values, ahead = taken_up(person, CONTACT_EDIT, contact.id)
    form = form_of(CONTACT_EDIT, values)
    if form.version not in {None, str(contact.version)}:
        raise contact_conflict(form, contact)
    held = shown_beside(CONTACT_EDIT, contact.id, draft, draft.version if draft else 0, ahead=ahead)
    return contact_page(person, form, contact=contact, draft=held)


@pages.button(f"{OF_A_NOTE}/rejet", WRITE)
def drop_note_correction(note_id: UUID) -> AnyResponse:
    """Throw away what was kept; the note stands, and what the page holds stays there."""
    note = _own_note(note_id)
    return _drop(NOTE_EDIT, note, url_for("follow_up.rewrite_note", note_id=note.id))


@pages.button(f"{OF_A_CONTACT}/rejet", WRITE)
def drop_contact_correction(contact_id: UUID) -> AnyResponse:
    """The same of a contact."""
    contact = _own_contact(contact_id)
    return _drop(CONTACT_EDIT, contact, url_for("follow_up.correct_contact", contact_id=contact.id))


def _drop(which: str, entry: Note | Contact, back: str) -> AnyResponse:
    actions.throw_away(database(), actor(), entry.person_id, which, entry.id)
    flash(_("The draft is thrown away."), "done")
    if is_partial_request():
        nothing: Shown = shown_beside(which, entry.id, None, 0)
        return render("drafts/_draft.html", "drafts/_draft.html", draft=nothing)
    return redirect_after_post(back)


def _own_note(note_id: UUID) -> Note:
    note = get_or_404(Note, note_id)
    return note if queries.may_rewrite(note, actor()) else abort(403)


def _own_contact(contact_id: UUID) -> Contact:
    contact = get_or_404(Contact, contact_id)
    return contact if queries.may_correct(contact, actor()) else abort(403)
