"""What the supervisor does: asks platforms for files, notes what to talk about, closes."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from clais.actor import Actor
from clais.audit.actions import record
from clais.database import ScopedSession
from clais.due.actions import make_due
from clais.exchange.quality.jobs import FORGET_DRAFTS
from clais.exchange.quality.models import QualityRequest
from clais.exchange.quality.queries import hold_request
from clais.exchange.quality.workflow import REQUEST
from clais.workflow import Refused
from support_center.quality.models import QualityNote


def ask(
    session: ScopedSession, actor: Actor, platforms: Iterable[UUID], facts: Mapping[str, Any]
) -> list[QualityRequest]:
    """Ask each of some platforms for the same; every one has its own request. `facts` are those of RequestSchema."""
    requests = [QualityRequest(to_tenant_id=platform, asked_by=actor.display_name, **facts) for platform in platforms]
    session.add_all(requests)
    session.flush()
    for request in requests:
        record(session, "quality.ask", "quality_request", request.id)
    return requests


def note(session: ScopedSession, request: QualityRequest, known: QualityNote | None, text: str) -> None:
    """Note what to talk about. Raises Refused(`written_meanwhile`), or StaleDataError when it was changed meanwhile."""
    row = known or QualityNote(quality_request_id=request.id)
    row.text = text
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        raise Refused("written_meanwhile") from error
    record(session, "quality.note", "quality_request", request.id)
    session.flush()


def close(session: ScopedSession, actor: Actor, request: QualityRequest) -> None:
    """Close a request; nothing is drawn or sent for it any more, what was written is forgotten. Raises Refused."""
    hold_request(session, request.id)
    REQUEST.apply(session, request, "close", actor)
    record(session, "quality.close", "quality_request", request.id)
    make_due(session, FORGET_DRAFTS, tenant_id=request.to_tenant_id)
    session.flush()
