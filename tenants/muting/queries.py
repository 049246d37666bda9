from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Integer, Row, bindparam, func, select

from clais.clock import today
from clais.database import HERE, ScopedSession, among
from clais.identity.models import Membership
from clais.thread import Source
from tenants.muting.models import FileMuting
from tenants.people.models import Person
from tenants.people.queries import NAMED
from tenants.people.quiet import quiet
from tenants.people.workflow import OPEN_STAGES

MOST = 200

_IN_FORCE = (
    select(FileMuting)
    .join(Person, (Person.tenant_id == HERE) & (Person.id == FileMuting.person_id))
    .where(
        FileMuting.tenant_id == HERE,
        FileMuting.state == "noted",
        FileMuting.until_on >= bindparam("day", type_=Date()),
        among(Person.stage, OPEN_STAGES),
        quiet(bindparam("day", type_=Date())),
    )
)
_ALL = (
    _IN_FORCE.with_only_columns(
        FileMuting.id, FileMuting.reason, FileMuting.starts_on, FileMuting.until_on, FileMuting.noted_by,
        Person.last_contact_on, func.coalesce(Membership.display_name, "").label("referent"), *NAMED,
    )
    .outerjoin(Membership, (Membership.tenant_id == HERE) & (Membership.id == Person.referent_id))
    .order_by(FileMuting.until_on, FileMuting.id)
    .limit(bindparam("most", type_=Integer()))
)  # fmt: skip
_OF_A_FILE = _IN_FORCE.where(FileMuting.person_id == bindparam("person")).order_by(FileMuting.id.desc()).limit(1)


def quiet_files(session: ScopedSession) -> Sequence[Row[*tuple[Any, ...]]]:
    """The files of the platform that are quiet on purpose now, those that end first at the head."""
    return session.execute(_ALL, {"here": session.scope.tenant_id, "day": today(), "most": MOST}).all()


def in_force(session: ScopedSession, person_id: UUID) -> FileMuting | None:
    """What keeps a file quiet now; None when nothing does, or something happened since."""
    values = {"here": session.scope.tenant_id, "day": today(), "person": person_id}
    return session.scalars(_OF_A_FILE, values).first()


OF_A_PERSON = Source(
    FileMuting.person_id,
    {
        "id": FileMuting.id,
        "reason": FileMuting.reason,
        "starts_on": FileMuting.starts_on,
        "until_on": FileMuting.until_on,
        "noted_by": FileMuting.noted_by,
        "state": FileMuting.state,
        "ended_by": FileMuting.ended_by,
        "created_at": FileMuting.created_at,
        "updated_at": FileMuting.updated_at,
    },
    order=(FileMuting.starts_on.desc(), FileMuting.id.desc()),
)
"""When a file was made quiet, and taken up again."""
