"""The files that stand for others, and those that were told apart."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, or_, select, update

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now
from clais.database import EVERY_ROW, HERE, ScopedSession
from tenants.people.choices import BINDING
from tenants.people.models import Person, ToldApart

_SEVERAL = select(Person).where(Person.tenant_id == HERE, Person.id.in_(bindparam("ids", expanding=True)))


_SEVERAL_OF_ALL = _SEVERAL.execution_options(**EVERY_ROW)


def people_by_id(session: ScopedSession, ids: Sequence[UUID], *, every_file: bool = False) -> dict[UUID, Person]:
    """Several files at once, by key; with `every_file` those too that another one stands for."""
    if not ids:
        return {}
    wanted = _SEVERAL_OF_ALL if every_file else _SEVERAL
    return {person.id: person for person in session.scalars(wanted, {"here": session.scope.tenant_id, "ids": ids})}


_STANDS_FOR = (
    select(Person.merged_into_id)
    .where(Person.tenant_id == HERE, Person.id == bindparam("key"))
    .execution_options(**EVERY_ROW)
)


def successor_of(session: ScopedSession, person_id: UUID) -> UUID | None:
    """The file that stands for another one, to which its address leads."""
    return session.scalar(_STANDS_FOR, {"here": session.scope.tenant_id, "key": person_id})


def merged_into(session: ScopedSession, person_id: UUID) -> Sequence[UUID]:
    """The files that this one stands for: what is on record under their keys is about the same person."""
    here = Person.tenant_id == session.scope.tenant_id
    found = select(Person.id).where(here, Person.merged_into_id == person_id).execution_options(**EVERY_ROW)
    return session.scalars(found).all()


def told_apart(session: ScopedSession, person_id: UUID) -> Sequence[ToldApart]:
    """The decisions that other files are not this person's, the newest first."""
    here = (ToldApart.tenant_id == session.scope.tenant_id, ToldApart.ended_at.is_(None))
    rows = select(ToldApart).where(*here, ToldApart.person_id == person_id)
    return session.scalars(rows.order_by(ToldApart.decided_at.desc(), ToldApart.id.desc())).all()


def about_both(_session: ScopedSession, one: UUID, other: UUID) -> ColumnElement[bool]:
    """The condition for decisions about these two files."""
    both = (one, other)
    return ToldApart.person_id.in_(both) & ToldApart.other_id.in_(both)


def apart_from(session: ScopedSession, person_id: UUID) -> set[UUID]:
    """The files that are not this person's, as a coordinator decided, or as a merge that was taken back says."""
    return {row.other_id for row in told_apart(session, person_id) if row.cause in BINDING}


def end_decisions(session: ScopedSession, actor: Actor, one: UUID, other: UUID) -> bool:
    """Let what was decided about two files stand no more; whether there was anything."""
    ways = ((one, other), (other, one))
    these = or_(*((ToldApart.person_id == first) & (ToldApart.other_id == second) for first, second in ways))
    standing = (ToldApart.tenant_id == session.scope.tenant_id, ToldApart.ended_at.is_(None), these)
    ended = update(ToldApart).where(*standing).values(ended_at=now(), ended_by=actor.display_name)
    return bool(session.execute(ended.returning(ToldApart.id)).scalars().all())


def tell_apart(
    session: ScopedSession, actor: Actor, one: UUID, others: Collection[UUID], cause: str, because: str | None = None
) -> None:
    """Record that `others` are not the files of the person of `one`, and why. What a coordinator decided stands."""
    known = {row.other_id: row.cause for row in told_apart(session, one)} if others else {}
    for other in others:
        if other == one or known.get(other) in {cause, *BINDING}:
            continue
        if other in known:
            end_decisions(session, actor, one, other)
        for first, second in ((one, other), (other, one)):
            said = {"cause": cause, "because": because, "decided_by": actor.display_name}
            session.add(ToldApart(person_id=first, other_id=second, **said))
        record(session, "person.tell_apart", "person", one, person_id=one, details={"other": str(other)})
