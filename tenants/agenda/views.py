from datetime import date, timedelta
from uuid import UUID

from flask import Response, abort, url_for

from clais.clock import today
from clais.registry.models import LOCAL_PLATFORM
from clais.web.context import actor, database
from clais.web.cursors import write_cursor
from clais.web.formatting import exact_day
from clais.web.navigation import destination
from clais.web.rendering import render
from clais.words import N_
from clais.words import gettext as _
from tenants.agenda import appointments as _appointments  # noqa: F401 - its routes belong to this feature.
from tenants.agenda import queries, rows, sources
from tenants.agenda.booking import agents_of
from tenants.agenda.calendar import day_bounds, week_of
from tenants.agenda.choices import PURPOSES
from tenants.agenda.day import waiting
from tenants.agenda.feature import agenda
from tenants.agenda.schemas import AgendaSchema, WithoutContactSchema
from tenants.agenda.silence import silences
from tenants.agenda.workflow import AHEAD, APPOINTMENT
from tenants.follow_up.views import after_moment, asked
from tenants.follow_up.words import said
from tenants.people import file
from tenants.people.workflow import OPEN_STAGES

EVERYONE = "all"
SHOWN_WITHOUT_CONTACT = 6
PAGE = 30

destination(N_("My day"), "sun", "agenda.my_day", "day.read", kinds=(LOCAL_PLATFORM,), order=10)
destination(N_("Agenda"), "calendar3", "agenda.index", "appointment.read", kinds=(LOCAL_PLATFORM,), order=40)
file.add_section(
    file.Section("appointments", 10, "aside", "appointment.read", "agenda/_appointments.html", rows.load_section)
)
file.add_act(file.Act(N_("Make an appointment"), "agenda.new", "appointment.write", 30, frozenset(OPEN_STAGES)))
file.add_timeline_source("appointments", "follow_up.read", queries.OF_A_PERSON, rows.entry)
sources.add_sources()


@agenda.page("/ma-journee", "day.read")
def my_day() -> Response:
    """What waits, who comes today, who was not heard of for long."""
    session, who = database(), actor()
    follows = who.may("follow_up.write")
    days = 0
    silent: list[queries.Silent] = []
    unsettled: list[queries.Kept] = []
    if follows:
        kept, unsettled = queries.day_and_unsettled(session, who.membership_id)
        days = queries.days_without_contact(session)
        silent = queries.without_contact(session, who.membership_id, days, limit=SHOWN_WITHOUT_CONTACT + 1)
    else:
        kept = queries.appointments_between(session, *day_bounds(today()))
    things = waiting(session, who, sources.to_settle(unsettled, who))
    return render(
        "agenda/my_day.html",
        greeting=who.display_name.split()[0],
        date_in_words=said(today(), "EEEE d MMMM").capitalize(),
        things=things,
        rows=[rows.row_of(appointment, person, who, "day", team=not follows) for appointment, person in kept],
        still=sum(appointment.state in AHEAD for appointment, _person in kept),
        follows=follows,
        days=days,
        silent=silences(silent[:SHOWN_WITHOUT_CONTACT]),
        more_silent=len(silent) > SHOWN_WITHOUT_CONTACT,
    )


@agenda.page("/sans-contact", "follow_up.write")
def without_contact() -> Response:
    """All of one's files without contact for long, the longest first."""
    session, who = database(), actor()
    cursor = after_moment(asked(WithoutContactSchema())["after"])
    after = (cursor[0].date(), cursor[1]) if cursor else None
    days = queries.days_without_contact(session)
    found = queries.without_contact(session, who.membership_id, days, after=after, limit=PAGE + 1)
    page = found[:PAGE]
    following = None
    if len(found) > PAGE:
        last = page[-1][0]
        following = write_cursor((last.last_contact_on or last.stage_since).isoformat(), last.id)
    return render(
        "agenda/without_contact.html",
        days=days,
        silent=silences(page),
        next_url=url_for("agenda.without_contact", after=following) if following else None,
        first_url=url_for("agenda.without_contact") if after else None,
    )


@agenda.page("/agenda", "appointment.read")
def index() -> Response:
    """A week or a day of one's own, of a colleague, or of the whole team."""
    session, who = database(), actor()
    chosen = asked(AgendaSchema())
    agents = agents_of(session)
    keys = {str(agent.id): agent.display_name for agent in agents}
    mine = str(who.membership_id) if str(who.membership_id) in keys else EVERYONE
    agent = chosen["agent"] or mine
    if agent != EVERYONE and agent not in keys:
        abort(404)
    day, whole_week = chosen["day"] or today(), chosen["view"] == "week"
    first, length = (week_of(day), 7) if whole_week else (day, 1)
    kept = queries.appointments_between(session, *day_bounds(first, length), None if agent == EVERYONE else UUID(agent))
    days = rows.week(kept, first) if whole_week else [rows.day_of(day, kept)]
    step = timedelta(days=length)

    def link(**changes: object) -> str:
        values = {"day": day, "view": chosen["view"], "agent": None if agent == mine else agent} | changes
        return url_for("agenda.index", **values)

    return render(
        "agenda/index.html",
        days=days,
        day=day,
        whole_week=whole_week,
        heading=_week_in_words(first) if whole_week else exact_day(day, weekday=True).capitalize(),
        agents=[(EVERYONE, _("The whole team")), *keys.items()],
        agent=agent,
        team=agent == EVERYONE,
        whose=keys.get(agent),
        is_mine=agent == mine,
        purposes=PURPOSES,
        states=APPOINTMENT.states,
        rows=[] if whole_week else [rows.row_of(*pair, who, "agenda", team=agent == EVERYONE) for pair in kept],
        previous_url=link(day=first - step),
        next_url=link(day=first + step),
        today_url=link(day=None),
        is_now=first <= today() < first + step,
        link=link,
    )


def _week_in_words(monday: date) -> str:
    friday = monday + timedelta(days=rows.WORKING_WEEK - 1)
    first = said(monday, "d" if monday.month == friday.month else "d MMMM")
    return _("Week of %(first)s to %(last)s", first=first, last=said(friday, "d MMMM y"))
