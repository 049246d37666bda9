"""Who follows a person here: news about them reaches the referent of the file as it stands now, else a coordinator."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select, true, union_all
from sqlalchemy.orm import aliased

from clais.database import ScopedSession
from clais.feature.handling import Key
from clais.identity.models import Membership
from clais.permissions import PermissionTable
from tenants.people.models import Person
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
        .join(Membership, _is_referent(Membership, table))
        .where(Person.tenant_id == here)
    )
    keepers = (
        select(Person.id.label("person_id"), _Keeper.id.label("membership_id"))
        .join(_Keeper, _Keeper.tenant_id == Person.tenant_id)
        .where(Person.tenant_id == here, _Keeper.ended_at.is_(None), _hands_out(here, table), without_referent(table))
    )
    pairs = union_all(referent, keepers).subquery()
    return select(pairs.c.person_id, pairs.c.membership_id)


def followed_by(here: Key, membership_id: Key, table: PermissionTable) -> Select[Any]:
    """The ids of the people of whom a member hears."""
    pairs = followers(here, table).subquery()
    return select(pairs.c.person_id).where(pairs.c.membership_id == membership_id)


def hears_of(person_id: Any, here: Key, membership_id: Key, table: PermissionTable) -> ColumnElement[bool]:
    """The condition that a member hears of the person of a row, for rows that are few beside the files of a platform.

    A scalar subquery, which PostgreSQL runs for the rows at hand: as a set of people it would read every file of the
    platform for the number in the rail (row `form` of the benchmarks).
    """
    follows = exists().where(
        _Keeper.tenant_id == here,
        _Keeper.id == membership_id,
        _Keeper.ended_at.is_(None),
        _Keeper.role.in_(_roles(table, FOLLOWS_UP)),
    )
    hands_out = exists().where(
        _Keeper.tenant_id == here, _Keeper.id == membership_id, _Keeper.ended_at.is_(None), _hands_out(here, table)
    )
    found = select(((_Card.referent_id == membership_id) & follows) | (_without_referent(_Card, table) & hands_out))
    one = found.where(_Card.tenant_id == here, _Card.id == person_id).limit(1).scalar_subquery()
    return one.is_(true())


def without_referent(table: PermissionTable) -> ColumnElement[bool]:
    """The condition for files that no present member who follows people up is the referent of."""
    return _without_referent(Person, table)


def _without_referent(card: Any, table: PermissionTable) -> ColumnElement[bool]:
    return ~exists().where(_is_referent(_Other, table, card))


def files_without_referent(
    session: ScopedSession, table: PermissionTable, stages: Collection[str] = OPEN_STAGES, limit: int = 8
) -> list[Person]:
    """The open files without a referent who is still here, the longest waiting first."""
    return list(
        session.scalars(
            select(Person)
            .where(Person.tenant_id == session.scope.tenant_id, without_referent(table), Person.stage.in_(stages))
            .order_by(Person.stage_since, Person.id)
            .limit(limit)
        )
    )


def _is_referent(member: Any, table: PermissionTable, card: Any = Person) -> ColumnElement[bool]:
    found: ColumnElement[bool] = (
        (member.tenant_id == card.tenant_id)
        & (member.id == card.referent_id)
        & member.ended_at.is_(None)
        & member.role.in_(_roles(table, FOLLOWS_UP))
    )
    return found


def _hands_out(here: Key, table: PermissionTable) -> ColumnElement[bool]:
    coordinator = _Other.role.in_(_roles(table, HANDS_OUT))
    alone = ~exists().where(_Other.tenant_id == here, _Other.ended_at.is_(None), coordinator)
    return or_(_Keeper.role.in_(_roles(table, HANDS_OUT)), _Keeper.role.in_(_roles(table, FOLLOWS_UP)) & alone)


def _roles(table: PermissionTable, permission: str) -> Sequence[str]:
    # In order, so that a statement that is built twice is the same.
    return sorted(table.holders(permission))
