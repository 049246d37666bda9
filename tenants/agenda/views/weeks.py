from datetime import date, timedelta
from uuid import UUID

from flask import Response, abort, url_for

from clais.audit.listings import stand_above_limit
from clais.clock import today
from clais.dates import day_bounds, monday_of
from clais.feature.pages import Pages
from clais.printing.engine import is_set_up
from clais.translation import gettext as _
from clais.web.arguments import query_arguments
from clais.web.context import actor, database
from clais.web.cursors import after_moment, write_cursor
from clais.web.formatting import day_as, exact_day
from clais.web.rendering import render
from tenants.agenda import queries, rows, silence
from tenants.agenda.choices import PURPOSES
from tenants.agenda.forms import agents_of
from tenants.agenda.presentation import without_contact_line
from tenants.agenda.schemas import AgendaSchema, WithoutContactSchema
from tenants.agenda.workflow import APPOINTMENT

pages = Pages()

EVERYONE = "all"
SHOWN_WITHOUT_CONTACT = 6
PAGE = 30


@pages.page("/sans-contact", "follow_up.write")
def without_contact() -> Response:
    """All of the actor's files without contact for long, the longest first."""
    session, who = database(), actor()
    cursor = after_moment(query_arguments(WithoutContactSchema)["after"])
    after = (cursor[0].date(), cursor[1]) if cursor else None
    days = silence.days_without_contact(session)
    found = silence.without_contact(session, who.membership_id, days, after=after, limit=PAGE + 1)
    page = found[:PAGE]
    following = None
    if len(found) > PAGE:
        last = page[-1][0]
        following = write_cursor(last.last_contact_on or last.stage_since, last.id)
    return render(
        "agenda/without_contact.html",
        days=days,
        files_without_contact=[without_contact_line(*file) for file in page],
        next_url=url_for("agenda.without_contact", after=following) if following else None,
        first_url=url_for("agenda.without_contact") if after else None,
    )


@pages.page("/agenda", "appointment.read")
def index() -> Response:
    """A week or a day of the actor, of a colleague, or of the whole team."""
    session, who = database(), actor()
    chosen = query_arguments(AgendaSchema)
    agents = agents_of(session)
    keys = {str(agent.id): agent.display_name for agent in agents}
    mine = str(who.membership_id) if str(who.membership_id) in keys else EVERYONE
    agent = chosen["agent"] or mine
    if agent != EVERYONE and agent not in keys:
        abort(404)
    day, whole_week = chosen["day"] or today(), chosen["view"] == "week"
    if agent == str(who.membership_id) and monday_of(day) == monday_of(today()):
        stand_above_limit(session)
    first, length = (monday_of(day), 7) if whole_week else (day, 1)
    appointments = queries.appointments_between(
        session, *day_bounds(first, length), None if agent == EVERYONE else UUID(agent)
    )
    days = rows.week(appointments, first) if whole_week else [rows.one_day(day, appointments)]
    step = timedelta(days=length)

    def link(**changes: object) -> str:
        values = {"day": day, "view": chosen["view"], "agent": None if agent == mine else agent} | changes
        return url_for("agenda.index", **values)

    return render(
        "agenda/index.html",
        days=days,
        day=day,
        whole_week=whole_week,
        heading=_week_in_words(first, days[-1].day) if whole_week else exact_day(day, weekday=True).capitalize(),
        agents=[(EVERYONE, _("The whole team")), *keys.items()],
        agent=agent,
        team=agent == EVERYONE,
        whose=keys.get(agent),
        is_mine=agent == mine,
        purposes=PURPOSES,
        arrived_text=rows.arrived_text,
        states=APPOINTMENT.states,
        rows=[] if whole_week else rows.rows_of(session, appointments, who, "agenda", team=agent == EVERYONE),
        previous_url=link(day=first - step),
        next_url=link(day=first + step),
        today_url=link(day=None),
        is_now=first <= today() < first + step,
        link=link,
        can_print=is_set_up(),
    )


def _week_in_words(monday: date, last: date) -> str:
    first = day_as(monday, "d" if monday.month == last.month else "d MMMM")
    return _("Week of %(first)s to %(last)s", first=first, last=day_as(last, "d MMMM y"))
