"""The centre's own records: participants, their seats, their progress. Each reading is put on record."""

from uuid import UUID

from flask import Response, abort, flash, request, url_for

from clais.audit.actions import record_reading
from clais.audit.listings import record_listing, record_typing
from clais.clock import now, today
from clais.exchange.publications.queries import sessions_by_id
from clais.exchange.referrals.presentation import readable_facts
from clais.exchange.referrals.queries import received_referral
from clais.exchange.referrals.workflow import PLACED
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.searching.typed import SearchText, query_tokens
from clais.services import services
from clais.translation import gettext as _
from clais.web.conflicts import version_of
from clais.web.context import actor, database
from clais.web.rendering import redirect_after_post, render
from support_center.routing import actions, queries, seats
from support_center.routing.conflicts import (
    NotAdmitted,
    note_conflict,
    progress_values,
    reporting_conflict,
    seat_conflict,
    seat_version,
)
from support_center.routing.lookups import participant_or_404
from support_center.routing.models import Participant
from support_center.routing.presentation import not_admitted, template_tables
from support_center.routing.schemas import (
    NO_SESSION,
    WAIT,
    NothingSchema,
    ProgressSchema,
    SearchSchema,
    seat_schema,
)
from support_center.routing.search import MOST_PROPOSED, Found, participants_matching, received_by_number
from support_center.routing.views.inbox import places
from support_center.routing.views.lists import found_page
from support_center.routing.workflow import PARTICIPANT

pages = Pages()

READ, WRITE, GIVE, RELEASE = "participant.read", "participant.write", "seat.give", "seat.release"
INBOX = "inbox.read"


@pages.post("/participants/recherche", READ)
def search() -> Response:
    """Look someone or a referral up; the one that fits is opened. The search is sent in the body, never in a URL."""
    form = Form.from_request(SearchSchema(), request.form)
    found = Found()
    if form.validate():
        query = query_tokens(form.data["q"])
        found = participants_matching(database(), query, services().keyring)
        url = _home_of(found.alone) if found.alone else _url_of_referral(query)
        if url:
            return redirect_after_post(url)
    people = [participant.id for participant in found.people]
    return found_page(people, form, request.form.get("q", ""), nearly=found.nearly)


@pages.post("/participants/recherche/propositions", READ)
def propose() -> Response:
    """The participants and the referral that a search means while it is being typed, each with its address."""
    form = Form.from_request(SearchSchema(), request.form)
    items = []
    record_typing(database())
    if form.validate():
        query = query_tokens(form.data["q"])
        found = participants_matching(database(), query, services().keyring, MOST_PROPOSED)
        items = [
            {"value": _home_of(row), "label": row.display_name, "detail": f"{row.reference} · {row.from_name}"}
            for row in found.people
        ]
        record_listing(database(), (row.id for row in found.people))
        if not items and query.referral and (url := _url_of_referral(query)):
            items = [{"value": url, "label": query.referral, "detail": _("Referral")}]
    return render("routing/proposals.html", items=items)


def _home_of(participant: Participant) -> str:
    return url_for("routing.participant", participant_id=participant.id)


def _url_of_referral(query: SearchText) -> str | None:
    """The address of a received referral of which the number was typed, for who may read it."""
    if not query.referral or not actor().may(INBOX):
        return None
    referral = received_by_number(database(), query.referral)
    return url_for("routing.show", referral_id=referral.id) if referral else None


@pages.page("/participants/<uuid:participant_id>", READ)
def participant(participant_id: UUID) -> Response:
    """One participant: what was shared, the seat, the progress."""
    return participant_page(participant_or_404(participant_id))


def participant_page(
    row: Participant, status: int = 200, seat_form: Form | None = None, progress_form: Form | None = None
) -> Response:
    """The page; after an error with the form that needs correcting."""
    session, who = database(), actor()
    record_reading(session, row.id)
    referral = received_referral(session, row.referral_id)
    if referral is None:
        abort(404)
    enrolment = queries.current_enrolment(session, row.id)
    held = sessions_by_id(session, [enrolment.scheme_session_id]) if enrolment else {}
    return render(
        "routing/participant.html",
        status=status,
        participant=row,
        shared=readable_facts(row),
        referral=referral,
        enrolment=enrolment,
        available=PARTICIPANT.buttons(row, who.permissions),
        label_of=PARTICIPANT.label_of,
        scheme_session=held.get(enrolment.scheme_session_id) if enrolment else None,
        seat_form=seat_form or Form(seat_schema(lambda: seats_for(row))),
        has_seats=bool(seats_for(row)),
        progress_form=progress_form or Form(ProgressSchema(), progress_values(enrolment)),
        seat_version=seat_version(enrolment),
        note_version=version_of(enrolment),
        days_of_consent=(referral.consent_until - now()).days,
        may_write=who.may(WRITE),
        may_seat=who.may(GIVE),
        shown_from=enrolment.not_before if enrolment and (enrolment.not_before or today()) > today() else None,
        **template_tables(),
    )


def seats_for(row: Participant) -> list[tuple[str, str, str]]:
    """The free seats that a participant may be given: those of the scheme, but the one they hold. None for someone
    whose referral stands as neither accepted nor begun.
    """
    referral = received_referral(database(), row.referral_id)
    if referral is None or referral.state not in PLACED:
        return []
    held = queries.current_enrolment(database(), row.id)
    seated = str(held.scheme_session_id) if held and held.state == "seated" else None
    return [place for place in places(referral) if not place[0].startswith((WAIT, NO_SESSION)) and place[0] != seated]


@pages.post("/participants/<uuid:participant_id>/place", GIVE)
def seat(participant_id: UUID) -> Response:
    """Give a seat, or another one."""
    row = participant_or_404(participant_id)
    form = Form.from_request(seat_schema(lambda: seats_for(row)), request.form)
    referral = received_referral(database(), row.referral_id)
    if referral is None or referral.state not in PLACED:
        raise seat_conflict(participant_id, form)
    if not form.validate():
        return participant_page(row, 422, seat_form=form)
    if form.version != seat_version(queries.current_enrolment(database(), row.id)):
        raise seat_conflict(participant_id, form)
    chosen = sessions_by_id(database(), [UUID(form.data["place"])])
    try:
        with reporting_conflict(lambda: seat_conflict(participant_id, form)):
            seats.give_seat(database(), actor(), row, next(iter(chosen.values())))
    except seats.SessionFull:
        database().rollback()
        form.add_error("place", _("The last seat has just been given. Choose another session, or the waiting list."))
        return participant_page(participant_or_404(participant_id), 409, seat_form=form)
    except NotAdmitted as refused:
        form.add_error("place", not_admitted(refused.code))
        return participant_page(participant_or_404(participant_id), 409, seat_form=form)
    flash(_("The seat is given."), "done")
    return redirect_after_post(url_for("routing.participant", participant_id=participant_id))


@pages.post("/participants/<uuid:participant_id>/liberation", RELEASE)
def release(participant_id: UUID) -> Response:
    """Free the seat."""
    row = participant_or_404(participant_id)
    form = Form.from_request(NothingSchema(), request.form)
    if form.version != seat_version(queries.current_enrolment(database(), row.id)):
        raise seat_conflict(participant_id, form)
    with reporting_conflict(lambda: seat_conflict(participant_id, form)):
        seats.release_seat(database(), actor(), row)
    flash(_("The seat is free."), "done")
    return redirect_after_post(url_for("routing.participant", participant_id=participant_id))


@pages.post("/participants/<uuid:participant_id>/suivi", WRITE)
def progress(participant_id: UUID) -> Response:
    """Note how it goes; for the centre only."""
    row = participant_or_404(participant_id)
    form = Form.from_request(ProgressSchema(), request.form)
    if not form.validate():
        return participant_page(row, 422, progress_form=form)
    held = queries.current_enrolment(database(), row.id)
    if held is None or form.version != version_of(held):
        raise note_conflict(participant_id, form)
    with reporting_conflict(lambda: note_conflict(participant_id, form)):
        actions.note_progress(database(), row, form.data["text"], held.version)
    flash(_("Noted."), "done")
    return redirect_after_post(url_for("routing.participant", participant_id=participant_id))
