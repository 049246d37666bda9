"""The offer of a seat on the centre's side: the person said yes on the phone, or the next of the list gets it."""

from uuid import UUID

from flask import Response, flash, request, url_for

from clais.exchange.publications.queries import sessions_by_id
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.context import actor, database
from clais.web.rendering import redirect_after_post
from support_center.routing import offers, queries, seats
from support_center.routing.conflicts import reporting_conflict, seat_conflict, seat_version
from support_center.routing.lookups import participant_or_404
from support_center.routing.models import Enrolment, Participant
from support_center.routing.schemas import NothingSchema

pages = Pages()

GIVE, RELEASE = "seat.give", "seat.release"


@pages.button("/participants/<uuid:participant_id>/offre/accord", GIVE)
def take(participant_id: UUID) -> Response:
    """Note that the person accepts the offered seat: it is theirs."""
    row, place, form = _offered(participant_id)
    chosen = sessions_by_id(database(), [place.scheme_session_id])
    with reporting_conflict(lambda: seat_conflict(participant_id, form)):
        seats.give_seat(database(), actor(), row, chosen[place.scheme_session_id])
    flash(_("The seat is given."), "done")
    return redirect_after_post(url_for("routing.participant", participant_id=participant_id))


@pages.button("/participants/<uuid:participant_id>/offre/suivant", RELEASE)
def pass_on(participant_id: UUID) -> Response:
    """Take an offer back: the next of the list gets it, and this person stays on the list."""
    row, place, form = _offered(participant_id)
    with reporting_conflict(lambda: seat_conflict(participant_id, form)):
        offers.take_back(database(), actor(), row)
    flash(_("The seat goes to the next of the list. The platform is told."), "done")
    return redirect_after_post(url_for("routing.session_seats", session_id=place.scheme_session_id))


def _offered(participant_id: UUID) -> tuple[Participant, Enrolment, Form]:
    """The participant with the place that a seat is offered for, as the page showed it."""
    row = participant_or_404(participant_id)
    form = Form.from_request(NothingSchema(), request.form)
    place = queries.current_enrolment(database(), row.id)
    if place is None or place.offered_until is None or form.version != seat_version(place):
        raise seat_conflict(participant_id, form)
    return row, place, form
