"""A referral that arrived, and what becomes of it."""

from collections.abc import Mapping
from uuid import UUID

import marshmallow
from flask import Response, abort
from marshmallow import Schema

from clais.audit.actions import record_reading
from clais.clock import now, today
from clais.exchange.publications.models import SchemeSession
from clais.exchange.publications.queries import free_seats, offers_of_basin, scheme_of_basin
from clais.exchange.referrals import actions as referral_actions
from clais.exchange.referrals import news
from clais.exchange.referrals import queries as referral_queries
from clais.exchange.referrals.delays import is_late
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.parcels import FIELDS, missing
from clais.exchange.referrals.presentation import path_of, readable_facts
from clais.exchange.referrals.workflow import REFERRAL, STATES, outcome_label
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.context import actor, database
from clais.web.formatting import exact_day, short_day
from clais.web.rendering import render
from clais.workflow import Transition
from support_center.routing import queries
from support_center.routing.lookups import received_or_404
from support_center.routing.presentation import template_tables
from support_center.routing.schemas import (
    NO_SESSION,
    WAIT,
    AskMissingSchema,
    CompleteSchema,
    DatedStartSchema,
    DeclineSchema,
    FailSchema,
    HoldSchema,
    MessageSchema,
    NothingSchema,
    StartSchema,
    TakeBackSchema,
    accept_schema,
    advise_schema,
)

pages = Pages()

READ, ANSWER = "inbox.read", "referral.answer"
ACCEPT_PREFIX = "accept-"
"""A page has several dialogs: a prefix makes the names of their fields unique."""
STEP_SCHEMAS: Mapping[str, type[Schema]] = {
    "receive": NothingSchema, "decline": DeclineSchema, "start": StartSchema, "hold": HoldSchema,
    "resume": NothingSchema, "complete": CompleteSchema, "fail": FailSchema, "take_back": TakeBackSchema,
    "ask_missing": AskMissingSchema, "go_on": NothingSchema,
}  # fmt: skip
"""Transition → its form; that of a start before the session is `step_schema`'s."""
NOUNS = {
    "reception": "receive", "refus": "decline", "demarrage": "start", "pause": "hold",
    "reprise": "resume", "resultat": "complete", "echec": "fail", "correction": "take_back", "avis": "advise",
    "complement": "ask_missing", "suite": "go_on",
}  # fmt: skip
"""The last word of a step's address → its transition."""


def step_schema(transition: str, referral: Referral, ahead: SchemeSession | None) -> marshmallow.Schema:
    """The form of a step; `ahead` is the session of the person, when it is still to come: its start needs a day."""
    if transition == "advise":
        return advise_schema(lambda: _other_schemes(referral))
    return DatedStartSchema() if transition == "start" and ahead else STEP_SCHEMAS[transition]()


def _other_schemes(referral: Referral) -> list[tuple[str, str]]:
    """The schemes of the basin that take people, but for the one that was asked for."""
    return [
        (str(offer.scheme.id), offer.scheme.name)
        for offer in offers_of_basin(database())
        if offer.scheme.id != referral.scheme_id
    ]


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
    ahead = queries.session_ahead(session, referral)
    forms: dict[str, Form] = {
        name: Form(step_schema(name, referral, ahead), prefix=f"{name}-") for name in NOUNS.values()
    }
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
            for step in path_of(referral, events)
        ],
        lines=lines,
        outcome=outcome_label(referral),
        advised=scheme_of_basin(session, referral.advised_scheme_id) if referral.advised_scheme_id else None,
        wanted=wanted,
        lacking=[_(FIELDS[code].label) for code in missing(scheme.scheme.required_fields, parcel.fields)]
        if scheme
        else [],
        participant=participant,
        enrolment=queries.current_enrolment(session, participant.id) if participant else None,
        available=_available(referral),
        session_ahead=ahead,
        forms=forms,
        failed=failed,
        nouns={transition: noun for noun, transition in NOUNS.items()},
        days_of_consent=(referral.consent_until - now()).days,
        free_seats=free_seats,
        **template_tables(),
    )


def _available(referral: Referral) -> dict[str, Transition]:
    """The steps that can be taken now; the last answer can be taken back for a day."""
    buttons = REFERRAL.buttons(referral, actor().permissions & {ANSWER})
    if referral_actions.step_to_take_back(database(), referral) is None:
        buttons.pop("take_back", None)
    if is_late(referral):
        buttons.pop("ask_missing", None)
    return buttons


def places(referral: Referral) -> list[tuple[str, str, str]]:
    """The seats that can be given for a referral: its session first, the others of the scheme, waiting lists, or
    none.
    """
    scheme = scheme_of_basin(database(), referral.scheme_id) if referral.scheme_id else None
    coming = [row for row in scheme.sessions if row.ends_on >= today()] if scheme else []
    # What is to come stands before what has begun already.
    coming.sort(key=lambda row: (row.id != referral.scheme_session_id, row.starts_on <= today(), row.starts_on))
    choices = []
    for row in coming:
        title = _("%(place)s, from %(start)s", place=row.place, start=exact_day(row.starts_on))
        asked = _("asked for") + " · " if row.id == referral.scheme_session_id else ""
        free = free_seats(row, referral.tenant_id)
        if free > 0:
            left = ngettext("%(num)d seat of %(seats)s free", "%(num)d seats of %(seats)s free", free, seats=row.seats)
            choices.append((str(row.id), title, f"{asked}{left}"))
        elif not row.count.list_closed:
            choices.append(
                (f"{WAIT}{row.id}", _("Waiting list: %(session)s", session=title), asked + _("the session is full"))
            )
    return [*choices, (NO_SESSION, _("Accept without a session"), _("a seat can be given later"))]


def _first_place(referral: Referral) -> str:
    return places(referral)[0][0]
