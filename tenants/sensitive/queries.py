from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import structlog
from sqlalchemy import DateTime, Uuid, bindparam, exists, func, select

from clais.actor import Actor
from clais.clock import now
from clais.database import HERE, MEMBER, ScopedSession
from clais.encryption import DecryptionFailed, Keyring
from clais.sealing import unseal
from tenants.people.models import HandOver, Person
from tenants.sensitive.models import SensitiveFact, SensitiveOpening
from tenants.sensitive.rules.access import LATELY, reads

log = structlog.get_logger("tenants.sensitive")

READ = "sensitive.read"
PERSON = bindparam("person", type_=Uuid())
OPENINGS = 20
"""The newest openings of a file that are shown."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a sensitive fact says: a kind, a text, why it is kept, whether the person knows, and why not."""

    kind: str
    text: str
    reason: str
    told: str
    not_told_because: str | None = None


_FACTS = (
    select(SensitiveFact)
    .where(SensitiveFact.tenant_id == HERE, SensitiveFact.person_id == PERSON)
    .order_by(SensitiveFact.noted_at.desc(), SensitiveFact.id.desc())
)
_OPENINGS = (
    select(SensitiveOpening)
    .where(SensitiveOpening.tenant_id == HERE, SensitiveOpening.person_id == PERSON)
    .order_by(SensitiveOpening.opened_at.desc(), SensitiveOpening.id.desc())
    .limit(OPENINGS)
)
_CARD = Person.__table__.alias()
_MERGED_SINCE = exists().where(
    _CARD.c.tenant_id == HERE, _CARD.c.merged_into_id == PERSON, _CARD.c.left_out_at >= SensitiveOpening.opened_at
)
"""What another file brought was not asked for: its facts are opened with a reason of their own."""
_OPEN_UNTIL = select(func.max(SensitiveOpening.open_until)).where(
    SensitiveOpening.tenant_id == HERE,
    SensitiveOpening.person_id == PERSON,
    SensitiveOpening.membership_id == MEMBER,
    ~_MERGED_SINCE,
)

_LATEST_HAND_OVER = (
    select(HandOver.id, HandOver.actor_name, HandOver.to_name)
    .where(
        HandOver.tenant_id == HERE,
        HandOver.person_id == PERSON,
        HandOver.happened_at >= bindparam("since", type_=DateTime(timezone=True)),
    )
    .order_by(HandOver.happened_at.desc(), HandOver.id.desc())
    .limit(1)
)


def facts_of(session: ScopedSession, person_id: UUID) -> Sequence[SensitiveFact]:
    """The sensitive facts of a file, the newest first."""
    return session.scalars(_FACTS, {"here": session.scope.tenant_id, "person": person_id}).all()


def openings_of(session: ScopedSession, person_id: UUID) -> Sequence[SensitiveOpening]:
    """Who opened the sensitive facts of a file with a reason, the newest first."""
    return session.scalars(_OPENINGS, {"here": session.scope.tenant_id, "person": person_id}).all()


def open_until(session: ScopedSession, person_id: UUID, actor: Actor) -> datetime | None:
    """Until when the actor has opened the sensitive facts of a file."""
    values = {"here": session.scope.tenant_id, "person": person_id, "member": actor.membership_id}
    return session.scalar(_OPEN_UNTIL, values)


def may_read(session: ScopedSession, person: Person, fact: SensitiveFact | None, actor: Actor) -> bool:
    """Whether the actor reads this fact, or, without one, all those of the file that others noted."""
    return _reads_until(None, person, fact, actor) or _reads_until(
        open_until(session, person.id, actor), person, fact, actor
    )


def may_erase(person: Person, fact: SensitiveFact, actor: Actor) -> bool:
    """Whether the actor may erase a fact: who reads it without a reason. The hour of a reason is for reading."""
    return _reads_until(None, person, fact, actor)


def _reads_until(until: datetime | None, person: Person, fact: SensitiveFact | None, actor: Actor) -> bool:
    return reads(
        actor.membership_id,
        holds=actor.may(READ),
        referent=person.referent_id,
        author=fact.author_id if fact else None,
        open_until=until,
        now=now(),
    )


def own_taking(session: ScopedSession, person: Person, actor: Actor) -> UUID | None:
    """The hand-over by which the actor lately took over themselves the file that they follow."""
    if person.referent_id != actor.membership_id:
        return None
    values = {"here": session.scope.tenant_id, "person": person.id, "since": now() - LATELY}
    newest = session.execute(_LATEST_HAND_OVER, values).one_or_none()
    return newest.id if newest is not None and newest.actor_name == newest.to_name else None


def told_by(keyring: Keyring, fact: SensitiveFact) -> Told | None:
    """What a fact says; None, with an error in the log, when it could not be decrypted."""
    try:
        return Told(*unseal(keyring, fact))
    except DecryptionFailed:
        log.error("a sensitive fact could not be read", fact=str(fact.id))  # noqa: TRY400 - the trace says nothing more.
        return None


def reason_of(keyring: Keyring, opening: SensitiveOpening) -> str | None:
    """Why someone opened the facts of a file; None, with an error in the log, when it could not be decrypted."""
    try:
        return str(unseal(keyring, opening))
    except DecryptionFailed:
        log.error("the reason of an opening could not be read", opening=str(opening.id))  # noqa: TRY400 - the same.
        return None


def first_to_erase(session: ScopedSession) -> date | None:
    """The day after which the next fact is kept no more."""
    return session.scalar(
        select(func.min(SensitiveFact.keep_until)).where(SensitiveFact.tenant_id == session.scope.tenant_id)
    )
