"""Who follows a person here: news about them reaches the referent of the file as it stands now, else a coordinator."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, bindparam, exists, false, or_, select, true, union_all
from sqlalchemy.orm import aliased

from clais.database import HERE, ScopedSession, among, built_once
from clais.feature.handling import Key, Reader
from clais.identity.models import Membership
from clais.permissions import PermissionTable
from tenants.people.models import Person
from tenants.people.queries import on_a_day
from tenants.people.workflow import OPEN_STAGES

FOLLOWS_UP = "person.edit"
"""The permission of a referent; a receptionist registers people for others."""
HANDS_OUT = "member.read"
"""The permission of the members who hand out the files that nobody follows."""

_Keeper = aliased(Membership)
_Other = aliased(Membership)
_Card = aliased(Person)


def followers(here: Key, table: PermissionTable) -> Select[tuple[UUID, UUID]]:
    """The pairs (`person_id`, `membership_id`) of a platform: each file with the members who hear of it.

    That is its referent, while they are a member who follows people up. A file without such a referent is the
    coordinators', and every agent's on a platform that has none: nobody who left keeps the only copy.
    """
    referent = (
        select(Person.id.label("person_id"), Membership.id.label("membership_id"))
        .join(Membership, _is_referent(here, Membership, table))
        .where(Person.tenant_id == here)
    )
    keepers = (
        select(Person.id.label("person_id"), _Keeper.id.label("membership_id"))
        .join(_Keeper, _Keeper.tenant_id == here)
        .where(
            Person.tenant_id == here,
            _Keeper.ended_at.is_(None),
            _hands_out(here, table),
            without_referent(here, table),
        )
    )
    pairs = union_all(referent, keepers).subquery()
    return select(pairs.c.person_id, pairs.c.membership_id)


def hears_of(person_id: Any, reader: Reader, table: PermissionTable) -> ColumnElement[bool]:
    """The condition that the member at work hears of the person of a row, for rows that are few beside the files.

    A scalar subquery, which PostgreSQL runs for the rows at hand: as a set of people it would read every file of the
    platform for the number in the rail (row `form` of the benchmarks). What the member may do is known before the
    statement is written, which spares it half of what `followers` has to ask.
    """
    found = select(_is_heard_of(_Card, reader, table)).where(_Card.tenant_id == reader.tenant_id, _Card.id == person_id)
    return found.limit(1).scalar_subquery().is_(true())


def heard_of(reader: Reader, table: PermissionTable) -> ColumnElement[bool]:
    """The same condition for statements that read the file itself, whose index it can use: `Person` is that file."""
    return _is_heard_of(Person, reader, table)


def _is_heard_of(card: Any, reader: Reader, table: PermissionTable) -> ColumnElement[bool]:
    here = reader.tenant_id
    conditions: list[ColumnElement[bool]] = []
    if FOLLOWS_UP in reader.permissions:
        conditions.append(card.referent_id == reader.membership_id)
    if HANDS_OUT in reader.permissions:
        conditions.append(_without_referent(here, card, table))
    elif FOLLOWS_UP in reader.permissions:
        alone = select(_nobody_hands_out(here, table)).scalar_subquery()
        conditions.append(alone & _without_referent(here, card, table))
    return or_(false(), *conditions)


def without_referent(here: Key, table: PermissionTable) -> ColumnElement[bool]:
    """The condition for the files of a platform that no present member who follows people up is the referent of."""
    return _without_referent(here, Person, table)


def _without_referent(here: Key, card: Any, table: PermissionTable) -> ColumnElement[bool]:
    return ~exists().where(_is_referent(here, _Other, table, card))


def files_without_referent(
    session: ScopedSession, table: PermissionTable, stages: Collection[str] = OPEN_STAGES, limit: int = 8
) -> list[Person]:
    """The open files without a referent who is still here, the longest waiting first."""
    values = {"here": session.scope.tenant_id, "stages": stages, "most": limit}
    return list(session.scalars(_files_without_referent(table), values))


@built_once
def _files_without_referent(table: PermissionTable) -> Select[Person]:
    return (
        select(Person)
        .where(
            Person.tenant_id == HERE,
            without_referent(HERE, table),
            Person.stage.in_(bindparam("stages", expanding=True)),
        )
        .options(on_a_day())
        .order_by(Person.stage_since, Person.id)
        .limit(bindparam("most", type_=Integer()))
    )


def _is_referent(here: Key, member: Any, table: PermissionTable, card: Any = Person) -> ColumnElement[bool]:
    found: ColumnElement[bool] = (
        (member.tenant_id == here)
        & (member.id == card.referent_id)
        & member.ended_at.is_(None)
        & among(member.role, _roles(table, FOLLOWS_UP))
    )
    return found


def _hands_out(here: Key, table: PermissionTable) -> ColumnElement[bool]:
    alone = _nobody_hands_out(here, table)
    return or_(among(_Keeper.role, _roles(table, HANDS_OUT)), among(_Keeper.role, _roles(table, FOLLOWS_UP)) & alone)


def _nobody_hands_out(here: Key, table: PermissionTable) -> ColumnElement[bool]:
    coordinator = among(_Other.role, _roles(table, HANDS_OUT))
    return ~exists().where(_Other.tenant_id == here, _Other.ended_at.is_(None), coordinator)


def _roles(table: PermissionTable, permission: str) -> Sequence[str]:
    # In order, so that a statement that is built twice is the same.
    return sorted(table.holders(permission))
