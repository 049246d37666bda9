"""The conflicts of a late form: they show the present state of the referral, the seat or the note of progress."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy.orm.exc import StaleDataError

from clais.audit.actions import record_reading
from clais.exchange.publications.queries import sessions_by_id
from clais.exchange.referrals.conflicts import referral_conflict
from clais.exchange.referrals.locking import Gone
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.conflicts import NO_VERSION, saved_by, stale_edit, state_changed_by, state_conflict
from clais.web.context import database
from clais.web.errors import StaleEdit, StateConflict
from clais.web.formatting import exact_day
from clais.workflow import Refused, last_change
from support_center.routing.admission import REFUSALS
from support_center.routing.lookups import participant_or_404, received_or_404
from support_center.routing.models import Enrolment
from support_center.routing.queries import current_enrolment
from support_center.routing.workflow import ENROLMENT, PARTICIPANT


class NotAdmitted(Exception):  # noqa: N818 - it reads as what happened.
    """Someone gets no seat or place in a session; `code` is of `admission.REFUSALS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def received_referral_conflict(referral_id: UUID, form: Form) -> StateConflict:
    """The present state of a received referral; 404 when its consent ended."""
    referral = received_or_404(referral_id)
    return referral_conflict(form, referral, url_for("routing.show", referral_id=referral.id))


def seat_version(enrolment: Enrolment | None) -> str:
    """The version of a seat in a form: a form may not free a seat that a colleague gave after the page was opened."""
    if enrolment is None:
        return NO_VERSION
    # With the day of an offer: one that was answered meanwhile is another one.
    return "-".join(filter(None, (enrolment.id.hex, enrolment.state, str(enrolment.offered_until or ""))))


def seat_conflict(participant_id: UUID, form: Form) -> StateConflict:
    """The present state of a participant, and the session in which they have a seat or wait."""
    participant, session = participant_or_404(participant_id), database()
    record_reading(session, participant.id)
    enrolment = current_enrolment(session, participant.id)
    facts = [(_("State"), _(PARTICIPANT.states[participant.state])), (_("Seat"), _("No seat for now."))]
    by = state_changed_by(last_change(session, participant.id))
    if enrolment is not None:
        current = sessions_by_id(session, [enrolment.scheme_session_id])[enrolment.scheme_session_id]
        days = _("From %(start)s to %(end)s", start=exact_day(current.starts_on), end=exact_day(current.ends_on))
        facts[1] = (_("Seat"), f"{_(ENROLMENT.states[enrolment.state])} · {days}, {current.place}")
        by = saved_by(enrolment.created_at, enrolment.id)
    return state_conflict(form, facts, url_for("routing.participant", participant_id=participant.id), by)


def progress_values(enrolment: Enrolment | None) -> dict[str, Any]:
    """The values of the form of the note of progress."""
    return {"text": enrolment.progress_note if enrolment else None}


def note_conflict(participant_id: UUID, form: Form) -> StaleEdit:
    """Both versions of the note of progress; the state of the participant when they have no seat any more."""
    participant = participant_or_404(participant_id)
    record_reading(database(), participant.id)
    enrolment = current_enrolment(database(), participant.id)
    if enrolment is None:
        return seat_conflict(participant_id, form)
    reload_url = url_for("routing.participant", participant_id=participant.id)
    return stale_edit(
        form, progress_values(enrolment), reload_url, saved_by(enrolment.updated_at, participant.id, enrolment.id)
    )


@contextmanager
def reporting_conflict(conflict: Callable[[], StaleEdit]) -> Iterator[None]:
    """Answer with `conflict()` when something changed after the page was opened, or the consent ended meanwhile.

    Raises NotAdmitted, after the rollback, for what the page says beside its field. `conflict` is called after the
    rollback, so that it reads the present state in a new transaction.
    """
    try:
        yield
    except (Gone, Refused, StaleDataError) as error:
        database().rollback()
        if isinstance(error, Refused) and error.code in REFUSALS:
            raise NotAdmitted(error.code) from error
        raise conflict() from error
