"""The answers of the support centre to a referral, and taking one back."""

from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for

from clais.exchange.publications.queries import sessions_by_id
from clais.exchange.referrals import actions as referral_actions
from clais.exchange.referrals.models import Referral
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.services import services
from clais.translation import N_
from clais.translation import gettext as _
from clais.web.context import actor, database
from clais.web.formatting import exact_day
from clais.web.rendering import redirect_after_post
from support_center.routing import actions, corrections, seats
from support_center.routing.conflicts import NotAdmitted, received_referral_conflict, reporting_conflict
from support_center.routing.lookups import received_or_404
from support_center.routing.presentation import not_admitted, too_early
from support_center.routing.queries import session_ahead
from support_center.routing.schemas import NO_SESSION, WAIT, MessageSchema, accept_schema
from support_center.routing.views.inbox import ACCEPT_PREFIX, ANSWER, NOUNS, places, show_page, step_schema

pages = Pages()

DONE = {
    "receive": N_("Receipt acknowledged: the sender sees it."),
    "advise": N_("Returned: the sender reads your advice."),
    "decline": N_("Declined: the sender sees the reason."),
    "ask_missing": N_("Asked: the answer waits until the sender has replied."),
    "go_on": N_("The answer is due again."),
    "start": N_("Started."),
    "hold": N_("Put on hold: the sender sees why."),
    "resume": N_("Resumed."),
    "complete": N_("The result is on its way to the sender."),
    "take_back": N_("Taken back: the sender sees it, with the reason."),
    "fail": N_("Reported: the sender sees the reason, the seat is free."),
}


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
    except seats.SessionFull:
        database().rollback()
        return _full(received_or_404(referral_id), form)
    except NotAdmitted as refused:
        return _not_admitted(received_or_404(referral_id), form, refused.code)
    if waiting:
        flash(_("Accepted, on the waiting list."), "done")
    elif chosen is not None:
        flash(_("Accepted: the seat is given."), "done")
    else:
        flash(_("Accepted."), "done")
    return redirect_after_post(url_for("routing.participant", participant_id=participant.id))


def _not_admitted(referral: Referral, form: Form, code: str) -> Response:
    """The page again, with the reason why this person gets no seat or place there."""
    form.errors = {}
    form.add_error("place", not_admitted(code))
    return show_page(referral, 409, "accept", form)


def _full(referral: Referral, form: Form) -> Response:
    """The page again with the seats that are left, after someone else took the chosen one."""
    form.errors = {}
    form.add_error("place", _("The last seat has just been given. Choose another session, or the waiting list."))
    return show_page(referral, 409, "accept", form)


@pages.post("/a-traiter/<uuid:referral_id>/<any({}):noun>".format(", ".join(NOUNS)), ANSWER)
def step(referral_id: UUID, noun: str) -> Response:
    """Acknowledge, return with advice, decline, start, hold, resume, report a result or a failure."""
    referral = received_or_404(referral_id)
    transition = NOUNS[noun]
    schema = step_schema(transition, referral, session_ahead(database(), referral))
    form = Form.from_request(schema, request.form, f"{transition}-")
    if not form.validate():
        return show_page(referral, 422, transition, form)
    try:
        with reporting_conflict(lambda: received_referral_conflict(referral_id, form)):
            _take(referral, transition, form)
    except actions.DayMissing as missing:
        form.add_error(
            "happened_on",
            _("The session only begins on %(day)s: on which day did it begin?", day=exact_day(missing.starts_on)),
        )
        return show_page(referral, 422, transition, form)
    except actions.TooEarly as early:
        form.add_error("happened_on", too_early(early.sent_on))
        return show_page(referral, 422, transition, form)
    flash(_(DONE[transition]), "done")
    return redirect_after_post(url_for("routing.show", referral_id=referral.id))


def _take(referral: Referral, transition: str, form: Form) -> None:
    session, who = database(), actor()
    given: dict[str, Any] = {"reason": form.data.get("reason"), "comment": form.data.get("comment")}
    match transition:
        case "complete" | "fail":
            actions.report(session, who, referral, transition, **given)
        case "advise":
            advised = UUID(form.data["scheme_id"]) if form.data["scheme_id"] else None
            referral_actions.move(session, who, referral, transition, advised_scheme_id=advised, **given)
        case "start":
            actions.start(session, who, referral, form.data["happened_on"])
        case "take_back":
            corrections.take_back(session, who, referral, form.data["comment"])
        case _:
            referral_actions.move(session, who, referral, transition, **given)


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
