"""The files that other platforms offer: what waits, what is in each, taking it over or refusing it."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Response, abort, flash, request, url_for

from clais.audit.actions import record, record_reading
from clais.dates import last_day_of
from clais.exchange.referrals import actions as referrals
from clais.exchange.referrals import news
from clais.exchange.referrals.models import Parcel, Referral
from clais.exchange.referrals.parcels import FIELDS, PLAN, field_of
from clais.exchange.referrals.presentation import path_of, readable_facts, sensitive_codes, sex_and_age
from clais.exchange.referrals.queries import parcel_of, thread
from clais.exchange.referrals.workflow import OFFER_WORDS, REFERRAL, STATES, TAKE, outcome_label, reason_label
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.identity.models import Membership
from clais.place_names import of_place
from clais.sealing import unseal
from clais.services import services
from clais.translation import gettext as _
from clais.web.context import actor, database
from clais.web.formatting import short_day
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.file_transfers import actions, carried, queries
from tenants.file_transfers.lookups import transfer_or_404
from tenants.file_transfers.schemas import ANOTHER, RefuseSchema, take_over_schema
from tenants.orientation.queries import current_plan
from tenants.people.actions import Unacceptable
from tenants.people.matching import check
from tenants.people.matching.duplicates import Match
from tenants.people.matching.presentation import duplicate_rows
from tenants.people.models import Person
from tenants.people.refusals import look_first, refusal
from tenants.people.urls import home_of
from tenants.people.views.referents import possible_referents, referent_choices
from tenants.referrals import conflicts
from tenants.referrals.presentation import TAGS, has_sensitive_status
from tenants.referrals.schemas import MessageSchema
from tenants.sensitive.queries import READ, may_read

pages = Pages()
REFUSE, TAKE_OVER = "refuse-", "take_over-"
"""Each form of a page has names of its own."""
conflict_if_moved = partial(conflicts.conflict_if_moved, look_up=transfer_or_404, page="file_transfers.show")


@pages.page("/transferts", TAKE)
def index() -> Response:
    """The files that other platforms offer, those to answer first: the need and the age band before any name."""
    session = database()
    return render(
        "file_transfers/index.html",
        waiting=queries.waiting_transfers(session),
        answered=queries.answered_transfers(session),
        **_tables(),
    )


@pages.page("/transferts/<uuid:referral_id>", TAKE)
def show(referral_id: UUID) -> Response:
    """One file that is offered: what is asked; once its receipt is acknowledged, what the person shares."""
    return _show(transfer_or_404(referral_id))


def _show(referral: Referral, status: int = 200, alike: list[Match[Person]] | None = None, **forms: Form) -> Response:
    session, who = database(), actor()
    arrival = queries.arrival_by(session, referral.id)
    person = session.get(Person, (arrival.tenant_id, arrival.person_id)) if arrival else None
    news.mark_seen(session, who.membership_id, referral, _)
    record_reading(session, person.id if person else None, "referral.read", subject_id=referral.id)
    parcel = parcel_of(session, referral)
    lines = thread(session, referral)
    is_new = referral.state == "requested"
    return render(
        "file_transfers/show.html",
        status=status,
        referral=referral,
        parcel=parcel,
        kinds=_kinds(parcel) if parcel else [],
        shared=_shared(referral, parcel, person) if parcel and not is_new else [],
        person=person,
        arrival=arrival,
        steps=[
            {"label": _(STATES[step.code]), "state": step.state, "note": short_day(step.since) if step.since else ""}
            for step in path_of(referral, [line.event for line in lines if line.event])
        ],
        lines=lines,
        available=REFERRAL.buttons(referral, who.permissions & {TAKE}),
        take_form=forms.get("take") or Form(take_over_schema(referent_choices, []), prefix=TAKE_OVER),
        refuse_form=forms.get("refuse") or Form(RefuseSchema(), prefix=REFUSE),
        message_form=forms.get("message") or Form(MessageSchema()),
        alike=alike or [],
        failed=next(iter(forms), None),
        may_plan=_may_plan(parcel, person),
        **_tables(),
    )


def _from_whom(referral: Referral, *, place: bool = True) -> str:
    """Sex and age band, as far as they are shared, and from where: never a name."""
    return " · ".join(filter(None, (sex_and_age(referral), of_place(referral.from_name) if place else "")))


def _tables() -> dict[str, Any]:
    return {
        "from_whom": _from_whom,
        "last_day_of": last_day_of,
        "states": STATES,
        "tags": TAGS,
        "label_of": REFERRAL.label_of,
        "reason_label": reason_label,
        "outcome_label": outcome_label,
        "offer_words": OFFER_WORDS,
    }


def _kinds(parcel: Parcel) -> list[str]:
    """What kinds of facts are shared: all that is told before the receipt is acknowledged."""
    return list(dict.fromkeys(_(field_of(code).label) for code in parcel.fields if field_of(code) in FIELDS.values()))


def _shared(referral: Referral, parcel: Parcel, person: Person | None) -> list[tuple[str, str]]:
    """What was shared. The sensitive facts are for who reads those of the file here; that is on record."""
    session, who = database(), actor()
    found = sensitive_codes(parcel, has_sensitive_status)
    if not found:
        return readable_facts(parcel)
    if not (may_read(session, person, None, who) if person else who.may(READ)):
        return readable_facts(parcel, hidden=found)
    record(session, "sensitive.show", "referral", referral.id, person_id=person.id if person else None)
    return readable_facts(parcel)


def _may_plan(parcel: Parcel | None, person: Person | None) -> bool:
    """Whether the objectives that came with the file may become a plan here."""
    if parcel is None or person is None or PLAN not in parcel.fields or not actor().may("orientation.write"):
        return False
    return person.stage != "closed" and current_plan(database(), person.id) is None


@pages.button("/transferts/<uuid:referral_id>/reception", TAKE)
def look(referral_id: UUID) -> Response:
    """Acknowledge receipt: the other platform sees it, and the page shows what the person shares."""
    referral = transfer_or_404(referral_id)
    with conflict_if_moved(referral_id, Form(MessageSchema())):
        referrals.move(database(), actor(), referral, "look")
    flash(_("Receipt acknowledged: the other platform sees it."), "done")
    return redirect_after_post(url_for("file_transfers.show", referral_id=referral.id))


@pages.post("/transferts/<uuid:referral_id>/reprise", TAKE)
def take_over(referral_id: UUID) -> Response:
    """Take the file over: a new file here, or the one that the person has here already."""
    referral = transfer_or_404(referral_id)
    alike = _alike(referral)
    schema = take_over_schema(referent_choices, _in_words(alike))
    form = Form.from_request(schema, request.form, TAKE_OVER, allow=(f"{TAKE_OVER}into",))
    seen = set(form.valid_answers().get("compared", ()))
    is_valid = form.validate()
    if not {match.key.id for match in alike} <= seen and "into" not in form.errors:
        form.add_error("into", look_first())
        is_valid = False
    if not is_valid:
        return _show(referral, 422, alike, take=form)
    into, data = form.data.get("into"), form.data
    referent = next((each for each in possible_referents() if str(each.id) == data["referent"]), None)
    try:
        with conflict_if_moved(referral_id, form):
            person = _taken(referral, into, data, referent, seen)
            database().flush()
    except check.PossibleDuplicates as found:
        database().rollback()
        return _show(transfer_or_404(referral_id), 422, list(found.matches), take=form)
    except Unacceptable as refused:
        database().rollback()
        form.add_error("manner", refusal(refused))
        return _show(transfer_or_404(referral_id), 422, alike, take=form)
    flash(
        _("The file of %(name)s is yours: %(reference)s. The other platform closes its own.",
          name=person.full_name, reference=person.reference),
        "done",
    )  # fmt: skip
    return redirect_after_post(home_of(person))


def _taken(
    referral: Referral, into: str | None, data: dict[str, Any], referent: Membership | None, seen: set[UUID]
) -> Person:
    session, who, keyring = database(), actor(), services().keyring
    if into and into != ANOTHER:
        person = session.get(Person, (who.tenant_id, UUID(into)))
        if person is None:
            raise Refused("wrong_state")
        return actions.take_over_into(session, who, referral, person, keyring, referent)
    return actions.take_over(
        session, who, referral, keyring, manner=data["manner"], referent=referent, confirmed_different=seen
    )


def _alike(referral: Referral) -> list[Match[Person]]:
    """The files of this platform that may be the person's."""
    parcel = parcel_of(database(), referral)
    if parcel is None or referral.state != "received":
        return []
    keyring = services().keyring
    return check.possible_duplicates(database(), carried.card_facts(unseal(keyring, parcel)), keyring)


def _in_words(alike: list[Match[Person]]) -> list[tuple[str, str, str]]:
    return [
        (str(row.person.id), f"{row.person.full_name} · {row.person.reference}", f"{row.tag} · {row.why}")
        for row in duplicate_rows(alike)
    ]


@pages.post("/transferts/<uuid:referral_id>/refus", TAKE)
def refuse(referral_id: UUID) -> Response:
    """Refuse the file, with a reason: the person stays where they are followed."""
    referral = transfer_or_404(referral_id)
    form = Form.from_request(RefuseSchema(), request.form, REFUSE)
    if not form.validate():
        return _show(referral, 422, refuse=form)
    with conflict_if_moved(referral_id, form):
        referrals.move(
            database(), actor(), referral, "refuse", reason=form.data["reason"], comment=form.data["comment"]
        )
    flash(_("Refused: the other platform sees the reason and goes on with the person."), "done")
    return redirect_after_post(url_for("file_transfers.index"))


@pages.post("/transferts/<uuid:referral_id>/messages", TAKE)
def message(referral_id: UUID) -> Response:
    """Write to the platform that offers the file."""
    referral = transfer_or_404(referral_id)
    form = Form.from_request(MessageSchema(), request.form)
    if not form.validate():
        return _show(referral, 422, message=form)
    with conflict_if_moved(referral_id, form):
        referrals.post_message(database(), actor(), referral, form.data["text"])
    flash(_("Your message is sent."), "done")
    return redirect_after_post(url_for("file_transfers.show", referral_id=referral.id))


@pages.button("/transferts/<uuid:referral_id>/plan", TAKE)
def plan(referral_id: UUID) -> Response:
    """Start a plan with the objectives and open steps that came with the file."""
    referral = transfer_or_404(referral_id)
    arrival = queries.arrival_by(database(), referral.id)
    person = database().get(Person, (arrival.tenant_id, arrival.person_id)) if arrival else None
    if person is None:
        abort(404)
    with conflict_if_moved(referral_id, Form(MessageSchema())):
        actions.take_plan_up(database(), actor(), person, referral, services().keyring)
    flash(_("A plan has begun with what was left to do. Read it again with the person."), "done")
    return redirect_after_post(home_of(person))
