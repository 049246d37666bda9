from typing import Any
from uuid import UUID

from flask import Response, abort, flash, request, url_for

from clais.audit.actions import record_reading
from clais.clock import today
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.services import services
from clais.text import lower_first
from clais.translation import gettext as _
from clais.web.conflicts import optimistic_write, saved_by, stale_edit
from clais.web.context import actor, database, get_or_404
from clais.web.errors import StaleEdit
from clais.web.formatting import near_day
from clais.web.rendering import redirect_after_post, render
from tenants.drafts.actions import settle
from tenants.drafts.presentation import Shown
from tenants.drafts.queries import draft_of
from tenants.follow_up import actions, queries
from tenants.follow_up.choices import CHANNELS, OUTCOMES
from tenants.follow_up.models import Contact
from tenants.follow_up.presentation import contact_version
from tenants.follow_up.schemas import (
    NEW_CONTACT,
    RETURNS,
    BackSchema,
    ContactSchema,
)
from tenants.follow_up.typed import CONTACT, CONTACT_EDIT, SEEN, seen_draft, shown, shown_beside
from tenants.people.models import Person
from tenants.people.urls import file_url

pages = Pages()


def return_url(place: str, person_id: UUID) -> str:
    """The page to which a form returns."""
    if place == "day":
        return url_for("day.my_day")
    if place == "thread":
        return url_for("follow_up.thread", person_id=person_id)
    return file_url(person_id)


@pages.form("/personnes/<uuid:person_id>/contacts/nouveau", "follow_up.write")
def new_contact(person_id: UUID) -> Response:
    """Note a contact or an attempt; the form starts with the usual answers."""
    person = get_or_404(Person, person_id)
    record_reading(database(), person.id)
    if request.method == "GET":
        place = request.args.get("back")
        form = Form(
            ContactSchema(), NEW_CONTACT | {"happened_on": today(), "back": place if place in RETURNS else "file"}
        )
        return contact_page(person, form)
    form = Form.from_request(ContactSchema(), request.form, allow=(SEEN,))
    if not form.validate():
        return contact_page(person, form, status=422)
    place = form.data.pop("back")
    contact = actions.note_contact(database(), person, actor(), **form.data)
    settle(database(), actor(), services().keyring, person.id, CONTACT, seen_draft(), "summary", contact.summary or "")
    flash(
        _(
            "%(name)s: contact noted, %(channel)s, %(outcome)s.",
            name=person.full_name,
            channel=lower_first(_(CHANNELS[contact.channel])),
            outcome=lower_first(_(OUTCOMES[contact.outcome])),
        ),
        "done",
    )
    return redirect_after_post(return_url(place, person.id))


@pages.form("/contacts/<uuid:contact_id>/modification", "follow_up.write")
def correct_contact(contact_id: UUID) -> Response:
    """Correct one's own contact within a day; what it said before is kept."""
    contact = get_or_404(Contact, contact_id)
    if not queries.may_correct(contact, actor()):
        abort(403)
    person = get_or_404(Person, contact.person_id)
    record_reading(database(), person.id)
    if request.method == "GET":
        place = request.args.get("back")
        form = Form(ContactSchema(), _values(contact) | {"back": place if place in RETURNS else "file"})
        return contact_page(person, form, contact=contact)
    form = Form.from_request(ContactSchema(), request.form, allow=(SEEN,))
    if form.version != str(contact.version):
        raise contact_conflict(form, contact)
    if not form.validate():
        return contact_page(person, form, status=422, contact=contact)
    place = form.data.pop("back")
    with optimistic_write(lambda: contact_conflict(form, get_or_404(Contact, contact_id))):
        actions.correct_contact(database(), contact, person, actor(), **form.data)
        database().flush()
    words, keys = contact.summary or "", services().keyring
    settle(database(), actor(), keys, person.id, CONTACT_EDIT, seen_draft(), "summary", words, subject_id=contact_id)
    flash(_("Contact corrected."), "done")
    return redirect_after_post(return_url(place, person.id))


def _values(contact: Contact) -> dict[str, Any]:
    return {
        name: getattr(contact, name) for name in ("channel", "outcome", "summary", "theme", "happened_on", "minutes")
    }


def contact_conflict(form: Form, contact: Contact) -> StaleEdit:
    """The conflict between a correction and a contact that changed meanwhile."""
    reload_url = url_for("follow_up.correct_contact", contact_id=contact.id)
    return stale_edit(form, _values(contact), reload_url, saved_by(contact.updated_at, contact.id))


@pages.page("/contacts/<uuid:contact_id>/versions", "follow_up.read")
def contact_versions(contact_id: UUID) -> Response:
    """What a contact says, and what it said before it was corrected. The reading is recorded."""
    contact = get_or_404(Contact, contact_id)
    person = get_or_404(Person, contact.person_id)
    record_reading(database(), person.id)
    earlier = queries.earlier_contacts(database(), contact)
    versions = [
        (contact, contact.corrected_at or contact.created_at),
        *((version, version.written_at) for version in earlier),
    ]
    return render(
        "follow_up/versions.html",
        person=person,
        heading=_("Versions of a contact"),
        author=contact.author_name,
        versions=[contact_version(version, moment) for version, moment in versions],
        back_url=url_for("follow_up.thread", person_id=person.id),
    )


def contact_page(
    person: Person, form: Form, status: int = 200, contact: Contact | None = None, draft: Shown | None = None
) -> Response:
    """The form of a contact; with `draft`, what it says of what was kept while one typed, unless it is as found now."""
    place = form["back"].value
    return render(
        "follow_up/new_contact.html",
        status=status,
        contact=contact,
        person=person,
        near_day=near_day,
        form=form,
        draft=draft or _kept(person, contact),
        back_url=return_url(place if place in RETURNS else "file", person.id),
    )


def _kept(person: Person, contact: Contact | None) -> Shown:
    if contact is None:
        return shown(person.id, CONTACT, draft_of(database(), actor(), person.id, CONTACT), seen_draft())
    kept = draft_of(database(), actor(), person.id, CONTACT_EDIT, contact.id)
    return shown_beside(CONTACT_EDIT, contact.id, kept, seen_draft())


@pages.post("/contacts/<uuid:contact_id>/retrait", "follow_up.write")
def remove_contact(contact_id: UUID) -> Response:
    """Remove one's own contact of today, noted by mistake."""
    contact = get_or_404(Contact, contact_id)
    person = get_or_404(Person, contact.person_id)
    form = Form.from_request(BackSchema(), request.form)
    if not form.validate():
        abort(400)
    try:
        actions.remove_contact(database(), contact, person, actor())
    except actions.NotYours:
        abort(403)
    flash(_("Contact taken back."), "done")
    return redirect_after_post(return_url(form.data["back"], person.id))
