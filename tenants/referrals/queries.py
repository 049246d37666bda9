from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, select

from clais.actor import Actor
from clais.clock import today
from clais.database import ScopedSession, built_once
from clais.exchange.referrals import news, queries
from clais.exchange.referrals.models import Referral
from clais.feature.handling import Anyone, Reader
from clais.permissions import PermissionTable
from tenants.people.following import hears_of
from tenants.people.models import Person
from tenants.people.standing import people_by_id


def referrals_that_moved(
    session: ScopedSession, actor: Actor, table: PermissionTable, limit: int = 20
) -> list[tuple[Referral, Person]]:
    """The referrals of the people whom the actor follows that changed state since they looked; the latest first."""
    return _with_people(session, moved(session, actor, table, limit))


def moved(session: ScopedSession, actor: Actor, table: PermissionTable, limit: int = 20) -> list[Referral]:
    """The same referrals alone."""
    return list(session.scalars(_moved(actor.permissions, table), _values(session, actor, limit)))


@built_once
def _moved(permissions: frozenset[str], table: PermissionTable) -> Select[Referral]:
    reader = Anyone(permissions)
    return news.moved_for(reader, hears_of(Referral.person_id, reader, table))


def moved_count(reader: Reader, table: PermissionTable) -> ScalarSelect[int]:
    """The query that counts them, for the rail."""
    return news.moved_count(reader, hears_of(Referral.person_id, reader, table))


def referrals_without_answer(
    session: ScopedSession, actor: Actor, table: PermissionTable, limit: int = 20
) -> list[tuple[Referral, Person]]:
    """The referrals of the people whom the actor follows whose promised answer is late; the oldest promise first."""
    values = _values(session, actor, limit) | {"day": today()}
    return _with_people(session, list(session.scalars(_without_answer(actor.permissions, table), values)))


@built_once
def _without_answer(permissions: frozenset[str], table: PermissionTable) -> Select[Referral]:
    return queries.overdue(hears_of(Referral.person_id, Anyone(permissions), table))


def _values(session: ScopedSession, actor: Actor, limit: int) -> dict[str, Any]:
    return {"here": session.scope.tenant_id, "member": actor.membership_id, "most": limit}


def sent_with_people(session: ScopedSession, ids: Collection[UUID]) -> list[tuple[Referral, Person | None]]:
    """Some sent referrals, each with its person."""
    here = Referral.tenant_id == session.scope.tenant_id
    rows = session.execute(
        select(Referral, Person)
        .outerjoin(Person, (Person.tenant_id == session.scope.tenant_id) & (Person.id == Referral.person_id))
        .where(here, Referral.id.in_(ids))
    )
    return [(referral, person) for referral, person in rows]


def people_followed_by(session: ScopedSession, membership_id: UUID) -> Select[UUID]:
    """The ids of the people whose referent a member is."""
    return select(Person.id).where(Person.tenant_id == session.scope.tenant_id, Person.referent_id == membership_id)


def people_set_aside(session: ScopedSession, person_id: UUID | None = None) -> Select[UUID]:
    """The ids of the people whose file was encoded by mistake; of one of them, if given."""
    # The table itself: of the class, what is left out is never found.
    person = Person.__table__.c
    here = person.tenant_id == session.scope.tenant_id
    found = select(person.id).where(here, person.left_out_at.is_not(None), person.merged_into_id.is_(None))
    return found if person_id is None else found.where(person.id == person_id)


def _with_people(session: ScopedSession, referrals: list[Referral]) -> list[tuple[Referral, Person]]:
    people = people_by_id(session, list({referral.person_id for referral in referrals}))
    return [(referral, people[referral.person_id]) for referral in referrals if referral.person_id in people]
