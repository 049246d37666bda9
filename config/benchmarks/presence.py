"""A session of sixty participants, with forty half-days that were said of each."""

from datetime import timedelta
from itertools import islice

from sqlalchemy import Engine, select, text

from clais.clock import today
from clais.database import new_id, unit_of_work
from clais.dates import monday_of
from clais.exchange.publications.models import Scheme, SchemeSession
from config.benchmarks.browser import Browser, Call
from support_center.presence.rules.timetable import half_days_of_session
from support_center.routing.models import Enrolment, PresenceMark
from support_center.routing.queries import visible

ROOM, MOST_IN_A_ROOM = "room", 15
"""The page, and how many bare views it may take."""
PEOPLE, HALF_DAYS = 60, 40
DAILY = "du lundi au dimanche"
SEATED = text(
    "UPDATE enrolment SET scheme_session_id = :held, state = 'seated' WHERE tenant_id = :tenant AND id = ANY(:ids)"
)
"""Past the workflow, as the rows of the benchmarks are written."""


def room(engine: Engine, free: Engine, centre: Browser) -> Call:
    """The list of presences of such a session, once it is filled with people of the centre."""
    first = monday_of(today()) - timedelta(weeks=4)
    with unit_of_work(engine, centre.scope) as session:
        scheme = session.scalars(select(Scheme).where(Scheme.owner_tenant_id == centre.tenant.id).limit(1)).one()
        held = SchemeSession(
            id=new_id(), owner_tenant_id=centre.tenant.id, basin_id=centre.tenant.basin_id, scheme_id=scheme.id,
            starts_on=first, ends_on=first + timedelta(weeks=8), closes_on=first, place="Charleroi", timetable=DAILY,
            seats=PEOPLE,
        )  # fmt: skip
        session.add(held)
        session.flush()
        key = held.id
        people = [row.id for row in session.scalars(visible(session).limit(PEOPLE * 4))]
        current = (Enrolment.tenant_id == centre.tenant.id, Enrolment.state != "released")
        seats = session.execute(
            select(Enrolment.id, Enrolment.participant_id)
            .where(*current, Enrolment.participant_id.in_(people))
            .limit(PEOPLE)
        ).all()
        halves = list(islice(half_days_of_session(first, today(), DAILY), HALF_DAYS))
        session.add_all(
            PresenceMark(
                participant_id=seat.participant_id, scheme_session_id=key, day=half.day, half=half.half,
                mark="present", marked_by="Mesure", act_id=key,
            )
            for seat in seats
            for half in halves
        )  # fmt: skip
    with free.begin() as connection:
        connection.execute(SEATED, {"held": key, "tenant": centre.tenant.id, "ids": [seat.id for seat in seats]})
    return centre.get(f"/places/{key}/presences")
