from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Integer, Row, Select, and_, bindparam, case, exists, or_, select

from clais.actor import Actor
from clais.clock import now
from clais.database import HERE, MEMBER, ScopedSession, among, built_once
from clais.feature.handling import Anyone
from clais.identity.models import Membership
from clais.permissions import PermissionTable
from clais.thread import Source
from tenants.people.following import FOLLOWS_UP, heard_of
from tenants.people.models import Person
from tenants.people.queries import NAMED
from tenants.tasks.models import OwnTask

ON_FILES = "follow_up.write"
"""The permission of the members who read and write tasks on files."""
STILL_SHOWN = timedelta(days=14)
"""So long a task that is done stands on the list of its doer, to be set back."""
FACTS = (OwnTask.id, OwnTask.text, OwnTask.due_on, OwnTask.created_at, OwnTask.done_at)


def tasks_of(
    session: ScopedSession, actor: Actor, table: PermissionTable, until: date, limit: int
) -> Sequence[Row[*tuple[Any, ...]]]:
    """What `actor` wants to do by a day: their own tasks, and those of the files that they follow; the first day first.

    A task of a colleague who left comes to whoever hears of its file.
    """
    values = {"here": session.scope.tenant_id, "member": actor.membership_id, "day": until, "most": limit}
    return session.execute(_tasks_of(actor.permissions, table), values).all()


@built_once
def _tasks_of(permissions: frozenset[str], table: PermissionTable) -> Select[*tuple[Any, ...]]:
    return (
        _with_person()
        .where(
            OwnTask.done_at.is_(None),
            OwnTask.due_on <= bindparam("day", type_=Date()),
            _whose(permissions, table),
        )
        .order_by(OwnTask.due_on, OwnTask.created_at, OwnTask.id)
        .limit(bindparam("most", type_=Integer()))
    )


def _with_person() -> Select[*tuple[Any, ...]]:
    return (
        select(*FACTS, *NAMED)
        .outerjoin(Person, (Person.tenant_id == HERE) & (Person.id == OwnTask.person_id))
        .where(OwnTask.tenant_id == HERE)
    )


def _whose(permissions: frozenset[str], table: PermissionTable) -> ColumnElement[bool]:
    mine = OwnTask.membership_id == MEMBER
    if ON_FILES not in permissions:
        return and_(mine, OwnTask.person_id.is_(None))
    present = exists().where(
        Membership.tenant_id == HERE,
        Membership.id == OwnTask.membership_id,
        Membership.ended_at.is_(None),
        among(Membership.role, sorted(table.holders(FOLLOWS_UP))),
    )
    nobodys = and_(OwnTask.person_id.is_not(None), ~present)
    return or_(mine, and_(nobodys, heard_of(Anyone(permissions), table)))


def done_lately(session: ScopedSession, actor: Actor, limit: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """What a member did in the last days, the latest first."""
    values = {"here": session.scope.tenant_id, "member": actor.membership_id}
    found = _with_person().where(OwnTask.done_by_id == MEMBER, OwnTask.done_at > now() - STILL_SHOWN)
    if ON_FILES not in actor.permissions:
        found = found.where(OwnTask.person_id.is_(None))
    return session.execute(found.order_by(OwnTask.done_at.desc(), OwnTask.id).limit(limit), values).all()


def open_on_file(session: ScopedSession, person_id: UUID) -> Sequence[OwnTask]:
    """What is still to do on a file, the first day first."""
    found = select(OwnTask).where(
        OwnTask.tenant_id == session.scope.tenant_id, OwnTask.person_id == person_id, OwnTask.done_at.is_(None)
    )
    return session.scalars(found.order_by(OwnTask.due_on, OwnTask.id)).all()


OF_A_PERSON = Source(
    OwnTask.person_id,
    {
        "id": OwnTask.id,
        "text": OwnTask.text,
        "due_on": OwnTask.due_on,
        "author_name": OwnTask.author_name,
        "created_at": OwnTask.created_at,
        "done_at": OwnTask.done_at,
        "done_by": OwnTask.done_by,
    },
    # What is still to do is never cut off by what was done, nor what is late by what comes later.
    order=(
        OwnTask.done_at.is_(None).desc(),
        case((OwnTask.done_at.is_(None), OwnTask.due_on)),
        OwnTask.created_at.desc(),
        OwnTask.id.desc(),
    ),
)
"""The tasks on the file of a person."""
