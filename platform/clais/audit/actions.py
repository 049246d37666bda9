from collections.abc import Mapping
from typing import Any
from uuid import UUID

from clais.audit.models import AuditEvent
from clais.database import NIL, ScopedSession
from clais.identity.actor import Actor


def record(
    session: ScopedSession,
    verb: str,
    subject_type: str,
    subject_id: UUID,
    *,
    person_id: UUID | None = None,
    details: Mapping[str, Any] | None = None,
    by: Actor | None = None,
) -> None:
    """Put on record that `by`, or the session's actor, did `verb` to a subject; it commits with the act itself.

    `details` name fields and codes, never their values. What is done outside any tenant stands under none.
    """
    actor: Actor | None = by or session.info.get("actor")
    session.add(
        AuditEvent(
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
    )


def record_reading(session: ScopedSession, person_id: UUID) -> None:
    """Put on record that the session's actor opened someone's file."""
    record(session, "person.read", "person", person_id, person_id=person_id)
