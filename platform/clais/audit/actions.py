from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from clais.actor import Actor
from clais.audit.models import AuditEvent
from clais.database import NIL, ScopedSession
from clais.due.actions import make_due_soon

READINGS = "readings"
SEAL = "trail.seal"
"""The job that seals what is on record."""


def record(
    session: ScopedSession,
    verb: str,
    subject_type: str,
    subject_id: UUID,
    *,
    person_id: UUID | None = None,
    details: Mapping[str, Any] | None = None,
    by: Actor | None = None,
    listed: Sequence[UUID] | None = None,
) -> None:
    """Record that `by`, or the session's actor, did `verb` to a subject, in the transaction of the change itself.

    `details` name fields and codes, never their values; `listed` are the people whom a list showed. An event outside
    any tenant belongs to none.
    """
    event = _event(session, verb, subject_type, subject_id, person_id, details, by)
    event.listed = list(listed) if listed is not None else None
    session.add(event)
    make_due_soon(session, SEAL)


def record_reading(
    session: ScopedSession, person_id: UUID | None, verb: str = "person.read", *, subject_id: UUID | None = None
) -> None:
    """Note that the session's actor opens someone's file, or a subject about them; `write_readings` records it.

    A view calls it first, before the response is known: a page with the errors of a form shows the file too, although
    its transaction is rolled back.
    """
    subject = subject_id or person_id or NIL
    reading = _event(session, verb, verb.partition(".")[0], subject, person_id)
    session.info.setdefault(READINGS, {})[verb, subject] = reading


def write_readings(session: ScopedSession) -> None:
    """Record the noted readings, once each. Called when the response shows what was read.

    After a rollback it writes them again.
    """
    if readings := session.info.get(READINGS):
        session.add_all(readings.values())
        make_due_soon(session, SEAL)


def _event(
    session: ScopedSession,
    verb: str,
    subject_type: str,
    subject_id: UUID,
    person_id: UUID | None,
    details: Mapping[str, Any] | None = None,
    by: Actor | None = None,
) -> AuditEvent:
    actor: Actor | None = by or session.info.get("actor")
    return AuditEvent(
        user_id=actor.user_id if actor else NIL,
        membership_id=actor.membership_id if actor else NIL,
        actor_name=actor.display_name if actor else "system",
        verb=verb,
        subject_type=subject_type,
        subject_id=subject_id,
        person_id=person_id,
        details=dict(details or {}),
        request_id=session.info.get("request_id"),
    )
