"""Send a referral: the destination, the shared facts and the agreement, in at most six clicks."""

from collections.abc import Collection
from uuid import UUID

from flask import Response, abort, flash, request, url_for
from marshmallow import ValidationError

from clais.audit.actions import record_reading
from clais.exchange.eligibility.queries import version_in_force
from clais.exchange.eligibility.rules.judging import UNCONDITIONAL, Judgement, Verdict
from clais.exchange.referrals.consent_texts import DEFAULT_LANGUAGE
from clais.exchange.referrals.delays import Promise
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.parcels import (
    EXCEPTION,
    FIELDS,
    INSTEAD,
    REACH,
    NotOffered,
    Offer,
    is_reachable,
    missing,
)
from clais.exchange.referrals.queries import open_referral_to
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.services import services
from clais.translation import gettext as _
from clais.web.context import actor, database, get_or_404
from clais.web.formatting import short_day
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.eligibility.facts import facts_of
from tenants.people.conflicts import conflict_if_closed, require_open
from tenants.people.models import Person
from tenants.referrals import actions
from tenants.referrals.forms import (
    changed_facts_message,
    shared_codes,
    typed_offers,
    untick_changed,
)
from tenants.referrals.letters import agreement_of, letter_of, printed_notes, ticked_beforehand
from tenants.referrals.lookups import Destination, requested_destination
from tenants.referrals.offers import conditions_offer, offers
from tenants.referrals.presentation import path_steps, promised_text
from tenants.referrals.proposals import judged_for
from tenants.referrals.refusals import refusal
from tenants.referrals.schemas import LetterSchema, SendSchema, default_end
from tenants.referrals.views.facts import PLACES

pages = Pages()


@pages.form("/personnes/<uuid:person_id>/relais/nouveau", "referral.send")
def compose(person_id: UUID) -> Response:
    """Second and third step: the shared facts, and the person's agreement to exactly these."""
    person = get_or_404(Person, person_id)
    record_reading(database(), person.id)
    destination = requested_destination()
    found, judgement = _offered(person, destination)
    if request.method == "GET":
        require_open(person)
        if running := open_referral_to(database(), person.id, destination.scheme.id):
            return _already_referred(running)
        usual = {"language": DEFAULT_LANGUAGE, "urgency": "normal", "until": default_end()}
        form = Form(SendSchema(), {"fields": ticked_beforehand(destination.scheme.required_fields, found), **usual})
        return _page(person, destination, found, judgement, form)
    form = Form.from_request(SendSchema(), request.form)
    try:
        different = untick_changed(form, found)
    except NotOffered:
        abort(400)
    valid = form.validate()
    if different:
        form.add_error("fields", changed_facts_message(different, found))
    elif (
        not form.reopened
        and _has_all(form, destination, found, judgement)
        and valid
        and _is_read(form, destination, found)
    ):
        typed = typed_offers(form, found)
        try:
            with conflict_if_closed(form, person):
                referral = actions.send(
                    database(), actor(), person, services().keyring,
                    phone=form.data["new_phone"], to=destination.centre, scheme=destination.scheme,
                    scheme_session=destination.session, purpose=form.data["purpose"], urgency=form.data["urgency"],
                    offers=[*found, *typed], ticked=shared_codes(form, found), agreement=agreement_of(form.data),
                )  # fmt: skip
        except Refused as error:
            form.add_error(None, refusal(error))
        else:
            flash(_("Sent: %(reference)s. You will see here when it moves.", reference=referral.reference), "done")
            return redirect_after_post(url_for("referrals.show", referral_id=referral.id))
    return _page(person, destination, found, judgement, form, different, status=422)


def _offered(person: Person, destination: Destination) -> tuple[list[Offer], Judgement]:
    """What the file offers, with what it says of the conditions of the destination."""
    version = version_in_force(database(), destination.scheme.id)
    found = offers(database(), person, actor())
    if version is None:
        return found, UNCONDITIONAL
    judgement = judged_for(version, facts_of(database(), person.id), destination.session)
    return [*found, *conditions_offer(version, judgement)], judgement


def _already_referred(running: Referral) -> Response:
    """Say before anything is written that the person is referred there already."""
    flash(
        _("Already referred there: %(reference)s. It is still open.", reference=running.reference),
        "wait",
    )
    return redirect_after_post(url_for("referrals.show", referral_id=running.id))


@pages.post("/personnes/<uuid:person_id>/relais/lettre", "referral.send")
def letter(person_id: UUID) -> Response:
    """The agreement with the present ticks. Each change renders it again, so that the person signs what they see."""
    person = get_or_404(Person, person_id)
    destination = requested_destination()
    form = Form.from_request(LetterSchema(), request.form, allow=("urgency", "manner", "letter", "shown"))
    found, _judgement = _offered(person, destination)
    try:
        composed = letter_of(form, actor(), destination.centre, found, scheme=destination.scheme)
    except NotOffered:
        abort(400)
    return render("referrals/_letter.html", letter=composed, notes=printed_notes(form, found))


def _has_all(form: Form, destination: Destination, found: list[Offer], judgement: Judgement) -> bool:
    """Whether the form has the facts that the scheme needs, says how to reach the person, and why they are sent though
    a required condition is not met: all is said at once.
    """
    try:
        codes = shared_codes(form, found)
    except (NotOffered, KeyError):
        abort(400)
    lacking = missing(destination.scheme.required_fields, codes)
    if lacking:
        names = ", ".join(_(FIELDS[code].label) for code in lacking)
        form.add_error("fields", _("This scheme needs more: %(names)s.", names=names))
    reachable = is_reachable(codes)
    if not reachable:
        form.add_error(REACH, _("The centre must be able to reach the person: a phone, an e-mail, or through whom."))
    explained = EXCEPTION in codes or not judgement.of(Verdict.UNMET, hard=True)
    if not explained:
        form.add_error(EXCEPTION, _("Say why: a required condition is not met."))
    return reachable and explained and not lacking


def _is_read(form: Form, destination: Destination, found: list[Offer]) -> bool:
    """Whether the person read the text that will be stored."""
    try:
        composed = letter_of(form, actor(), destination.centre, found, scheme=destination.scheme)
    except (NotOffered, KeyError):
        abort(400)
    if composed.digest != form.data["letter"]:
        form.add_error(None, _("The text of the agreement has changed. Read it again together, then send."))
        return False
    return True


def _page(
    person: Person,
    destination: Destination,
    found: list[Offer],
    judgement: Judgement,
    form: Form,
    different: Collection[str] = (),
    status: int = 200,
) -> Response:
    required = list(destination.scheme.required_fields)
    known = {offer.code for offer in found}
    try:
        composed = letter_of(form, actor(), destination.centre, found, scheme=destination.scheme)
    except (NotOffered, ValidationError):
        abort(400)
    note = destination.scheme.name
    if destination.session:
        note += f" · {short_day(destination.session.starts_on)}"
    return render(
        "referrals/compose.html",
        status=status,
        person=person,
        name=person.full_name,
        destination=destination,
        form=form,
        ticked=set(form.input_values("fields", form["fields"].field)),
        offers=found,
        unmet=judgement.of(Verdict.UNMET, hard=True),
        different=different,
        required=required,
        lacking=[
            (_(FIELDS[code].label), url_for(PLACES[FIELDS[code].place], person_id=person.id))
            # A phone is asked for on this page.
            for code in missing(required, known)
            if code not in INSTEAD
        ],
        asks_phone="phone" not in known,
        letter=composed,
        notes=printed_notes(form, found),
        steps=path_steps(1, note),
        promised=promised_text(Promise.of(destination.centre.settings, actor().tenant_id)),
        here={
            "person_id": person.id,
            "scheme": destination.scheme.id,
            "session": destination.session.id if destination.session else None,
        },
    )
