"""Queries on referrals, for the sender and for the receiver. Row security decides what the receiver still sees."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BindParameter,
    Integer,
    Row,
    ScalarSelect,
    Select,
    Uuid,
    any_,
    bindparam,
    func,
    or_,
    select,
    text,
)

from clais.clock import now
from clais.database import HERE, ScopedSession
from clais.exchange.referrals.models import (
    TRANSFER,
    WAITS,
    Consent,
    Parcel,
    PresenceSummary,
    Referral,
    ReferralEvent,
    ReferralMessage,
    Withdrawal,
)
from clais.exchange.referrals.workflow import OPEN

PAGE = 25
WITHDRAWALS_SHOWN = timedelta(days=14)


def sent_referral(session: ScopedSession, referral_id: UUID) -> Referral | None:
    """A referral that the tenant at work sent."""
    return session.get(Referral, (session.scope.tenant_id, referral_id))


def received_referral(session: ScopedSession, referral_id: UUID) -> Referral | None:
    """A referral that the tenant at work received and may still see; None once the consent is withdrawn or over."""
    return session.scalars(
        select(Referral)
        .where(Referral.to_tenant_id == session.scope.tenant_id, Referral.id == referral_id)
        # The identity map may hold a row that the database no longer shows.
        .execution_options(populate_existing=True)
    ).one_or_none()


def parcel_of(session: ScopedSession, referral: Referral) -> Parcel | None:
    """The newest parcel of a referral."""
    return session.scalars(
        select(Parcel)
        .where(Parcel.tenant_id == referral.tenant_id, Parcel.referral_id == referral.id)
        .order_by(Parcel.parcel_version.desc())
        .limit(1)
    ).one_or_none()


def presence_of(session: ScopedSession, referral: Referral) -> PresenceSummary | None:
    """How often the person of a sent referral was there; None once the consent is withdrawn or over."""
    standing = select(Referral.id).where(
        Referral.tenant_id == session.scope.tenant_id,
        Referral.id == referral.id,
        Referral.in_force,
        Referral.consent_until > now(),
    )
    return session.scalars(
        select(PresenceSummary)
        .where(
            PresenceSummary.tenant_id == referral.to_tenant_id,
            PresenceSummary.to_tenant_id == session.scope.tenant_id,
            PresenceSummary.referral_id.in_(standing),
        )
        .execution_options(populate_existing=True)
    ).one_or_none()


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """A step or a message of a referral. `mine` says that the tenant at work made it."""

    when: datetime
    actor_name: str
    mine: bool
    event: ReferralEvent | None = None
    message: ReferralMessage | None = None


def thread(session: ScopedSession, referral: Referral) -> list[ThreadLine]:
    """The steps and the messages of a referral in one list, oldest first."""
    here = session.scope.tenant_id
    events = session.scalars(
        select(ReferralEvent).where(
            ReferralEvent.tenant_id == referral.tenant_id, ReferralEvent.referral_id == referral.id
        )
    )
    messages = session.scalars(
        select(ReferralMessage).where(
            ReferralMessage.tenant_id == referral.tenant_id, ReferralMessage.referral_id == referral.id
        )
    )
    lines = [ThreadLine(e.happened_at, e.actor_name, e.by_tenant_id == here, event=e) for e in events]
    lines += [ThreadLine(m.sent_at, m.actor_name, m.by_tenant_id == here, message=m) for m in messages]
    return sorted(lines, key=lambda line: line.when)


# The sender's side


def consent_of(session: ScopedSession, referral: Referral) -> Consent | None:
    """The consent behind a referral; the sender's only."""
    return session.scalars(
        select(Consent).where(Consent.tenant_id == session.scope.tenant_id, Consent.referral_id == referral.id)
    ).one_or_none()


_SENT_FOR = (
    select(Referral)
    .where(Referral.tenant_id == HERE, Referral.person_id == bindparam("person"))
    .order_by(Referral.created_at.desc(), Referral.id.desc())
    .limit(bindparam("most", type_=Integer()))
)


def sent_for(session: ScopedSession, person_id: UUID, limit: int = PAGE) -> list[Referral]:
    """A person's referrals, newest first."""
    return list(session.scalars(_SENT_FOR, {"here": session.scope.tenant_id, "person": person_id, "most": limit}))


def open_for(session: ScopedSession, person_id: UUID) -> list[Referral]:
    """A person's referrals that are still open, oldest first."""
    here = Referral.tenant_id == session.scope.tenant_id
    rows = select(Referral).where(here, Referral.person_id == person_id, Referral.state.in_(OPEN))
    return list(session.scalars(rows.order_by(Referral.created_at, Referral.id)))


def agreements_in_force(session: ScopedSession, person_id: UUID) -> list[Row[tuple[str, datetime]]]:
    """The agreements of a person that stand: the number of the referral that each was given for, and its end."""
    here = (Consent.tenant_id == session.scope.tenant_id, Referral.tenant_id == session.scope.tenant_id)
    standing = (Consent.person_id == person_id, Consent.withdrawn_at.is_(None), Consent.until > now())
    rows = select(Referral.reference, Consent.until).where(*here, Referral.id == Consent.referral_id, *standing)
    return list(session.execute(rows.order_by(Consent.until, Consent.id)))


def open_referral_to(session: ScopedSession, person_id: UUID, scheme_id: UUID) -> Referral | None:
    """The open referral of a person to a scheme: they are sent there once at a time."""
    return next((referral for referral in open_for(session, person_id) if referral.scheme_id == scheme_id), None)


def open_transfer_of(session: ScopedSession, person_id: UUID) -> Referral | None:
    """The transfer of a person's file that waits for an answer: it is offered to one platform at a time."""
    return next((referral for referral in open_for(session, person_id) if referral.kind == TRANSFER), None)


def lock_earlier(session: ScopedSession, person_id: UUID, scheme_id: UUID) -> None:
    """Lock the referrals of a person to a scheme, over or not, until the end of the transaction.

    A receiver who takes an answer back locks the same row: whoever comes second sees what the first one did.
    """
    here = Referral.tenant_id == session.scope.tenant_id
    rows = select(Referral.id).where(here, Referral.person_id == person_id, Referral.scheme_id == scheme_id)
    session.execute(rows.order_by(Referral.id).with_for_update(key_share=True)).all()


# The receiver's side


def waiting_count(here: UUID | BindParameter[UUID]) -> ScalarSelect[int]:
    """The query that counts the received referrals to answer; the rail combines it with its other counts."""
    waiting = select(func.count()).select_from(Referral).where(Referral.to_tenant_id == here, text(WAITS))
    return waiting.scalar_subquery()


def standing_referrals(session: ScopedSession) -> Select[UUID]:
    """The ids of the received referrals whose consent is in force; records made from other referrals are hidden."""
    return select(Referral.id).where(Referral.to_tenant_id == session.scope.tenant_id)


_STANDING = select(
    Referral.id,
    Referral.reference,
    Referral.scheme_name,
    Referral.from_name,
    Referral.state,
    Referral.last_news_on,
    Referral.news_due_on,
    Referral.withdrawn_at,
    Referral.consent_until,
).where(Referral.to_tenant_id == HERE, Referral.id == any_(bindparam("ids", type_=ARRAY(Uuid()))))
_STANDING_OF = _STANDING.where(Referral.tenant_id == any_(bindparam("senders", type_=ARRAY(Uuid()))))


def standing_among(
    session: ScopedSession, ids: Collection[UUID], senders: Collection[UUID] = ()
) -> dict[UUID, Row[*tuple[Any, ...]]]:
    """Those of some received referrals whose consent is in force, each with its number, scheme and sender, and by
    when its next news are due.

    Read apart from the records that were made from them: these lie here, and the referrals with their `senders`, who
    alone are asked where they are known.
    """
    if not ids:
        return {}
    values = {HERE.key: session.scope.tenant_id, "ids": list(ids), "senders": list(senders)}
    return {row.id: row for row in session.execute(_STANDING_OF if senders else _STANDING, values)}


_WITHDRAWN = (
    select(Withdrawal)
    .where(
        Withdrawal.to_tenant_id == HERE,
        Withdrawal.withdrawn_at > bindparam("since"),
        Withdrawal.cause != "unused",
    )
    .order_by(Withdrawal.withdrawn_at.desc())
)


def withdrawals(session: ScopedSession) -> list[Withdrawal]:
    """The consents recently withdrawn from the tenant at work: references without names."""
    return list(session.scalars(_WITHDRAWN, {"here": session.scope.tenant_id, "since": now() - WITHDRAWALS_SHOWN}))


def withdrawal_of(session: ScopedSession, referral_id: UUID) -> Withdrawal | None:
    """The notice that the consent of a referral that the tenant at work received was withdrawn."""
    rows = select(Withdrawal).where(Withdrawal.to_tenant_id == HERE, Withdrawal.referral_id == referral_id)
    return session.scalars(rows, {"here": session.scope.tenant_id}).one_or_none()


def number_of_open_referrals(session: ScopedSession) -> int:
    """How many referrals that the current tenant sent or received are not over."""
    here = session.scope.tenant_id
    found = select(func.count()).where(
        or_(Referral.tenant_id == here, Referral.to_tenant_id == here), Referral.state.in_(OPEN)
    )
    return session.scalar(found) or 0
