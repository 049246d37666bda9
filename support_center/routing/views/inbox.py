"""A referral that arrived, and what becomes of it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, abort, flash, request, url_for
from marshmallow import Schema

from clais.audit.actions import record_reading
from clais.clock import now, today
from clais.exchange.publications.queries import free_seats, scheme_of_basin, sessions_by_id
from clais.exchange.referrals import actions as referral_actions
from clais.exchange.referrals import news
from clais.exchange.referrals import queries as referral_queries
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.parcels import FIELDS, missing
from clais.exchange.referrals.presentation import readable_facts
from clais.exchange.referrals.workflow import REFERRAL, STATES, outcome_label
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.services import services
from clais.translation import N_
from clais.translation import gettext as _
from clais.web.context import actor, database
from clais.web.formatting import exact_day, short_day
from clais.web.rendering import redirect_after_post, render
from support_center.routing import actions, queries
from support_center.routing.conflicts import received_referral_conflict, reporting_conflict
from support_center.routing.lookups import received_or_404
from support_center.routing.presentation import template_tables
from support_center.routing.schemas import (
    NO_SESSION,
    WAIT,
    CompleteSchema,
    DeclineSchema,
    FailSchema,
    HoldSchema,
    MessageSchema,
    NothingSchema,
    accept_schema,
)

pages = Pages()

READ, ANSWER = "inbox.read", "referral.answer"
ACCEPT_PREFIX = "accept-"
"""A page has several dialogs: a prefix makes the names of their fields unique."""
STEP_SCHEMAS: Mapping[str, type[Schema]] = {
    "receive": NothingSchema, "decline": DeclineSchema, "start": NothingSchema, "hold": HoldSchema,
    "resume": NothingSchema, "complete": CompleteSchema, "fail": FailSchema,
}  # fmt: skip
NOUNS = {
    "reception": "receive", "refus": "decline", "demarrage": "start", "pause": "hold",
    "reprise": "resume", "resultat": "complete", "echec": "fail",
}  # fmt: skip
"""The last word of a step's address → its transition."""
DONE = {
    "receive": N_("Receipt acknowledged: the sender sees it."),
    "decline": N_("Declined: the sender sees the reason."),
    "start": N_("Started."),
    "hold": N_("Put on hold: the sender sees why."),
    "resume": N_("Resumed."),
    "complete": N_("The result is on its way to the sender."),
    "fail": N_("Reported: the sender sees the reason, the seat is free."),
}


@pages.page("/a-traiter/<uuid:referral_id>", READ)
def show(referral_id: UUID) -> Response:
    """A received referral: what was shared, until when, and what can be done."""
    return show_page(received_or_404(referral_id))


def show_page(referral: Referral, status: int = 200, failed: str | None = None, form: Form | None = None) -> Response:
    """The page; after an error, `form` is shown for the step `failed`."""
    session, who = database(), actor()
    participant = queries.participant_of(session, referral.id)
    news.mark_seen(session, who.membership_id, referral, _)
    record_reading(session, participant.id if participant else None, "referral.read", subject_id=referral.id)
    parcel = referral_queries.parcel_of(session, referral)
    if parcel is None:
        abort(404)
    lines = referral_queries.thread(session, referral)
    events = [line.event for line in lines if line.event]
    scheme = scheme_of_basin(session, referral.scheme_id) if referral.scheme_id else None
    wanted = next((row for row in scheme.sessions if row.id == referral.scheme_session_id), None) if scheme else None
    forms: dict[str, Form] = {name: Form(schema(), prefix=f"{name}-") for name, schema in STEP_SCHEMAS.items()}
    forms["accept"] = Form(
        accept_schema(lambda: places(referral)), {"place": _first_place(referral)}, prefix=ACCEPT_PREFIX
    )
    forms["message"] = Form(MessageSchema())
    if failed is not None and form is not None:
        forms[failed] = form
    return render(
        "routing/show.html",
        status=status,
        referral=referral,
        parcel=parcel,
        shared=readable_facts(parcel),
        steps=[
            {"label": _(STATES[step.code]), "state": step.state, "note": short_day(step.since) if step.since else ""}
            for step in referral_queries.path_of(referral, events)
        ],
        lines=lines,
        outcome=outcome_label(referral),
        wanted=wanted,
        lacking=[_(FIELDS[code].label) for code in missing(scheme.scheme.required_fields, parcel.fields)]
        if scheme
        else [],
        participant=participant,
        enrolment=queries.current_enrolment(session, participant.id) if participant else None,
        available=REFERRAL.buttons(referral, who.permissions & {ANSWER}),
        forms=forms,
        failed=failed,
        nouns={transition: noun for noun, transition in NOUNS.items()},
        days_of_consent=(referral.consent_until - now()).days,
        free_seats=free_seats,
        **template_tables(),
    )


def places(referral: Referral) -> list[tuple[str, str, str]]:
    """The seats that can be given for a referral: its session first, the others of the scheme, waiting lists, or
    none.
    """
    scheme = scheme_of_basin(database(), referral.scheme_id) if referral.scheme_id else None
    coming = [row for row in scheme.sessions if row.ends_on >= today()] if scheme else []
    coming.sort(key=lambda row: (row.id != referral.scheme_session_id, row.starts_on))
    choices = []
    for row in coming:
        title = _("%(place)s, from %(start)s", place=row.place, start=exact_day(row.starts_on))
        asked = _("asked for") + " · " if row.id == referral.scheme_session_id else ""
        if free_seats(row) > 0:
            left = _("%(free)s of %(seats)s seats free", free=free_seats(row), seats=row.seats)
            choices.append((str(row.id), title, f"{asked}{left}"))
        else:
            choices.append(
                (f"{WAIT}{row.id}", _("Waiting list: %(session)s", session=title), asked + _("the session is full"))
            )
    return [*choices, (NO_SESSION, _("Accept without a session"), _("a seat can be given later"))]


def _first_place(referral: Referral) -> str:
    return places(referral)[0][0]


@pages.post("/a-traiter/<uuid:referral_id>/acceptation", ANSWER)
def acceptance(referral_id: UUID) -> Response:
    """Accept, with a seat in a session or a place on its waiting list: the centre opens its own record."""
    referral = received_or_404(referral_id)
    form = Form.from_request(accept_schema(lambda: places(referral)), request.form, ACCEPT_PREFIX)
    if not form.validate():
        # A seat on the page may be taken by now: the page says so, and offers the seats that are left.
        return (
            _full(referral, form)
            if "place" in form.errors and request.form.get(f"{ACCEPT_PREFIX}place")
            else show_page(referral, 422, "accept", form)
        )
    place = form.data["place"]
    waiting = place.startswith(WAIT)
    key = None if place == NO_SESSION else UUID(place.removeprefix(WAIT))
    chosen = sessions_by_id(database(), [key]).get(key) if key else None
    try:
        with reporting_conflict(lambda: received_referral_conflict(referral_id, form)):
            participant = actions.accept(
                database(), actor(), referral, services().keyring,
                scheme_session=chosen, waiting=waiting, comment=form.data["comment"],
            )  # fmt: skip
    except actions.SessionFull:
        database().rollback()
        return _full(received_or_404(referral_id), form)
    if waiting:
        flash(_("Accepted, on the waiting list."), "done")
    elif chosen is not None:
        flash(_("Accepted: the seat is given."), "done")
    else:
        flash(_("Accepted."), "done")
    return redirect_after_post(url_for("routing.participant", participant_id=participant.id))


def _full(referral: Referral, form: Form) -> Response:
    """The page again with the seats that are left, after someone else took the chosen one."""
    form.errors = {}
    form.add_error("place", _("The last seat has just been given. Choose another session, or the waiting list."))
    return show_page(referral, 409, "accept", form)


@pages.post("/a-traiter/<uuid:referral_id>/<any({}):noun>".format(", ".join(NOUNS)), ANSWER)
def step(referral_id: UUID, noun: str) -> Response:
    """Acknowledge, decline, start, hold, resume, report a result or a failure."""
    referral = received_or_404(referral_id)
    transition = NOUNS[noun]
    form = Form.from_request(STEP_SCHEMAS[transition](), request.form, f"{transition}-")
    if not form.validate():
        return show_page(referral, 422, transition, form)
    given: dict[str, Any] = {"reason": form.data.get("reason"), "comment": form.data.get("comment")}
    with reporting_conflict(lambda: received_referral_conflict(referral_id, form)):
        if transition in {"complete", "fail"}:
            actions.report(database(), actor(), referral, transition, **given)
        else:
            referral_actions.move(database(), actor(), referral, transition, **given)
    flash(_(DONE[transition]), "done")
    return redirect_after_post(url_for("routing.show", referral_id=referral.id))


@pages.post("/a-traiter/<uuid:referral_id>/messages", "referral.message")
def message(referral_id: UUID) -> Response:
    """Write to the sender."""
    referral = received_or_404(referral_id)
    form = Form.from_request(MessageSchema(), request.form)
    if not form.validate():
        return show_page(referral, 422, "message", form)
    with reporting_conflict(lambda: received_referral_conflict(referral_id, form)):
        referral_actions.post_message(database(), actor(), referral, form.data["text"])
    flash(_("Your message is sent."), "done")
    return redirect_after_post(url_for("routing.show", referral_id=referral.id))
