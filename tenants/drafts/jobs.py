"""What the worker does for drafts: those whose time is over go."""

from datetime import datetime

from sqlalchemy import delete, func, select

from clais.actor import Actor
from clais.clock import now
from clais.database import ScopedSession
from tenants.drafts.models import Draft


def forget_drafts(session: ScopedSession, _actor: Actor) -> None:
    """Erase the drafts whose time is over: row security shows the worker no others."""
    session.execute(delete(Draft).where(Draft.tenant_id == session.scope.tenant_id, Draft.ends_at <= now()))


def next_to_forget_at(session: ScopedSession) -> datetime | None:
    """Now while there is one to erase: each makes its own last moment due."""
    over = select(func.min(Draft.ends_at)).where(Draft.tenant_id == session.scope.tenant_id, Draft.ends_at <= now())
    return session.scalar(over)
