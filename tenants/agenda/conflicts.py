"""The answers when a colleague changed an appointment or its report first."""

from typing import Any

from flask import url_for

from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.conflicts import saved_by, stale_edit, state_changed_by, state_conflict, version_of
from clais.web.context import database
from clais.web.errors import StaleEdit, StateConflict
from clais.workflow import last_change
from tenants.agenda import forms, rows
from tenants.agenda.models import Appointment
from tenants.agenda.workflow import AHEAD, APPOINTMENT
from tenants.follow_up.models import Contact
from tenants.follow_up.queries import contact_of_appointment


def appointment_conflict(form: Form, appointment: Appointment) -> StaleEdit:
    """Both versions of an appointment; its present state, when it is over."""
    if appointment.state not in AHEAD:
        return _state_conflict(form, appointment)
    stored = forms.values_of(appointment, form["back"].value)
    reload_url = url_for("agenda.change", appointment_id=appointment.id)
    return stale_edit(form, stored, reload_url, saved_by(appointment.updated_at, appointment.id))


def _state_conflict(form: Form, appointment: Appointment) -> StateConflict:
    current = [
        (_("Appointment"), rows.moment_in_words(appointment.starts_at)),
        (_("State"), _(APPOINTMENT.states[appointment.state])),
    ]
    reload_url = url_for("agenda.show", appointment_id=appointment.id)
    return state_conflict(form, current, reload_url, state_changed_by(last_change(database(), appointment.id)))


def report_values(contact: Contact | None, appointment: Appointment) -> dict[str, Any]:
    """The values of the report form; the length is that of the appointment until a contact has its own."""
    return {
        "summary": contact.summary if contact else None,
        "minutes": (contact.minutes if contact else None) or appointment.minutes,
    }


def is_stale_report(form: Form, contact: Contact | None) -> bool:
    """Whether the form was filled in without seeing the stored report.

    A contact without summary comes from a click on « came », often at the reception while the agent already writes:
    saving over it loses nothing.
    """
    if form.version is None:
        return True
    return form.version != version_of(contact) and (contact is None or bool(contact.summary))


def report_conflict(form: Form, appointment: Appointment) -> StaleEdit:
    """Both versions of a report; the state of the appointment, when its contact was removed."""
    contact = contact_of_appointment(database(), appointment.id)
    if contact is None:
        return _state_conflict(form, appointment)
    reload_url = url_for("agenda.report", appointment_id=appointment.id)
    by = saved_by(contact.updated_at, contact.id, appointment.id)
    return stale_edit(form, report_values(contact, appointment), reload_url, by)
