"""Who is meant by what was typed: a participant whose consent stands, or a referral by its number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select

from clais.audit.listings import record_search
from clais.database import ScopedSession
from clais.encryption import Keyring
from clais.exchange.referrals.models import Referral
from clais.registry.models import Tenant
from clais.searching.keys import KeyTable, by_name, kinds_of, owners_near, owners_with, values_of
from clais.searching.typed import SearchText
from support_center.routing.models import Participant, ParticipantKey
from support_center.routing.queries import visible
from support_center.routing.rules.keys import facts_of

FOUND, MOST_PROPOSED = 20, 8
"""The most participants that a search shows, and that are proposed while one types."""
_KEYS = KeyTable(ParticipantKey, ParticipantKey.participant_id)


@dataclass(frozen=True, slots=True)
class Found:
    """The participants of a search by name. `nearly`: none fits as typed; `more`: others fit too."""

    people: Sequence[Participant] = ()
    nearly: bool = False
    more: bool = False

    @property
    def alone(self) -> Participant | None:
        """The one participant who fits as typed."""
        return self.people[0] if len(self.people) == 1 and not self.nearly else None


def participants_matching(session: ScopedSession, query: SearchText, keyring: Keyring, limit: int = FOUND) -> Found:
    """The participants who match the whole search: names, phone, e-mail, birth, their number or that of the referral.

    Names that are nearly so when none is. Three statements at most, and usually one.
    """
    record_search(session)
    facts = facts_of(query, keyring, session.scope.tenant_id)
    sought = by_name(query, facts) if facts is not None else []
    if facts is None or not sought:
        return Found()
    people, nearly = _people(session, owners_with(_KEYS, kinds_of(sought)), limit + 1, values_of(sought)), False
    if not people and query.words:
        people, nearly = _people(session, owners_near(session, _KEYS, query, facts), limit + 1, {}), True
    return Found(people[:limit], nearly and bool(people), len(people) > limit)


def _people(
    session: ScopedSession, owners: Select[UUID], limit: int, values: Mapping[str, str]
) -> Sequence[Participant]:
    found = visible(session).where(Participant.id.in_(owners)).order_by(Participant.sort_name, Participant.id)
    return session.scalars(found.limit(limit), {"here": session.scope.tenant_id, **values}).all()


def received_by_number(session: ScopedSession, reference: str) -> Referral | None:
    """A received referral that the tenant at work may still see, by its number."""
    # The code of its sender begins the number: with it, the index of the sender's numbers finds it.
    senders = select(Tenant.id).where(Tenant.code == reference.partition("-")[0])
    return session.scalars(
        select(Referral).where(
            Referral.to_tenant_id == session.scope.tenant_id,
            Referral.tenant_id.in_(senders),
            Referral.reference == reference,
        )
    ).one_or_none()
