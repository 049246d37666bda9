"""What is given on paper of appointments: the letter that invites someone, the list of those expected on a day."""

from uuid import UUID

from flask import abort, flash, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.audit.actions import record_reading
from clais.clock import today
from clais.dates import day_bounds
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.arguments import query_arguments
from clais.web.context import database, get_or_404
from clais.web.formatting import clock_time, exact_day
from clais.web.rendering import redirect_after_post, render
from tenants.agenda.forms import agents_of
from tenants.agenda.models import Appointment
from tenants.agenda.queries import appointments_between
from tenants.agenda.schemas import AgendaSchema, LetterSchema
from tenants.agenda.views.appointments import READING
from tenants.agenda.views.weeks import EVERYONE
from tenants.agenda.workflow import AHEAD
from tenants.people.models import Person
from tenants.people.presentation import has_postal_address
from tenants.printing.giving import Expected, can_give, give_on_paper, give_presence_list

pages = Pages()


@pages.form("/rendez-vous/<uuid:appointment_id>/lettre", "appointment.write")
def letter(appointment_id: UUID) -> AnyResponse:
    """Make the letter, with what is to be brought as the agent wants it said."""
    appointment = get_or_404(Appointment, appointment_id)
    person = get_or_404(Person, appointment.person_id)
    record_reading(database(), person.id, READING, subject_id=appointment.id)
    back_url = url_for("agenda.show", appointment_id=appointment.id)
    form = Form(LetterSchema(), {"bring": (not appointment.note_withheld_at and appointment.note) or ""})
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


@pages.button("/agenda/presences", "appointment.read")
def presence_list() -> AnyResponse:
    """Have the list made of those who are expected on a day, by one member or by the whole team."""
    session = database()
    chosen = query_arguments(AgendaSchema)
    names = {str(agent.id): agent.display_name for agent in agents_of(session)}
    day, agent = chosen["day"] or today(), chosen["agent"]
    if agent not in (None, EVERYONE) and agent not in names:
        abort(404)
    whose = UUID(agent) if agent in names else None
    found = appointments_between(session, *day_bounds(day), whose)
    expected = [
        Expected(clock_time(one.starts_at), person.full_name, one.agent_name, person.id)
        for one, person in found
        if one.state != "cancelled"
    ]
    heading = _("Appointments of %(day)s", day=exact_day(day, weekday=True))
    if agent in names:
        heading = f"{heading}, {names[agent]}"
    return give_presence_list(heading, expected, url_for("agenda.index", day=day, view="day", agent=agent))
