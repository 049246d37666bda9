"""What someone is told who comes too late with an appointment, or with what was said there."""

from typing import Any

from flask import url_for

from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.conflicts import saved_by, stale_edit, state_changed_by, state_conflict, version_of
from clais.web.context import database
from clais.web.errors import StaleEdit, StateConflict
from clais.workflow import last_change
from tenants.agenda import forms as booking
from tenants.agenda import rows
from tenants.agenda.models import Appointment
from tenants.agenda.workflow import AHEAD, APPOINTMENT
from tenants.follow_up.models import Contact
from tenants.follow_up.queries import contact_of_appointment


def overtaken(form: Form, appointment: Appointment) -> StaleEdit:
    """Both versions of an appointment; what became of it, when it is over."""
    if appointment.state not in AHEAD:
        return _moved(form, appointment)
    stored = booking.values_of(appointment, form["back"].value)
    reload_url = url_for("agenda.change", appointment_id=appointment.id)
    return stale_edit(form, stored, reload_url, saved_by(appointment.updated_at, appointment.id))


def _moved(form: Form, appointment: Appointment) -> StateConflict:
    standing = [
        (_("Appointment"), rows.moment_in_words(appointment.starts_at)),
        (_("State"), _(APPOINTMENT.states[appointment.state])),
    ]
    reload_url = url_for("agenda.show", appointment_id=appointment.id)
    return state_conflict(form, standing, reload_url, state_changed_by(last_change(database(), appointment.id)))


def said_of(contact: Contact | None, appointment: Appointment) -> dict[str, Any]:
    """What is noted of an interview as its form shows it; its length is at first that of the appointment."""
    return {
        "summary": contact.summary if contact else None,
        "minutes": (contact.minutes if contact else None) or appointment.minutes,
    }


def is_unread(form: Form, contact: Contact | None) -> bool:
    """Whether a report was written without what stands now before one's eyes.

    A contact without words was made by a click on « came », often at the reception while the agent already writes:
    nothing of it would be lost.
    """
    return form.version != version_of(contact) and (contact is None or bool(contact.summary))


def report_overtaken(form: Form, appointment: Appointment) -> StaleEdit:
    """Both versions of what was said; where the appointment stands, when what was noted of it was taken back."""
    contact = contact_of_appointment(database(), appointment.id)
    if contact is None:
        return _moved(form, appointment)
    reload_url = url_for("agenda.report", appointment_id=appointment.id)
    by = saved_by(contact.updated_at, contact.id, appointment.id)
    return stale_edit(form, said_of(contact, appointment), reload_url, by)
