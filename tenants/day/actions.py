from datetime import date
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from clais.actor import Actor
from clais.clock import today
from clais.database import ScopedSession
from tenants.day.models import Postponed


def postpone(
    session: ScopedSession, actor: Actor, source: str, subject: str, until: date, person_id: UUID | None
) -> None:
    """Take something off the actor's day until a day; what was put off to an earlier day goes on being shown."""
    _forget_past(session, actor)
    known = session.execute(
        update(Postponed)
        .where(
            Postponed.tenant_id == session.scope.tenant_id,
            Postponed.membership_id == actor.membership_id,
            Postponed.source == source,
            Postponed.subject == subject,
        )
        .values(until=until)
    )
    if known.rowcount == 0:  # type: ignore[attr-defined]
        try:
            with session.begin_nested():
                session.add(
                    Postponed(
                        membership_id=actor.membership_id,
                        source=source,
                        subject=subject,
                        person_id=person_id,
                        until=until,
                    )
                )
        except IntegrityError:
            pass  # The second of two clicks: the first one has put it off.


def bring_back(session: ScopedSession, actor: Actor, postponed_id: UUID) -> bool:
    """Put something back on the actor's day. False when it is there already."""
    gone = session.execute(
        delete(Postponed)
        .where(
            Postponed.tenant_id == session.scope.tenant_id,
            Postponed.membership_id == actor.membership_id,
            Postponed.id == postponed_id,
        )
        .returning(Postponed.id)
    )
    return gone.first() is not None


def _forget_past(session: ScopedSession, actor: Actor) -> None:
    """Delete the rows whose day has come: they hide nothing any more."""
    session.execute(
        delete(Postponed).where(
            Postponed.tenant_id == session.scope.tenant_id,
            Postponed.membership_id == actor.membership_id,
            Postponed.until <= today(),
        )
    )
