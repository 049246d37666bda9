"""Offer the file of a person to another platform: which one, what goes on with it, the person's agreement."""

from collections.abc import Collection
from uuid import UUID

from flask import Response, abort, flash, request, url_for

from clais.audit.actions import record_reading
from clais.exchange.referrals.consent_texts import DEFAULT_LANGUAGE
from clais.exchange.referrals.models import TRANSFER, Referral
from clais.exchange.referrals.parcels import APPOINTMENTS, PLAN, REACH, NotOffered, Offer, is_reachable
from clais.exchange.referrals.queries import open_transfer_of
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.registry.models import Tenant
from clais.registry.queries import nowhere
from clais.services import services
from clais.translation import gettext as _
from clais.web.context import actor, database, get_or_404
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.exits.forms import open_items
from tenants.file_transfers.actions import SETTLED
from tenants.file_transfers.lookups import other_platforms, platform_called, platform_of_place
from tenants.file_transfers.offers import transfer_offers
from tenants.file_transfers.schemas import letter_schema, transfer_schema
from tenants.people.conflicts import conflict_if_closed, require_open
from tenants.people.models import Person
from tenants.referrals import actions
from tenants.referrals.forms import changed_facts_message, shared_codes, typed_offers, untick_changed
from tenants.referrals.letters import agreement_of, letter_of, printed_notes, ticked_beforehand
from tenants.referrals.refusals import refusal
from tenants.referrals.schemas import default_end

pages = Pages()
SEND = "referral.send"
USUAL = ("name", "birth_date", "sex", "phone", "email", "address", "locality", PLAN, APPOINTMENTS)
"""What is ticked beforehand: what a platform needs to open a file and to go on. The person takes off what they wish."""
NEEDED = ("name",)
UNKNOWN = "___"


@pages.form("/personnes/<uuid:person_id>/transfert", SEND)
def offer(person_id: UUID) -> Response:
    """Which platform, what goes on with the file, and the person's agreement to exactly this."""
    person = get_or_404(Person, person_id)
    record_reading(database(), person.id)
    found = transfer_offers(database(), person, actor())
    if request.method == "GET":
        require_open(person)
        if running := open_transfer_of(database(), person.id):
            return _already_offered(running)
        return _page(person, found, Form(transfer_schema(other_platforms), _usual(person, found)))
    form = Form.from_request(transfer_schema(other_platforms), request.form)
    try:
        different = untick_changed(form, found)
        codes = shared_codes(form, found)
    except (NotOffered, KeyError):
        abort(400)
    valid = form.validate()
    receiver = platform_called(form["to"].value)
    if different:
        form.add_error("fields", changed_facts_message(different, found))
    elif not form.reopened and _has_all(form, codes) and valid and receiver and _is_read(form, receiver, found):
        try:
            with conflict_if_closed(form, person):
                referral = actions.send(
                    database(), actor(), person, services().keyring,
                    phone=form.data["new_phone"], to=receiver, scheme=None, scheme_session=None,
                    purpose=form.data["purpose"], urgency="normal", offers=[*found, *typed_offers(form, found)],
                    ticked=codes, agreement=agreement_of(form.data), kind=TRANSFER,
                )  # fmt: skip
        except Refused as error:
            form.add_error(None, _refusal(error))
        else:
            flash(_("Offered: %(reference)s. You will see here when it moves.", reference=referral.reference), "done")
            return redirect_after_post(url_for("referrals.show", referral_id=referral.id))
    return _page(person, found, form, different, status=422)


@pages.post("/personnes/<uuid:person_id>/transfert/lettre", SEND)
def letter(person_id: UUID) -> Response:
    """The agreement with the present platform and ticks: the person signs what they see."""
    person = get_or_404(Person, person_id)
    form = Form.from_request(letter_schema(other_platforms), request.form, allow=("manner", "letter", "shown"))
    found = transfer_offers(database(), person, actor())
    receiver = platform_called(form["to"].value) or _no_platform()
    try:
        composed = letter_of(form, actor(), receiver, found, is_transfer=True)
    except NotOffered:
        abort(400)
    return render("referrals/_letter.html", letter=composed, notes=printed_notes(form, found))


def _usual(person: Person, found: list[Offer]) -> dict[str, object]:
    return {
        "to": platform_of_place(person),
        "fields": ticked_beforehand(USUAL, found),
        "language": DEFAULT_LANGUAGE,
        "until": default_end(),
    }


def _already_offered(running: Referral) -> Response:
    """Say before anything is written that the file is offered already."""
    flash(_("Offered already: %(reference)s. It waits for an answer.", reference=running.reference), "wait")
    return redirect_after_post(url_for("referrals.show", referral_id=running.id))


def _no_platform() -> Tenant:
    """What stands in the letter until a platform is chosen."""
    blank = nowhere()
    blank.name, blank.settings = UNKNOWN, {}
    return blank


def _has_all(form: Form, codes: Collection[str]) -> bool:
    """Whether the platform can open a file and reach the person."""
    named = set(NEEDED) <= set(codes)
    if not named:
        form.add_error("fields", _("Tick the name: without it no file can be opened there."))
    reachable = is_reachable(codes)
    if not reachable:
        form.add_error(REACH, _("The platform must be able to reach the person: a phone, an e-mail, or through whom."))
    return named and reachable


def _is_read(form: Form, receiver: Tenant, found: list[Offer]) -> bool:
    """Whether the person read the text that will be stored."""
    if letter_of(form, actor(), receiver, found, is_transfer=True).digest == form.data["letter"]:
        return True
    form.add_error(None, _("The text of the agreement has changed. Read it again together, then send."))
    return False


def _refusal(error: Refused) -> str:
    if error.code == "already_open":
        return _("This file is offered to a platform already.")
    return refusal(error)


def _page(
    person: Person, found: list[Offer], form: Form, different: Collection[str] = (), status: int = 200
) -> Response:
    receiver = platform_called(form["to"].value)
    try:
        composed = letter_of(form, actor(), receiver or _no_platform(), found, is_transfer=True)
    except NotOffered:
        abort(400)
    waiting = open_items(database(), person, actor())
    return render(
        "file_transfers/offer.html",
        status=status,
        person=person,
        name=person.full_name,
        platforms=other_platforms(),
        lives_at=platform_called(platform_of_place(person)),
        form=form,
        ticked=set(form.input_values("fields", form["fields"].field)),
        offers=found,
        different=different,
        required=NEEDED,
        asks_phone=all(offer.code != "phone" for offer in found),
        letter=composed,
        notes=printed_notes(form, found),
        ending=[each.item.text for each in waiting if each.settlement.name in SETTLED],
        staying=[each.item.text for each in waiting if each.settlement.name not in SETTLED],
    )
