from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, select

from clais.actor import Actor
from clais.database import ScopedSession
from clais.exchange.referrals import news, queries
from clais.exchange.referrals.models import Referral
from clais.feature.handling import Reader
from clais.permissions import PermissionTable
from tenants.people.following import hears_of
from tenants.people.models import Person
from tenants.people.queries import people_by_id


def referrals_that_moved(
    session: ScopedSession, actor: Actor, table: PermissionTable, limit: int = 20
) -> list[tuple[Referral, Person]]:
    """The referrals of the people whom the actor follows that changed state since they looked; the latest first."""
    return _with_people(session, moved(session, actor, table, limit))


def moved(session: ScopedSession, actor: Actor, table: PermissionTable, limit: int = 20) -> list[Referral]:
    """The same referrals alone."""
    return news.moved_for(session, actor, hears_of(Referral.person_id, actor, table), limit)


def moved_count(reader: Reader, table: PermissionTable) -> ScalarSelect[int]:
    """The query that counts them, for the rail."""
    return news.moved_count(reader, hears_of(Referral.person_id, reader, table))


def referrals_without_answer(
    session: ScopedSession, actor: Actor, table: PermissionTable, limit: int = 20
) -> list[tuple[Referral, Person]]:
    """The referrals of the people whom the actor follows whose promised answer is late; the oldest promise first."""
    return _with_people(session, queries.overdue(session, hears_of(Referral.person_id, actor, table), limit))


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


def _with_people(session: ScopedSession, referrals: list[Referral]) -> list[tuple[Referral, Person]]:
    people = people_by_id(session, list({referral.person_id for referral in referrals}))
    return [(referral, people[referral.person_id]) for referral in referrals if referral.person_id in people]
