from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, literal, or_, select
from sqlalchemy.orm import defer

from clais.actor import Actor
from clais.clock import now
from clais.database import ScopedSession
from clais.thread import READER, Source
from tenants.people.models import Person
from tenants.printing.choices import KINDS, READ_BY_MAKER, READ_SENSITIVE
from tenants.printing.models import JointPrintout, Printout

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
        "mailed_at": Printout.mailed_at,
        "withheld_at": Printout.withheld_at,
    },
    where=(or_(Printout.failed_at.is_(None), Printout.mailed_at.is_not(None)),),
    order=(Printout.asked_at.desc(), Printout.id.desc()),
)
"""What was given on paper of a person, for the thread of their file."""


_WAITS = (Printout.made_at.is_(None), Printout.failed_at.is_(None), Printout.sealed.is_not(None))
"""Of a text that waits for its PDF. One whose time was over before has nothing any more that could be made."""

_JOINT_WAITS = (JointPrintout.made_at.is_(None), JointPrintout.failed_at.is_(None), JointPrintout.sealed.is_not(None))
"""Of a joint printout that waits for its PDF."""


def _is_alone(here: UUID) -> ColumnElement[bool]:
    """Of a printout that is made by itself: no joint one waits for it."""
    return ~exists().where(JointPrintout.tenant_id == here, JointPrintout.id == Printout.subject_id, *_JOINT_WAITS)


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
    """The oldest printout without a PDF that is made by itself, locked; another worker gets the next one."""
    return session.scalars(
        select(Printout)
        .where(Printout.tenant_id == session.scope.tenant_id, *_WAITS, _is_alone(session.scope.tenant_id))
        .order_by(Printout.asked_at, Printout.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()


def is_waiting(session: ScopedSession) -> bool:
    """Whether a printout waits for the worker, to be made by itself."""
    here = session.scope.tenant_id
    waits = select(Printout.id).where(Printout.tenant_id == here, *_WAITS, _is_alone(here))
    return session.scalar(select(waits.exists())) or False


def first_end(session: ScopedSession) -> datetime | None:
    """When the time of the first one is over whose text is still there."""
    here = session.scope.tenant_id
    single = select(func.min(Printout.ends_at)).where(Printout.tenant_id == here, Printout.sealed.is_not(None))
    joint = select(func.min(JointPrintout.ends_at)).where(JointPrintout.tenant_id == here)
    return min(filter(None, (session.scalar(single), session.scalar(joint))), default=None)


def waiting_joint(session: ScopedSession, actor: Actor, kind: str, subject_id: UUID) -> JointPrintout | None:
    """What the actor had printed of one subject a moment ago, and the worker has not made yet."""
    return session.scalars(
        select(JointPrintout)
        .where(
            JointPrintout.tenant_id == session.scope.tenant_id,
            JointPrintout.membership_id == actor.membership_id,
            JointPrintout.kind == kind,
            JointPrintout.subject_id == subject_id,
            *_JOINT_WAITS,
        )
        .limit(1)
    ).first()


def next_waiting_joint(session: ScopedSession) -> JointPrintout | None:
    """The oldest joint printout without a PDF, locked; another worker gets the next one."""
    return session.scalars(
        select(JointPrintout)
        .where(JointPrintout.tenant_id == session.scope.tenant_id, *_JOINT_WAITS)
        .order_by(JointPrintout.asked_at, JointPrintout.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()


def letters_waiting(session: ScopedSession, joint_id: UUID, limit: int) -> Sequence[Printout]:
    """The next letters of a joint printout without a PDF, locked."""
    return session.scalars(
        select(Printout)
        .where(Printout.tenant_id == session.scope.tenant_id, Printout.subject_id == joint_id, *_WAITS)
        .order_by(Printout.id)
        .limit(limit)
        .with_for_update()
    ).all()


def is_joint_waiting(session: ScopedSession) -> bool:
    """Whether a joint printout waits for the worker."""
    waits = select(JointPrintout.id).where(JointPrintout.tenant_id == session.scope.tenant_id, *_JOINT_WAITS)
    return session.scalar(select(waits.exists())) or False


def letters_made(session: ScopedSession, joint_id: UUID) -> int:
    """How many letters of a joint printout are made, or given up."""
    counted = select(func.count()).where(
        Printout.tenant_id == session.scope.tenant_id,
        Printout.subject_id == joint_id,
        or_(Printout.made_at.is_not(None), Printout.failed_at.is_not(None)),
    )
    return session.scalar(counted) or 0


def letters_failed(session: ScopedSession, joint_id: UUID) -> int:
    """How many letters of a joint printout were given up."""
    counted = select(func.count()).where(
        Printout.tenant_id == session.scope.tenant_id, Printout.subject_id == joint_id, Printout.failed_at.is_not(None)
    )
    return session.scalar(counted) or 0


def joint_of(
    session: ScopedSession, actor: Actor, kind: str, subject_id: UUID | None = None
) -> Sequence[JointPrintout]:
    """What the actor had printed about several people and is still kept, the newest first; of one subject, if given."""
    found = (
        select(JointPrintout)
        .options(defer(JointPrintout.sealed))
        .where(
            JointPrintout.tenant_id == session.scope.tenant_id,
            JointPrintout.membership_id == actor.membership_id,
            JointPrintout.kind == kind,
            JointPrintout.ends_at > now(),
            JointPrintout.failed_at.is_(None),
        )
    )
    if subject_id is not None:
        found = found.where(JointPrintout.subject_id == subject_id)
    order = (JointPrintout.asked_at.desc(), JointPrintout.id.desc())
    return session.scalars(found.order_by(*order).limit(MOST_LISTED)).all()


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
                # What says a sealed text is listed for who may open it.
                Printout.withheld_at.is_(None),
                (Printout.membership_id == actor.membership_id) & (Printout.asked_at > now() - READ_BY_MAKER),
                literal(actor.may(READ_SENSITIVE)),
                exists().where(
                    Person.tenant_id == session.scope.tenant_id,
                    Person.id == person_id,
                    Person.referent_id == actor.membership_id,
                ),
            ),
            or_(
                Printout.ends_at.is_(None),
                (Printout.ends_at > now()) & (Printout.membership_id == actor.membership_id),
            ),
        )
        .order_by(Printout.asked_at.desc(), Printout.id.desc())
        .limit(MOST_LISTED)
    ).all()
