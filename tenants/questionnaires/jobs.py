"""What the worker does for questionnaires: it counts the files on each instrument, for the centre to read."""

from datetime import datetime, time, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from clais.actor import Actor
from clais.clock import BELGIUM, now, today
from clais.database import ScopedSession
from clais.due.actions import make_due
from clais.exchange.adoptions.models import InstrumentAdoption
from tenants.people.models import Person
from tenants.people.workflow import OPEN_STAGES
from tenants.questionnaires.models import InstrumentFilling

COUNT = "instrument.count_files"
NIGHT = time(2, 30)


def count_tonight(session: ScopedSession) -> None:
    """Let the files be counted in the night that comes."""
    make_due(session, COUNT, at=datetime.combine(today() + timedelta(days=1), NIGHT, BELGIUM))


def count_files(session: ScopedSession, _actor: Actor) -> int:
    """Count the open files on each instrument that the platform adopted. Returns how many instruments there are."""
    here = session.scope.tenant_id
    adoptions = session.scalars(select(InstrumentAdoption).where(InstrumentAdoption.tenant_id == here)).all()
    last = (
        select(InstrumentFilling.instrument_id, InstrumentFilling.number)
        .join(Person, (Person.tenant_id == here) & (Person.id == InstrumentFilling.person_id))
        .where(
            InstrumentFilling.tenant_id == here,
            InstrumentFilling.state == "finished",
            Person.stage.in_(OPEN_STAGES),
        )
        .ext(distinct_on(InstrumentFilling.instrument_id, InstrumentFilling.person_id))
        .order_by(
            InstrumentFilling.instrument_id,
            InstrumentFilling.person_id,
            InstrumentFilling.finished_on.desc(),
            InstrumentFilling.id.desc(),
        )
        .subquery()
    )
    counted = session.execute(
        select(last.c.instrument_id, last.c.number, func.count()).group_by(last.c.instrument_id, last.c.number)
    ).all()
    under_way = {
        row.instrument_id: row.fillings
        for row in session.execute(
            # With its file: what stayed behind in one that went into another counts nowhere.
            select(InstrumentFilling.instrument_id, func.count().label("fillings"))
            .join(Person, (Person.tenant_id == here) & (Person.id == InstrumentFilling.person_id))
            .where(InstrumentFilling.tenant_id == here, InstrumentFilling.state == "open")
            .group_by(InstrumentFilling.instrument_id)
        )
    }
    for adoption in adoptions:
        own = {number: count for instrument, number, count in counted if instrument == adoption.instrument_id}
        adoption.files, adoption.files_in_use = sum(own.values()), own.get(adoption.number or 0, 0)
        adoption.files_open, adoption.counted_at = under_way.get(adoption.instrument_id, 0), now()
    return len(adoptions)


def next_count_at(session: ScopedSession) -> datetime | None:
    """Now when something was filled in, or adopted, that nobody counted for a day; acts make it due before that."""
    here, since = session.scope.tenant_id, now() - timedelta(days=1)
    never = InstrumentAdoption.counted_at.is_(None) & (InstrumentAdoption.updated_at < since)
    filled = exists().where(
        InstrumentFilling.tenant_id == here,
        InstrumentFilling.instrument_id == InstrumentAdoption.instrument_id,
        InstrumentFilling.updated_at > InstrumentAdoption.counted_at,
        InstrumentFilling.updated_at < since,
    )
    waits = session.scalar(select(exists().where(InstrumentAdoption.tenant_id == here, never | filled)))
    return now() if waits else None
