from flask import Response

from clais.clock import today
from clais.dates import day_bounds
from clais.feature.pages import Pages
from clais.web.context import actor, database
from clais.web.formatting import day_as
from clais.web.rendering import render
from tenants.agenda import queries, rows
from tenants.agenda.day import appointments_to_settle
from tenants.agenda.presentation import without_contact_lines
from tenants.agenda.workflow import AHEAD
from tenants.day.queries import waiting

pages = Pages()
SHOWN_WITHOUT_CONTACT = 6


@pages.page("/ma-journee", "day.read")
def my_day() -> Response:
    """The waiting items, the appointments of today, the files without contact for long."""
    session, who = database(), actor()
    follows = who.may("follow_up.write")
    days = 0
    without_contact: list[queries.FileWithoutContact] = []
    unsettled: list[queries.AppointmentWithPerson] = []
    if follows:
        appointments, unsettled = queries.day_and_unsettled(session, who.membership_id)
        days = queries.days_without_contact(session)
        without_contact = queries.without_contact(session, who.membership_id, days, limit=SHOWN_WITHOUT_CONTACT + 1)
    else:
        appointments = queries.appointments_between(session, *day_bounds(today()))
    waiting_items = waiting(session, who, appointments_to_settle(unsettled))
    return render(
        "day/my_day.html",
        greeting=who.display_name.split()[0],
        date_in_words=day_as(today(), "EEEE d MMMM").capitalize(),
        waiting_items=waiting_items,
        rows=[rows.row_of(appointment, person, who, "day", team=not follows) for appointment, person in appointments],
        still_to_come=sum(appointment.state in AHEAD for appointment, _person in appointments),
        follows=follows,
        days=days,
        files_without_contact=without_contact_lines(without_contact[:SHOWN_WITHOUT_CONTACT]),
        more_without_contact=len(without_contact) > SHOWN_WITHOUT_CONTACT,
    )
