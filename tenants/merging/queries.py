"""What is known of merges, and of two files that are compared."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from clais.clock import today
from clais.database import EVERY_ROW, ScopedSession
from tenants.merging.models import FileMerge
from tenants.people.choices import BINDING
from tenants.people.models import Person, ToldApart
from tenants.people.standing import people_by_id


def files(session: ScopedSession, *ids: UUID) -> dict[UUID, Person]:
    """Some files by key, whether they stand or not."""
    return people_by_id(session, ids, every_file=True)


def decision(session: ScopedSession, one: UUID, other: UUID) -> ToldApart | None:
    """The decision of a coordinator that two files are not one person's."""
    here = (ToldApart.tenant_id == session.scope.tenant_id, ToldApart.ended_at.is_(None))
    pair = (ToldApart.person_id == one, ToldApart.other_id == other, ToldApart.cause.in_(BINDING))
    return session.scalars(select(ToldApart).where(*here, *pair)).one_or_none()


def merges_of(session: ScopedSession, person_id: UUID) -> Sequence[FileMerge]:
    """The merges that a file was kept in, the newest first."""
    here = (FileMerge.tenant_id == session.scope.tenant_id, FileMerge.person_id == person_id)
    return session.scalars(select(FileMerge).where(*here).order_by(FileMerge.merged_at.desc())).all()


def is_followed(session: ScopedSession, made: FileMerge) -> bool:
    """Whether another file went into the kept one after this merge, and is still there."""
    later = select(FileMerge.id).where(
        FileMerge.tenant_id == session.scope.tenant_id,
        FileMerge.person_id == made.person_id,
        FileMerge.merged_at > made.merged_at,
        FileMerge.undone_at.is_(None),
    )
    return session.scalar(select(later.exists())) or False


def file_called(session: ScopedSession, reference: str) -> Person | None:
    """The file that has a number; the one that stands for it, once it went into another."""
    here = Person.tenant_id == session.scope.tenant_id
    found = select(Person).where(here, Person.reference == reference.upper()).execution_options(**EVERY_ROW)
    person = session.scalars(found).one_or_none()
    if person is None or person.merged_into_id is None:
        return person
    return session.scalars(select(Person).where(here, Person.id == person.merged_into_id)).one_or_none()


def to_gather(session: ScopedSession) -> Sequence[FileMerge]:
    """The merges past which a colleague may have written, in their order, held for this transaction."""
    made = select(FileMerge).where(*_ungathered(session)).order_by(FileMerge.merged_at)
    return session.scalars(made.with_for_update()).all()


def oldest_to_gather(session: ScopedSession) -> datetime | None:
    """When the first of them was made."""
    return session.scalar(select(func.min(FileMerge.merged_at)).where(*_ungathered(session)))


def _ungathered(session: ScopedSession) -> Sequence[ColumnElement[bool]]:
    here = FileMerge.tenant_id == session.scope.tenant_id
    return here, FileMerge.moved.is_not(None), FileMerge.gathered.is_(False)


def oldest_undo_until(session: ScopedSession) -> date | None:
    """The first last day on which a merge can be taken back, of those whose rows are still kept for it."""
    here = (FileMerge.tenant_id == session.scope.tenant_id, FileMerge.moved.is_not(None))
    return session.scalar(select(func.min(FileMerge.undo_until)).where(*here))


def past_undo(session: ScopedSession) -> Sequence[FileMerge]:
    """The merges that cannot be taken back any more, and still keep what would."""
    here = (FileMerge.tenant_id == session.scope.tenant_id, FileMerge.moved.is_not(None))
    return session.scalars(select(FileMerge).where(*here, FileMerge.undo_until < today())).all()
