"""What a sender waits for, or is waited for: late answers, news, what is missing, seats that are offered."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, bindparam, select

from clais.database import HERE, ScopedSession
from clais.database.moments import moment
from clais.exchange.referrals.models import Referral, ReferralEvent
from clais.exchange.referrals.workflow import UNANSWERED


def overdue(followed: ColumnElement[bool]) -> Select[Referral]:
    """The sent referrals without the promised answer, the oldest promise first; `followed` narrows them.

    Its parameters are `here`, `day` and `most`.
    """
    return (
        select(Referral)
        .where(
            Referral.tenant_id == HERE,
            Referral.state.in_(UNANSWERED),
            followed,
            Referral.answer_due_on < bindparam("day"),
        )
        .order_by(Referral.answer_due_on, Referral.id)
        .limit(bindparam("most", type_=Integer()))
    )


def offered(followed: ColumnElement[bool]) -> Select[Referral]:
    """The sent referrals to whose person a seat is offered, the first last day first; `followed` narrows them.

    Its parameters are `here`, `day` and `most`.
    """
    return (
        select(Referral)
        .where(Referral.tenant_id == HERE, *_IS_OFFERED, followed)
        .order_by(Referral.offer_until, Referral.id)
        .limit(bindparam("most", type_=Integer()))
    )


def silent(followed: ColumnElement[bool]) -> Select[Referral]:
    """The sent referrals whose receiver gave no news in time of what it accepted; as `overdue`."""
    return (
        select(Referral)
        .where(
            Referral.tenant_id == HERE,
            Referral.news_due_on < bindparam("day"),
            Referral.withdrawn_at.is_(None),
            Referral.consent_until > moment(timedelta()),
            followed,
        )
        .order_by(Referral.news_due_on, Referral.id)
        .limit(bindparam("most", type_=Integer()))
    )


_IS_OFFERED = (
    Referral.seat_offer == "offered",
    Referral.offer_until >= bindparam("day"),
    Referral.withdrawn_at.is_(None),
)


def asked_for(followed: ColumnElement[bool]) -> Select[Referral]:
    """The sent referrals whose receiver asked for what is missing, first asked first; as `overdue`, without `day`."""
    return (
        select(Referral)
        .where(Referral.tenant_id == HERE, Referral.state == "incomplete", followed)
        .order_by(Referral.asked_on, Referral.id)
        .limit(bindparam("most", type_=Integer()))
    )


def questions_of(session: ScopedSession, referrals: Collection[Referral]) -> dict[UUID, str]:
    """What the receivers ask for last, of sent referrals that wait for it."""
    if not referrals:
        return {}
    asked = (
        select(ReferralEvent.referral_id, ReferralEvent.comment)
        .where(
            ReferralEvent.tenant_id == session.scope.tenant_id,
            ReferralEvent.referral_id.in_([referral.id for referral in referrals]),
            ReferralEvent.transition == "ask_missing",
        )
        .order_by(ReferralEvent.happened_at, ReferralEvent.id)
    )
    return {row.referral_id: row.comment or "" for row in session.execute(asked)}
