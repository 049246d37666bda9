"""What both wings read of the supervision by sampling.

Requests, replies and summaries are read apart: a cluster joins no rows of two tenants.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ScalarSelect, bindparam, func, literal, select

from clais.clock import today
from clais.database import ScopedSession
from clais.exchange.quality.models import QualityReply, QualityRequest, QualitySummary
from clais.exchange.quality.workflow import REPLY, REQUEST
from clais.feature.handling import Reader

LIFE = timedelta(days=365)
"""How long a summary is kept after it was sent."""
WAITING = frozenset({"asked", "drawn"})
"""Where a request stands that its platform has still to answer."""
ANSWERED = frozenset({"answered", "declined"})
"""Where it stands once its platform has: the centre has still to read it, and closes it then."""
# Built once. A platform may not lock the row of its centre: both hold the request by this lock.
_HELD = select(func.pg_advisory_xact_lock(func.hashtextextended(literal("quality request ") + bindparam("request"), 0)))


class Asked(NamedTuple):
    """A request with the reply of its platform, when there is one."""

    request: QualityRequest
    reply: QualityReply | None

    @property
    def state(self) -> str:
        """Where both parties stand together: asked, drawn, answered, declined or closed."""
        if self.request.state == "closed":
            return "closed"
        return "asked" if self.reply is None or self.reply.state == REPLY.initial else self.reply.state

    @property
    def is_late(self) -> bool:
        """Whether the day to answer by is past."""
        return self.state in WAITING and self.request.answer_by < today()


def sent_requests(session: ScopedSession) -> list[Asked]:
    """The requests of the centre at work, the newest first."""
    here = session.scope.tenant_id
    found = select(QualityRequest).where(QualityRequest.tenant_id == here)
    requests = session.scalars(found.order_by(QualityRequest.asked_at.desc(), QualityRequest.id.desc())).all()
    replies = select(QualityReply).where(QualityReply.to_tenant_id == here)
    return _with(requests, {row.quality_request_id: row for row in session.scalars(replies)} if requests else {})


def to_read_count(reader: Reader) -> ScalarSelect[int]:
    """How many requests of the centre are answered and not closed yet; the rail combines it with its other counts."""
    answered = select(QualityReply.quality_request_id).where(
        QualityReply.to_tenant_id == reader.tenant_id, QualityReply.state.in_(ANSWERED)
    )
    own = (QualityRequest.tenant_id == reader.tenant_id, QualityRequest.state == REQUEST.initial)
    return select(func.count()).where(*own, QualityRequest.id.in_(answered)).scalar_subquery()


def to_answer_count(reader: Reader) -> ScalarSelect[int]:
    """How many requests wait for an answer of the platform; the rail combines it with its other counts."""
    answered = select(QualityReply.quality_request_id).where(
        QualityReply.tenant_id == reader.tenant_id, QualityReply.state.in_(ANSWERED)
    )
    received = (QualityRequest.to_tenant_id == reader.tenant_id, QualityRequest.state == REQUEST.initial)
    return select(func.count()).where(*received, QualityRequest.id.not_in(answered)).scalar_subquery()


def received_requests(session: ScopedSession, *, waiting: bool = False) -> list[Asked]:
    """The requests to the platform at work, by the day to answer; with `waiting`, those that it has still to answer."""
    found = select(QualityRequest).where(QualityRequest.to_tenant_id == session.scope.tenant_id)
    if waiting:
        found = found.where(QualityRequest.state == REQUEST.initial)
    requests = session.scalars(found.order_by(QualityRequest.answer_by.desc(), QualityRequest.id.desc())).all()
    asked = _with(requests, own_replies(session, [request.id for request in requests]))
    return [one for one in asked if not waiting or one.state in WAITING]


def _with(requests: Sequence[QualityRequest], replies: Mapping[UUID, QualityReply]) -> list[Asked]:
    return [Asked(request, replies.get(request.id)) for request in requests]


def own_replies(session: ScopedSession, ids: Collection[UUID]) -> dict[UUID, QualityReply]:
    """Request → the reply of the platform at work."""
    if not ids:
        return {}
    found = select(QualityReply).where(
        QualityReply.tenant_id == session.scope.tenant_id, QualityReply.quality_request_id.in_(ids)
    )
    return {row.quality_request_id: row for row in session.scalars(found)}


def received_request(session: ScopedSession, request_id: UUID) -> Asked | None:
    """One request to the platform at work."""
    found = select(QualityRequest).where(
        QualityRequest.to_tenant_id == session.scope.tenant_id, QualityRequest.id == request_id
    )
    request = session.scalars(found).one_or_none()
    return Asked(request, own_replies(session, [request.id]).get(request.id)) if request else None


def hold_request(session: ScopedSession, request_id: UUID) -> None:
    """Let one party alone go on with a request, to the end of its transaction: it is not sent while it is closed."""
    session.execute(_HELD, {"request": request_id.hex})


def closed_among(session: ScopedSession, ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of some requests to the platform at work that its centre has closed."""
    if not ids:
        return frozenset()
    found = select(QualityRequest.id).where(
        QualityRequest.to_tenant_id == session.scope.tenant_id,
        QualityRequest.id.in_(ids),
        QualityRequest.state == "closed",
    )
    return frozenset(session.scalars(found))


def reply_to(session: ScopedSession, request: QualityRequest) -> QualityReply | None:
    """The reply to a request of the centre at work."""
    found = select(QualityReply).where(
        QualityReply.tenant_id == request.to_tenant_id,
        QualityReply.to_tenant_id == session.scope.tenant_id,
        QualityReply.quality_request_id == request.id,
    )
    return session.scalars(found).one_or_none()


def summaries_of(session: ScopedSession, request: QualityRequest) -> list[QualitySummary]:
    """The summaries that answer a request, by letter, for its platform and its centre."""
    found = select(QualitySummary).where(
        QualitySummary.tenant_id == request.to_tenant_id,
        QualitySummary.to_tenant_id == request.tenant_id,
        QualitySummary.quality_request_id == request.id,
    )
    return list(session.scalars(found.order_by(QualitySummary.letter)))


def oldest_summary_at(session: ScopedSession) -> datetime | None:
    """When the oldest summary of the platform at work was sent."""
    oldest = select(func.min(QualitySummary.sent_at)).where(QualitySummary.tenant_id == session.scope.tenant_id)
    return session.scalar(oldest)
