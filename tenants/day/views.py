from flask import Response

from clais.clock import today
from clais.dates import day_bounds
from clais.feature.pages import Pages
from clais.web.context import actor, database
from clais.web.formatting import day_as
from clais.web.rendering import render
from tenants.agenda import queries as agenda
from tenants.agenda import rows
from tenants.agenda.day import to_settle
from tenants.agenda.presentation import silences
from tenants.agenda.workflow import AHEAD
from tenants.day.queries import waiting

pages = Pages()
SHOWN_WITHOUT_CONTACT = 6


@pages.page("/ma-journee", "day.read")
def my_day() -> Response:
    """What waits, who comes today, who was not heard of for long."""
    session, who = database(), actor()
    follows = who.may("follow_up.write")
    days = 0
    silent: list[agenda.Silent] = []
    unsettled: list[agenda.Kept] = []
    if follows:
        kept, unsettled = agenda.day_and_unsettled(session, who.membership_id)
        days = agenda.days_without_contact(session)
        silent = agenda.without_contact(session, who.membership_id, days, limit=SHOWN_WITHOUT_CONTACT + 1)
    else:
        kept = agenda.appointments_between(session, *day_bounds(today()))
    things = waiting(session, who, to_settle(unsettled))
    return render(
        "day/my_day.html",
        greeting=who.display_name.split()[0],
        date_in_words=day_as(today(), "EEEE d MMMM").capitalize(),
        things=things,
        rows=[rows.row_of(appointment, person, who, "day", team=not follows) for appointment, person in kept],
        still=sum(appointment.state in AHEAD for appointment, _person in kept),
        follows=follows,
        days=days,
        silent=silences(silent[:SHOWN_WITHOUT_CONTACT]),
        more_silent=len(silent) > SHOWN_WITHOUT_CONTACT,
    )
