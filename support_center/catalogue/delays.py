"""How long the centre's own people waited in a year, scheme by scheme and in all, from the rows of what happened."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import aliased

from clais.clock import now, today
from clais.database import ScopedSession
from clais.dates import day_bounds, day_of, months_after
from clais.exchange.publications.models import Scheme, SchemeSession, UsualDelay
from clais.exchange.publications.rules.delays import ANSWER, MONTHS, START, WAIT, Usual, usual
from clais.exchange.referrals.models import Referral, ReferralEvent
from clais.exchange.referrals.workflow import ANSWERS
from clais.workflow import StateChange
from support_center.routing.models import Enrolment

Waited = tuple[UUID | None, str, int]
"""The scheme of somebody, what they waited for, and how many days."""


def counted(session: ScopedSession) -> dict[tuple[UUID | None, str], Usual]:
    """What is usual for each scheme (None for all of them) and kind; nothing over too few people."""
    since = day_bounds(months_after(today(), -MONTHS), 1)[0]
    days: dict[tuple[UUID | None, str], list[int]] = defaultdict(list)
    for scheme_id, kind, waited in (*_answered(session, since), *_seated(session, since)):
        days[None, kind].append(waited)
        if scheme_id is not None:
            days[scheme_id, kind].append(waited)
    found = {key: usual(waited) for key, waited in days.items()}
    return {key: delay for key, delay in found.items() if delay is not None}


def publish(session: ScopedSession, basin_id: UUID, delays: dict[tuple[UUID | None, str], Usual]) -> None:
    """Let the basin read these delays, and no others of this centre."""
    here = session.scope.tenant_id
    own = set(session.scalars(select(Scheme.id).where(Scheme.owner_tenant_id == here)))
    session.execute(delete(UsualDelay).where(UsualDelay.owner_tenant_id == here))
    session.add_all(
        UsualDelay(
            owner_tenant_id=here,
            basin_id=basin_id,
            scheme_id=scheme_id,
            kind=kind,
            counted_on=today(),
            **delay._asdict(),
        )
        for (scheme_id, kind), delay in delays.items()
        if scheme_id is None or scheme_id in own
    )
    session.flush()


def _answered(session: ScopedSession, since: datetime) -> Iterator[Waited]:
    """From each referral of the year to its answer that stands, and from its acceptance to its beginning."""
    event = ReferralEvent
    moments = (
        _moment(func.max, event.happened_at, ANSWERS).label("answered"),
        _moment(func.max, event.happened_at, ("accept",)).label("accepted"),
        _moment(func.max, event.happened_at, ("start",)).label("started"),
        func.max(event.happened_on).filter(event.transition == "start").label("began_on"),
    )
    rows = (
        select(Referral.scheme_id, Referral.requested_at, *moments)
        .join(
            event,
            (event.tenant_id == Referral.tenant_id)
            & (event.to_tenant_id == session.scope.tenant_id)
            & (event.referral_id == Referral.id),
        )
        .where(Referral.to_tenant_id == session.scope.tenant_id, Referral.requested_at >= since)
        .group_by(Referral.tenant_id, Referral.id, Referral.scheme_id, Referral.requested_at)
    )
    for row in session.execute(rows):
        if row.answered is not None:
            yield row.scheme_id, ANSWER, _days(row.requested_at, row.answered)
        if row.accepted is not None and row.started is not None:
            yield row.scheme_id, START, _days(row.accepted, row.began_on or row.started)


def _moment(which: Any, column: Any, transitions: Iterable[str]) -> Any:
    return which(column).filter(ReferralEvent.transition.in_(list(transitions)))


def _seated(session: ScopedSession, since: datetime) -> Iterator[Waited]:
    """From each place on a waiting list of the year to the seat that its holder was given next."""
    here = session.scope.tenant_id
    given, later = aliased(Enrolment), aliased(StateChange)
    queued_again = (
        select(later.id)
        .where(later.tenant_id == here, later.subject_id == given.id, later.transition == "queue")
        .exists()
    )
    rows = (
        select(SchemeSession.scheme_id, Enrolment.seated_at, func.min(given.seated_at).label("given_at"))
        .join(StateChange, (StateChange.tenant_id == here) & (StateChange.subject_id == Enrolment.id))
        .join(
            given,
            (given.tenant_id == here)
            & (given.participant_id == Enrolment.participant_id)
            & (given.id != Enrolment.id)
            & (given.seated_at >= Enrolment.released_at),
        )
        .join(
            SchemeSession,
            (SchemeSession.owner_tenant_id == here) & (SchemeSession.id == Enrolment.scheme_session_id),
        )
        .where(
            Enrolment.tenant_id == here,
            Enrolment.state == "released",
            StateChange.subject_type == "enrolment",
            StateChange.transition == "queue",
            StateChange.happened_at >= since,
            ~queued_again,
        )
        .group_by(Enrolment.id, SchemeSession.scheme_id, Enrolment.seated_at)
    )
    for row in session.execute(rows):
        yield row.scheme_id, WAIT, _days(row.seated_at, row.given_at)


def _days(first: datetime, last: Any) -> int:
    return (day_of(last) - day_of(first)).days


def next_count_at(session: ScopedSession) -> datetime | None:
    """When the delays of a centre are counted again: a day after the last time; at once when there are some to say."""
    here = session.scope.tenant_id
    last = session.scalar(select(func.max(UsualDelay.counted_on)).where(UsualDelay.owner_tenant_id == here))
    if last is not None:
        return now() if last < today() else day_bounds(today(), 1)[1]
    if session.scalar(select(Scheme.id).where(Scheme.owner_tenant_id == here).limit(1)) is None:
        return None
    return now() if counted(session) else None
