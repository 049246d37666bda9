"""Who follows a newcomer: one by one, all as proposed, and whom the person wants."""

from uuid import UUID

from flask import Response, abort, flash, request, url_for

from clais.audit.actions import record_reading
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.identity.models import Membership
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.context import actor, database, get_or_404
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.people.mails import tell_of_hand_over
from tenants.people.models import Person
from tenants.people.urls import home_of
from tenants.people.views.card import READ_CARD
from tenants.people.views.referents import possible_referents
from tenants.team import forms
from tenants.team.actions.newcomers import AboveCeiling, Taken, entrust, note_wishes
from tenants.team.conflicts import above_ceiling_text, taken_meanwhile
from tenants.team.lookups import LEAD
from tenants.team.schemas import ProposalsSchema, wish_schema

pages = Pages()


@pages.form("/equipe/nouveaux/<uuid:person_id>", LEAD)
def newcomer(person_id: UUID) -> Response:
    """Choose who follows a newcomer, among all with the reasons; above a ceiling the page asks."""
    person = get_or_404(Person, person_id)
    record_reading(database(), person.id, READ_CARD)
    if request.method == "GET":
        return _page(person, Form(forms.choosing(database(), person)))
    form = Form.from_request(forms.choosing(database(), person, asks=True), request.form)
    to = _member_named(form["referent"].value)
    if to is not None and form.version != str(person.referent_id):
        raise taken_meanwhile(person, to)
    if not form.validate() or to is None:
        return _page(person, form, status=422)
    try:
        _entrust(person, to, form.version, above_ceiling=form.data["above_ceiling"])
    except Taken:
        raise taken_meanwhile(person, to) from None
    except AboveCeiling as full:
        form.add_error("above_ceiling", above_ceiling_text(to, full))
        return _page(person, form, status=422)
    except Refused:
        abort(409)
    flash(_("%(name)s is the referent now, and is told.", name=to.display_name), "done")
    return redirect_after_post(url_for("team.index"))


@pages.post("/equipe/nouveaux", LEAD)
def newcomers_as_proposed() -> Response:
    """Give each newcomer to the member whom the page proposed. Who was given to somebody meanwhile stays there."""
    form = Form.from_request(ProposalsSchema(), request.form)
    if not form.validate():
        abort(422)
    given, proposals = 0, sorted(text.split(" ") for text in form.data["proposals"])
    for person_id, membership_id, former in proposals:
        person, to = get_or_404(Person, UUID(person_id)), _member_named(membership_id)
        if to is None:
            continue
        try:
            _entrust(person, to, former, above_ceiling=False)
            given += 1
        except (Taken, AboveCeiling, Refused):
            pass  # It is counted as left below.
    if given:
        flash(ngettext("%(num)d file is entrusted.", "%(num)d files are entrusted.", given), "done")
    if left := len(proposals) - given:
        flash(
            ngettext(
                "%(num)d file was not: somebody follows it already, or who was proposed is at their ceiling.",
                "%(num)d files were not: somebody follows them already, or who was proposed is at their ceiling.",
                left,
            ),
            "wait",
        )
    return redirect_after_post(url_for("team.index"))


@pages.form("/equipe/souhaits/<uuid:person_id>", "person.edit_card")
def wishes(person_id: UUID) -> Response:
    """Note whom a person asks for as their referent, and whom they no longer want."""
    person = get_or_404(Person, person_id)
    record_reading(database(), person.id, READ_CARD)
    members = possible_referents()
    schema = wish_schema([(str(member.id), member.display_name) for member in members])
    form = Form(schema, forms.wished(database(), person))
    if request.method == "POST":
        form = Form.from_request(schema, request.form)
        if form.validate():
            note_wishes(
                database(),
                actor(),
                person,
                asked=[UUID(key) for key in form.data["asked"]],
                not_again=[UUID(key) for key in form.data["not_again"]],
            )
            flash(_("Noted: it counts when a referent is proposed."), "done")
            return redirect_after_post(home_of(person))
    return render(
        "team/wishes.html", status=422 if form.errors else 200, person=person, form=form, back_url=home_of(person)
    )


def _entrust(person: Person, to: Membership, former: str | None, *, above_ceiling: bool) -> None:
    """Give a file, and tell who has it now. Raises what the action does."""
    referent_id = None if former in (None, "", "None") else UUID(former)
    made = entrust(database(), actor(), person, to, former=referent_id, above_ceiling=above_ceiling)
    if made is not None:
        tell_of_hand_over(database(), actor(), person, made, referent_id)


def _member_named(key: str) -> Membership | None:
    """The member of the answer, while they may follow people up."""
    return next((member for member in possible_referents() if str(member.id) == key), None)


def _page(person: Person, form: Form, status: int = 200) -> Response:
    return render(
        "team/newcomer.html",
        status=status,
        person=person,
        form=form,
        version=form.version or str(person.referent_id),
        alone=not possible_referents(),
        back_url=url_for("team.index"),
    )
