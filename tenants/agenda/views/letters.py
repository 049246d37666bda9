"""The letter that invites someone to an appointment."""

from uuid import UUID

from flask import flash, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.audit.actions import record_reading
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.context import database, get_or_404
from clais.web.rendering import redirect_after_post, render
from tenants.agenda.models import Appointment
from tenants.agenda.schemas import LetterSchema
from tenants.agenda.views.appointments import READING
from tenants.agenda.workflow import AHEAD
from tenants.people.models import Person
from tenants.people.presentation import has_postal_address
from tenants.printing.giving import can_give, give_on_paper

pages = Pages()


@pages.form("/rendez-vous/<uuid:appointment_id>/lettre", "appointment.write")
def letter(appointment_id: UUID) -> AnyResponse:
    """Make the letter, with what is to be brought as the agent wants it said."""
    appointment = get_or_404(Appointment, appointment_id)
    person = get_or_404(Person, appointment.person_id)
    record_reading(database(), person.id, READING, subject_id=appointment.id)
    back_url = url_for("agenda.show", appointment_id=appointment.id)
    form = Form(LetterSchema(), {"bring": appointment.note or ""})
    if request.method == "POST":
        form = Form.from_request(LetterSchema(), request.form)
    if appointment.state not in AHEAD:
        flash(_("This appointment is over, or cancelled: no letter leaves about it."), "wait")
        return redirect_after_post(back_url)
    if request.method == "POST" and form.validate() and can_give(form):
        facts = {"appointment": appointment, "bring": form.data["bring"]}
        return give_on_paper("summons", person, back_url, subject_id=appointment.id, **facts)
    return render(
        "agenda/letter.html",
        status=422 if form.errors else 200,
        appointment=appointment,
        person=person,
        form=form,
        can_be_posted=has_postal_address(person),
        back_url=back_url,
    )
