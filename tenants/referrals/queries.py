from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, select

from clais.database import ScopedSession
from clais.exchange.referrals import news, queries
from clais.exchange.referrals.models import Referral
from clais.feature.handling import Key
from clais.permissions import PermissionTable
from tenants.people.following import hears_of
from tenants.people.models import Person
from tenants.people.queries import people_by_id


def referrals_that_moved(
    session: ScopedSession, membership_id: UUID, table: PermissionTable, limit: int = 20
) -> list[tuple[Referral, Person]]:
    """The referrals of the people whom a member follows that changed state since they looked; the latest first."""
    return _with_people(session, moved(session, membership_id, table, limit))


def moved(session: ScopedSession, membership_id: UUID, table: PermissionTable, limit: int = 20) -> list[Referral]:
    """The same referrals alone."""
    followed = hears_of(Referral.person_id, session.scope.tenant_id, membership_id, table)
    return news.moved_for(session, membership_id, followed, limit)


def moved_count(here: Key, membership_id: Key, table: PermissionTable) -> ScalarSelect[int]:
    """The query that counts them, for the rail."""
    return news.moved_count(here, membership_id, hears_of(Referral.person_id, here, membership_id, table))


def referrals_without_answer(
    session: ScopedSession, membership_id: UUID, table: PermissionTable, limit: int = 20
) -> list[tuple[Referral, Person]]:
    """The referrals of the people whom a member follows whose promised answer is late; the oldest promise first."""
    followed = hears_of(Referral.person_id, session.scope.tenant_id, membership_id, table)
    return _with_people(session, queries.overdue(session, followed, limit))


def sent_with_people(session: ScopedSession, ids: Collection[UUID]) -> list[tuple[Referral, Person | None]]:
    """Some sent referrals, each with its person."""
    here = Referral.tenant_id == session.scope.tenant_id
    rows = session.execute(
        select(Referral, Person)
        .outerjoin(Person, (Person.tenant_id == Referral.tenant_id) & (Person.id == Referral.person_id))
        .where(here, Referral.id.in_(ids))
    )
    return [(referral, person) for referral, person in rows]


def people_followed_by(session: ScopedSession, membership_id: UUID) -> Select[UUID]:
    """The ids of the people whose referent a member is."""
    return select(Person.id).where(Person.tenant_id == session.scope.tenant_id, Person.referent_id == membership_id)


def _with_people(session: ScopedSession, referrals: list[Referral]) -> list[tuple[Referral, Person]]:
    people = people_by_id(session, list({referral.person_id for referral in referrals}))
    return [(referral, people[referral.person_id]) for referral in referrals if referral.person_id in people]
