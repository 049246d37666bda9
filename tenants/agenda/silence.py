"""The files without contact for long, and after how many days that is."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Date, Integer, Select, Uuid, bindparam, func, select, true, tuple_, union_all
from sqlalchemy.orm import aliased

from clais.clock import today
from clais.database import HERE, MEMBER, NIL, ScopedSession, among
from clais.database.keyset import FIRST
from clais.registry.dated_settings import settings_here
from tenants.agenda.models import Appointment
from tenants.agenda.workflow import to_come
from tenants.follow_up.choices import UNFILED
from tenants.follow_up.models import Contact
from tenants.people.models import Person
from tenants.people.queries import ON_A_DAY, on_a_day
from tenants.people.quiet import awaited
from tenants.people.workflow import OPEN_STAGES

DAYS_WITHOUT_CONTACT = 30
WITHOUT_CONTACT_SETTING = "days_without_contact"


def days_without_contact(session: ScopedSession) -> int:
    """The days without contact after which a file appears on its referent's day: the platform's setting, or 30."""
    chosen = settings_here(session).get(WITHOUT_CONTACT_SETTING)
    return chosen if isinstance(chosen, int) and chosen > 0 else DAYS_WITHOUT_CONTACT


FileWithoutContact = tuple[Person, Contact | None, Appointment | None]


def without_contact(
    session: ScopedSession, referent_id: UUID, days: int, *, after: tuple[date, UUID] | None = None, limit: int = 30
) -> list[FileWithoutContact]:
    """A referent's open files without contact for `days` days or more, the longest first.

    One that is quiet on purpose is not among them. Each comes with its newest contact or attempt and its next
    appointment. A file without any contact counts from the day of its stage.
    """
    last_day, last_id = after or (FIRST, NIL)
    values = {
        "here": session.scope.tenant_id,
        "member": referent_id,
        "day": today(),
        "since": today() - timedelta(days=days),
        "after_day": last_day,
        "after_id": last_id,
        "most": limit,
    }
    return [(person, contact, following) for person, contact, following in session.execute(_SILENT, values)]


def _without_contact() -> Select[Person, Contact, Appointment]:
    since = bindparam("since", type_=Date())
    after = tuple_(bindparam("after_day", type_=Date()), bindparam("after_id", type_=Uuid()))
    mine = select(*ON_A_DAY).where(
        Person.tenant_id == HERE,
        Person.referent_id == MEMBER,
        among(Person.stage, OPEN_STAGES),
        awaited(bindparam("day", type_=Date())),
    )
    # Two ranges of the index by last contact: as one condition of both, in a statement that is planned for any day,
    # PostgreSQL would read all the files of the referent.
    silent = union_all(
        mine.where(Person.last_contact_on <= since),
        mine.where(Person.last_contact_on.is_(None), Person.stage_since <= since),
    ).subquery()
    last_seen = func.coalesce(silent.c.last_contact_on, silent.c.stage_since)
    page = (
        select(silent)
        .where(tuple_(last_seen, silent.c.id) > after)
        .order_by(last_seen, silent.c.id)
        .limit(bindparam("most", type_=Integer()))
    )
    files = aliased(Person, page.subquery())
    newest = (
        select(Contact)
        .where(Contact.tenant_id == HERE, Contact.person_id == files.id, Contact.outcome != UNFILED)
        .order_by(Contact.happened_on.desc(), Contact.id.desc())
        .limit(1)
        .lateral()
    )
    following = (
        select(Appointment)
        .where(Appointment.tenant_id == HERE, Appointment.person_id == files.id, to_come())
        .order_by(Appointment.starts_at)
        .limit(1)
        .lateral()
    )
    last, coming = aliased(Contact, newest), aliased(Appointment, following)
    return (
        select(files, last, coming)
        .select_from(files)
        .outerjoin(last, true())
        .outerjoin(coming, true())
        .options(on_a_day(files))
        .order_by(func.coalesce(files.last_contact_on, files.stage_since), files.id)
    )


_SILENT = _without_contact()
