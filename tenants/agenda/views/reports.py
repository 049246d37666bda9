from uuid import UUID

from flask import Response, flash, request, url_for
from sqlalchemy.orm.exc import StaleDataError

from clais.audit.actions import record_reading
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.arguments import query_arguments
from clais.web.conflicts import version_of
from clais.web.context import actor, database, get_or_404
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.agenda import actions, rows
from tenants.agenda.conflicts import is_stale_report, report_conflict, report_values
from tenants.agenda.models import Appointment
from tenants.agenda.schemas import NewSchema, ReportSchema
from tenants.agenda.urls import return_url
from tenants.follow_up.actions import NotYours
from tenants.follow_up.models import Contact
from tenants.follow_up.queries import contact_of_appointment, may_complete
from tenants.people.models import Person

pages = Pages()


@pages.form("/rendez-vous/<uuid:appointment_id>/compte-rendu", "follow_up.write")
def report(appointment_id: UUID) -> Response:
    """Write the report of an interview: the person came, and that counts as a contact."""
    appointment = get_or_404(Appointment, appointment_id)
    person = get_or_404(Person, appointment.person_id)
    record_reading(database(), person.id)
    session, who = database(), actor()
    contact = contact_of_appointment(session, appointment.id)
    if request.method == "GET":
        values = report_values(contact, appointment) | {"back": query_arguments(NewSchema)["back"]}
        if contact is not None and not may_complete(contact, who):
            flash(_written_by(contact), "wait")
            return redirect_after_post(url_for("agenda.show", appointment_id=appointment.id))
        return _report_page(Form(ReportSchema(), values), appointment, person, contact)
    form = Form.from_request(ReportSchema(), request.form)
    if not form.validate():
        return _report_page(form, appointment, person, contact, 422)
    if is_stale_report(form, contact):
        raise report_conflict(form, appointment)
    place = form.data["back"]
    try:
        actions.report(session, appointment, person, who, minutes=form.data["minutes"], summary=form.data["summary"])
        session.flush()
    except actions.TooEarly:
        form.add_error(None, _("This appointment is still to come."))
    except NotYours:
        form.add_error(None, _written_by(contact))
    except Refused:
        form.add_error(None, _("This appointment was missed or cancelled: undo that first."))
    except StaleDataError:
        # A colleague recorded the outcome at the same moment: the form keeps the text, to be saved again.
        session.rollback()
        form.add_error(None, _("A colleague has just changed this appointment: save once more."))
        appointment, person = get_or_404(Appointment, appointment_id), get_or_404(Person, person.id)
    if form.errors:
        return _report_page(form, appointment, person, contact, 422)
    flash(_("Interview noted: it counts as a contact."), "done")
    return redirect_after_post(return_url(place, appointment))


def _written_by(contact: Contact | None) -> str:
    return _("%(name)s wrote what was said: add a note of your own.", name=contact.author_name if contact else "")


def _report_page(
    form: Form, appointment: Appointment, person: Person, contact: Contact | None, status: int = 200
) -> Response:
    place = form["back"].value or "file"
    return render(
        "agenda/report.html",
        status=status,
        form=form,
        appointment=appointment,
        person=person,
        when=rows.moment_in_words(appointment.starts_at),
        back_url=return_url(place, appointment),
        # On a form that comes back, the version that was read comes first.
        version=version_of(contact),
        is_written=contact is not None and bool(contact.summary),
    )
