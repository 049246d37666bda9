"""Who follows a file: taking it over, and handing it to a colleague."""

from collections.abc import Mapping
from uuid import UUID

from flask import Response, flash, request, url_for

from clais.audit.actions import record_reading
from clais.feature import composition
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.identity.models import Membership
from clais.identity.queries import members_to_name
from clais.services import services
from clais.translation import gettext as _
from clais.web.conflicts import optimistic_write, saved_by
from clais.web.context import actor, database, get_or_404
from clais.web.errors import StateConflict
from clais.web.rendering import redirect_after_post, render
from tenants.people import actions, mails
from tenants.people.following import FOLLOWS_UP
from tenants.people.models import Person
from tenants.people.schemas import referent_schema
from tenants.people.urls import home_of
from tenants.people.views.card import READ_CARD

pages = Pages()


@pages.form("/personnes/<uuid:person_id>/referent", "person.edit")
def referent(person_id: UUID) -> Response:
    """Take a file over, or give it to a colleague who follows people up, with a word for them."""
    person = get_or_404(Person, person_id)
    record_reading(database(), person.id, READ_CARD)
    schema = referent_schema(lambda: referent_choices(person.referent_id))
    if request.method == "GET":
        return _page(person, Form(schema))
    form = Form.from_request(schema, request.form)
    to = next((member for member in possible_referents() if str(member.id) == form["referent"].value), None)
    # Whom the file was given to meanwhile is not offered any more: that is told, and not that the answer is wrong.
    if to is not None and form.version != str(person.referent_id):
        raise _handed_over(person, to, form)
    if not form.validate() or to is None:
        return _page(person, form, status=422)
    former = person.referent_id
    with optimistic_write(lambda: _handed_over(get_or_404(Person, person_id), to, form)):
        made = actions.hand_over(database(), actor(), person, to, form.data["word"])
        database().flush()
    if made is not None:
        mails.tell_of_hand_over(database(), actor(), person, made, former)
    mine = to.id == actor().membership_id
    flash(
        _("You are the referent of this file.")
        if mine
        else _("%(name)s is the referent now, and is told.", name=to.display_name),
        "done",
    )
    return redirect_after_post(home_of(person))


def _page(person: Person, form: Form, status: int = 200) -> Response:
    return render(
        "people/referent.html",
        status=status,
        person=person,
        form=form,
        version=form.version or str(person.referent_id),
        alone=not referent_choices(person.referent_id),
        back_url=home_of(person),
    )


def referent_choices(but: UUID | None = None) -> list[tuple[str, str, str]]:
    """The members who may follow a file up, each with their load, `but` one."""
    loads = workloads()
    return [
        (
            str(member.id),
            " · ".join(filter(None, (member.display_name, member.organisation))),
            loads.get(member.id) or _("nothing for now"),
        )
        for member in possible_referents()
        if member.id != but
    ]


def workloads() -> Mapping[UUID, str]:
    """How busy each member is, in words."""
    session, who = database(), actor()

    def read() -> Mapping[UUID, str]:
        parts: dict[UUID, list[str]] = {}
        for load in composition().workloads:
            if who.may(load.permission):
                for member_id, text in load.load(session).items():
                    parts.setdefault(member_id, []).append(text)
        return {member_id: ", ".join(texts) for member_id, texts in parts.items()}

    return session.read_once("workloads", read)


def possible_referents() -> list[Membership]:
    """The members of the platform whose role lets them follow people up."""
    return members_to_name(database(), FOLLOWS_UP, services().permissions)


def _handed_over(person: Person, wanted: Membership, form: Form) -> StateConflict:
    """The conflict when the referent changed since the page was rendered."""
    present = database().get(Membership, (person.tenant_id, person.referent_id)) if person.referent_id else None
    yours = [(_("Referent"), wanted.display_name)]
    if word := form["word"].value:
        yours.append((_("A word for who goes on"), word))
    return StateConflict(
        yours,
        [(_("Referent"), present.display_name if present else _("no referent yet"))],
        url_for("people.referent", person_id=person.id),
        saved_by(person.updated_at, person.id),
    )
