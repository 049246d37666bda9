"""Where one goes on after an appointment."""

from flask import url_for

from clais.dates import day_of
from tenants.agenda.models import Appointment
from tenants.people.urls import home_url


def return_url(place: str, appointment: Appointment) -> str:
    """The page to which an act returns."""
    anchor = f"appointment-{appointment.id}"
    if place == "day":
        return url_for("day.my_day", _anchor=anchor)
    if place == "desk":
        return url_for("desk.index", _anchor="expected")
    if place == "agenda":
        day = day_of(appointment.starts_at)
        return url_for("agenda.index", day=day, view="day", agent=appointment.agent_id, _anchor=anchor)
    if place == "file":
        return home_url(appointment.person_id, anchor)
    return url_for("agenda.show", appointment_id=appointment.id)
