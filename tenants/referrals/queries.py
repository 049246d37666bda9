from uuid import UUID

from sqlalchemy import Select, select

from clais.database import ScopedSession
from clais.exchange.referrals import news, queries
from clais.exchange.referrals.models import Referral
from tenants.people.models import Person
from tenants.people.queries import people_by_id


def referrals_that_moved(session: ScopedSession, membership_id: UUID, limit: int = 20) -> list[tuple[Referral, Person]]:
    """The sent referrals of a member that changed state since they looked, with their people; the latest first."""
    return _with_people(session, news.moved_for_sender(session, membership_id, limit))


def referrals_without_answer(
    session: ScopedSession, membership_id: UUID, limit: int = 20
) -> list[tuple[Referral, Person]]:
    """The sent referrals of a member whose promised answer is late, with their people; the oldest promise first."""
    return _with_people(session, queries.overdue(session, membership_id, limit))


def people_followed_by(session: ScopedSession, membership_id: UUID) -> Select[UUID]:
    """The ids of the people whose referent a member is."""
    return select(Person.id).where(Person.tenant_id == session.scope.tenant_id, Person.referent_id == membership_id)


def _with_people(session: ScopedSession, referrals: list[Referral]) -> list[tuple[Referral, Person]]:
    people = people_by_id(session, list({referral.person_id for referral in referrals}))
    return [(referral, people[referral.person_id]) for referral in referrals if referral.person_id in people]
