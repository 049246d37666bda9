from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import defer

from clais.actor import Actor
from clais.clock import now
from clais.database import ScopedSession
from clais.thread import READER, Source
from tenants.printing.choices import KINDS
from tenants.printing.models import Printout

MOST_LISTED = 5
"""Printouts of one appointment, plan or contract that its page names."""

OF_A_PERSON = Source(
    Printout.person_id,
    {
        "id": Printout.id,
        "person_id": Printout.person_id,
        "kind": Printout.kind,
        "asked_by": Printout.asked_by,
        "asked_at": Printout.asked_at,
        "mine": Printout.membership_id == READER,
        "ends_at": Printout.ends_at,
    },
    where=(Printout.failed_at.is_(None),),
    order=(Printout.asked_at.desc(), Printout.id.desc()),
)
"""What was given on paper of a person, for the thread of their file."""


_WAITS = (Printout.made_at.is_(None), Printout.failed_at.is_(None), Printout.sealed.is_not(None))
"""Of a text that waits for its PDF. One whose time was over before has nothing any more that could be made."""


def waiting_of(
    session: ScopedSession, actor: Actor, person_id: UUID, kind: str, subject_id: UUID | None
) -> Printout | None:
    """What the actor printed of the same a moment ago, and the worker has not made yet."""
    return session.scalars(
        select(Printout)
        .where(
            Printout.tenant_id == session.scope.tenant_id,
            Printout.person_id == person_id,
            Printout.kind == kind,
            Printout.subject_id == subject_id,
            Printout.membership_id == actor.membership_id,
            *_WAITS,
        )
        .order_by(Printout.asked_at.desc())
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()


def next_waiting(session: ScopedSession) -> Printout | None:
    """The oldest printout without a PDF, locked; another worker gets the next one."""
    return session.scalars(
        select(Printout)
        .where(Printout.tenant_id == session.scope.tenant_id, *_WAITS)
        .order_by(Printout.asked_at, Printout.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()


def is_waiting(session: ScopedSession) -> bool:
    """Whether a printout waits for the worker."""
    waits = select(Printout.id).where(Printout.tenant_id == session.scope.tenant_id, *_WAITS)
    return session.scalar(select(waits.exists())) or False


def first_end(session: ScopedSession) -> datetime | None:
    """When the time of the first one is over whose text is still there."""
    return session.scalar(
        select(func.min(Printout.ends_at)).where(
            Printout.tenant_id == session.scope.tenant_id, Printout.sealed.is_not(None)
        )
    )


def printed_of(
    session: ScopedSession, actor: Actor, person_id: UUID, subject_id: UUID | None, kind: str = ""
) -> Sequence[Printout]:
    """The newest printouts of an appointment, a plan or a contract, or of a whole file those of one kind; of summaries
    those that the actor made and that can still be opened.
    """
    readable = [code for code, what in KINDS.items() if actor.may(what.permission) and kind in ("", code)]
    return session.scalars(
        select(Printout)
        .options(defer(Printout.sealed))
        .where(
            Printout.tenant_id == session.scope.tenant_id,
            Printout.person_id == person_id,
            Printout.subject_id == subject_id,
            Printout.kind.in_(readable),
            Printout.failed_at.is_(None),
            or_(
                Printout.ends_at.is_(None),
                (Printout.ends_at > now()) & (Printout.membership_id == actor.membership_id),
            ),
        )
        .order_by(Printout.asked_at.desc(), Printout.id.desc())
        .limit(MOST_LISTED)
    ).all()
