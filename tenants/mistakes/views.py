"""What was encoded by mistake: a file, or an entry in one, set aside with a reason, listed, restored."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for

from clais.audit.actions import record_reading
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.services import services
from clais.translation import gettext as _
from clais.web.conflicts import state_conflict
from clais.web.context import actor, database, get_or_404
from clais.web.errors import StateConflict
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.follow_up.models import Contact, Note
from tenants.intake.models import Intake
from tenants.merging.queries import files
from tenants.mistakes import actions, queries
from tenants.mistakes.models import Mistake
from tenants.mistakes.presentation import entries, lines, says_of, still_open, title_of
from tenants.mistakes.schemas import MistakeSchema
from tenants.mistakes.workflow import MISTAKE, SET_ASIDE
from tenants.people.models import Person
from tenants.people.urls import file_url

pages = Pages()
READING = "mistake.read"
_REFUSALS = {
    "set_aside": lambda: _("A colleague set it aside meanwhile."),
    "of_appointment": lambda: _("This contact belongs to an appointment: correct it there."),
    "wrong_state": lambda: _("A colleague restored it meanwhile."),
    "not_permitted": lambda: _("Your role does not allow this."),
}


@pages.page("/encodes-par-erreur", SET_ASIDE)
def index() -> Response:
    """What is set aside: what it is, why, who said so; each can be restored."""
    session = database()
    mistakes = queries.set_aside(session)
    people = files(session, *{row.person_id for row in mistakes})
    for person_id in people:
        record_reading(session, person_id, READING)
    shown = lines(mistakes, queries.subjects_of(session, mistakes), people)
    return render(
        "mistakes/index.html", lines=list(shown), restore=_(MISTAKE.label_of("restore")), most=queries.MOST_LISTED
    )


@pages.page("/personnes/<uuid:person_id>/encode-par-erreur", SET_ASIDE)
def choose(person_id: UUID) -> Response:
    """What may have been encoded by mistake in a file: the whole of it, a note, a contact, a reception."""
    person = get_or_404(Person, person_id)
    record_reading(database(), person.id)
    return render(
        "mistakes/choose.html",
        person=person,
        entries=[(one, _entry_url(one.kind, one.key)) for one in entries(queries.entries_of(database(), person.id))],
        back_url=file_url(person.id),
    )


@pages.form("/personnes/<uuid:person_id>/encode-par-erreur/dossier", SET_ASIDE)
def set_file_aside(person_id: UUID) -> Response:
    """Set a whole file aside; refused while something is under way in it."""
    person = get_or_404(Person, person_id)
    session, who = database(), actor()
    record_reading(session, person.id)
    still = still_open(actions.under_way(session, person))
    title = _("The whole file of %(name)s", name=person.full_name)
    reference = person.reference

    def set_aside(said: dict[str, Any]) -> None:
        actions.set_file_aside(session, who, person, **said)
        flash(_("Set aside: %(reference)s is in no list and no figure any more.", reference=reference), "done")

    return _asked(person, title, reference, set_aside, url_for("mistakes.index"), still)


@pages.form("/notes/<uuid:note_id>/encode-par-erreur", SET_ASIDE)
def set_note_aside(note_id: UUID) -> Response:
    """Set a note aside."""
    return _entry_aside("note", get_or_404(Note, note_id))


@pages.form("/contacts/<uuid:contact_id>/encode-par-erreur", SET_ASIDE)
def set_contact_aside(contact_id: UUID) -> Response:
    """Set a contact aside."""
    return _entry_aside("contact", get_or_404(Contact, contact_id))


@pages.form("/accueils/<uuid:intake_id>/encode-par-erreur", SET_ASIDE)
def set_intake_aside(intake_id: UUID) -> Response:
    """Set a reception aside."""
    return _entry_aside("intake", get_or_404(Intake, intake_id))


@pages.button("/encodes-par-erreur/<uuid:mistake_id>/retablissement", SET_ASIDE)
def restore(mistake_id: UUID) -> Response:
    """Let a file or an entry be read again."""
    made = get_or_404(Mistake, mistake_id)
    record_reading(database(), made.person_id, READING)
    try:
        actions.restore(database(), actor(), made, services().keyring)
    except Refused as refused:
        database().rollback()
        raise _too_late(refused, None, url_for("mistakes.index")) from None
    flash(_("Restored: it is read and counted again."), "done")
    # The file itself may still be set aside.
    return redirect_after_post(url_for("mistakes.index"))


def _entry_aside(kind: str, entry: Any) -> Response:
    person = get_or_404(Person, entry.person_id)
    session, who = database(), actor()
    record_reading(session, person.id)

    def set_aside(said: dict[str, Any]) -> None:
        actions.set_entry_aside(session, who, person, entry, **said)
        flash(_("Set aside: it is read and counted nowhere any more."), "done")

    return _asked(person, title_of(kind, entry), says_of(kind, entry), set_aside, file_url(person.id))


def _asked(
    person: Person,
    title: str,
    says: str,
    set_aside: Callable[[dict[str, Any]], None],
    next_url: str,
    still: list[str] | None = None,
) -> Response:
    """The page that asks why, and then sets aside."""
    form = Form(MistakeSchema())
    back_url = url_for("mistakes.choose", person_id=person.id)
    if request.method == "POST":
        form = Form.from_request(MistakeSchema(), request.form)
        if form.validate():
            try:
                set_aside(form.data)
                return redirect_after_post(next_url)
            except actions.StillOpen as refused:
                still = still_open(refused.under_way)
                form.add_error("reason", _("Something is still under way in this file: settle it first."))
            except Refused as refused:
                database().rollback()
                raise _too_late(refused, form, back_url) from None
    status = 422 if form.errors else 200
    return render(
        "mistakes/ask.html",
        status=status,
        person=person,
        title=title,
        says=says,
        form=form,
        still=still or [],
        whole=still is not None,
        address=request.path,
        back_url=back_url,
        file_url=file_url(person.id),
    )


def _entry_url(kind: str, key: UUID) -> str:
    values: dict[str, Any] = {f"{kind}_id": key}
    return url_for(f"mistakes.set_{kind}_aside", **values)


def _too_late(refused: Refused, form: Form | None, reload_url: str) -> StateConflict:
    why = _REFUSALS.get(refused.code, _REFUSALS["wrong_state"])()
    return state_conflict(form, [(_("Now"), why)], reload_url)
