from uuid import UUID

from clais.database import ScopedSession
from clais.exchange.referrals import news as movements
from clais.exchange.referrals import queries
from clais.exchange.referrals.models import Referral
from tenants.people.models import Person
from tenants.people.queries import people_by_id


def referrals_that_moved(session: ScopedSession, membership_id: UUID, limit: int = 20) -> list[tuple[Referral, Person]]:
    """The referrals that a member sent and that moved since they looked, with the person of each; last moved first."""
    return _with_people(session, movements.moved_for_sender(session, membership_id, limit))


def referrals_without_answer(
    session: ScopedSession, membership_id: UUID, limit: int = 20
) -> list[tuple[Referral, Person]]:
    """The referrals that a member sent and whose promised answer is late, the oldest promise first."""
    return _with_people(session, queries.overdue(session, membership_id, limit))


def _with_people(session: ScopedSession, referrals: list[Referral]) -> list[tuple[Referral, Person]]:
    people = people_by_id(session, list({referral.person_id for referral in referrals}))
    return [(referral, people[referral.person_id]) for referral in referrals if referral.person_id in people]
