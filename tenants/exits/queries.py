from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, Integer, Row, Select, bindparam, select

from clais.actor import Actor
from clais.clock import today
from clais.database import HERE, ScopedSession, built_once
from clais.feature.handling import Anyone
from clais.permissions import PermissionTable
from tenants.exits.models import ExitCheck, PersonExit
from tenants.people.following import heard_of
from tenants.people.models import Person
from tenants.people.queries import NAMED

NOTICE = timedelta(days=7)


def news_to_ask(
    session: ScopedSession, actor: Actor, table: PermissionTable, limit: int
) -> Sequence[Row[*tuple[Any, ...]]]:
    """The news to ask for within NOTICE in the closed files whose last referent the actor is, the oldest first."""
    until: date = today() + NOTICE
    values = {"here": session.scope.tenant_id, "member": actor.membership_id, "day": until, "most": limit}
    return session.execute(_news_to_ask(actor.permissions, table), values).all()


@built_once
def _news_to_ask(permissions: frozenset[str], table: PermissionTable) -> Select[*tuple[Any, ...]]:
    return (
        select(ExitCheck.id, ExitCheck.months, ExitCheck.due_on, PersonExit.left_on, PersonExit.result, *NAMED)
        .join(PersonExit, (PersonExit.tenant_id == HERE) & (PersonExit.id == ExitCheck.exit_id))
        .join(Person, (Person.tenant_id == HERE) & (Person.id == ExitCheck.person_id))
        .where(
            ExitCheck.tenant_id == HERE,
            ExitCheck.state == "planned",
            ExitCheck.due_on <= bindparam("day", type_=Date()),
            Person.stage == "closed",
            heard_of(Anyone(permissions), table),
        )
        .order_by(ExitCheck.due_on, ExitCheck.id)
        .limit(bindparam("most", type_=Integer()))
    )
