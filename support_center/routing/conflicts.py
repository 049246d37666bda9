"""What someone is told who comes too late: where the referral, the seat or the note of progress stands now."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from flask import abort, url_for
from sqlalchemy.orm.exc import StaleDataError

from clais.exchange.publications.queries import sessions_by_id
from clais.exchange.referrals.actions import Gone
from clais.exchange.referrals.conflicts import referral_moved
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.conflicts import NO_VERSION, saved_by, stale_edit, state_changed_by, state_conflict
from clais.web.context import database
from clais.web.errors import StaleEdit, StateConflict
from clais.web.formatting import exact_day
from clais.workflow import Refused, last_change
from support_center.routing.lookups import participant_or_404, received_or_404
from support_center.routing.models import Enrolment
from support_center.routing.queries import current_enrolment
from support_center.routing.workflow import ENROLMENT, PARTICIPANT


def received_moved(referral_id: UUID, form: Form) -> StateConflict:
    """Where a received referral stands; 404 when its consent ended."""
    referral = received_or_404(referral_id)
    return referral_moved(form, referral, url_for("routing.show", referral_id=referral.id))


def seat_of(enrolment: Enrolment | None) -> str:
    """What a form carries of the seat that is held: none that a colleague gave meanwhile is to be freed unseen."""
    return f"{enrolment.id.hex}-{enrolment.state}" if enrolment else NO_VERSION


def seat_moved(participant_id: UUID, form: Form) -> StateConflict:
    """Where a participant stands, and in which session they sit or wait."""
    participant, session = participant_or_404(participant_id), database()
    enrolment = current_enrolment(session, participant.id)
    standing = [(_("State"), _(PARTICIPANT.states[participant.state])), (_("Seat"), _("No seat for now."))]
    by = state_changed_by(last_change(session, participant.id))
    if enrolment is not None:
        held = sessions_by_id(session, [enrolment.scheme_session_id])[enrolment.scheme_session_id]
        days = _("From %(start)s to %(end)s", start=exact_day(held.starts_on), end=exact_day(held.ends_on))
        standing[1] = (_("Seat"), f"{_(ENROLMENT.states[enrolment.state])} · {days}, {held.place}")
        by = saved_by(enrolment.created_at, enrolment.id)
    return state_conflict(form, standing, url_for("routing.participant", participant_id=participant.id), by)


def noted(enrolment: Enrolment | None) -> dict[str, Any]:
    """The note of progress as its form shows it."""
    return {"text": enrolment.progress_note if enrolment else None}


def note_overtaken(participant_id: UUID, form: Form) -> StaleEdit:
    """Both versions of the note of progress; where the participant stands, when they have no seat any more."""
    participant = participant_or_404(participant_id)
    enrolment = current_enrolment(database(), participant.id)
    if enrolment is None:
        return seat_moved(participant_id, form)
    reload_url = url_for("routing.participant", participant_id=participant.id)
    return stale_edit(form, noted(enrolment), reload_url, saved_by(enrolment.updated_at, participant.id, enrolment.id))


@contextmanager
def moving(too_late: Callable[[], StaleEdit]) -> Iterator[None]:
    """404 when the consent ended meanwhile; what `too_late` makes when something moved between the page and the click.

    It is called after the roll-back, in a new transaction: it reads where things stand now.
    """
    try:
        yield
    except Gone:
        abort(404)
    except (Refused, StaleDataError) as error:
        database().rollback()
        raise too_late() from error
