"""Lists and searches on record: whose names an answer showed, or nobody's, written once the answer has left."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine, literal, select
from sqlalchemy.orm import object_session

from clais.actor import Actor
from clais.audit.actions import READINGS, record
from clais.audit.frequency import LIMITS, reached_until
from clais.audit.models import LISTED, AuditEvent
from clais.clock import now
from clais.database import NIL, Scope, ScopedSession, TenantOwned, unit_of_work
from clais.limits import TYPING, Limits

LISTED_PEOPLE, SOUGHT, TYPED, ABOVE_LIMIT = "listed people", "sought", "typed", "above the limit"


@dataclass(frozen=True, slots=True)
class Listing:
    """The people whose names an answer shows without opening a file, nobody for a search that finds nobody, and who is
    shown them.
    """

    people: frozenset[UUID]
    scope: Scope
    actor: Actor
    request_id: str | None
    while_typing: bool
    goes_on: bool | None = None
    """What `Typing` says of the text that is being typed."""


def record_listing(session: ScopedSession, people: Iterable[UUID]) -> None:
    """Note that the session's actor is shown the names of `people`, by the keys under which they are known here.

    It may be called for one name after the other: an answer has one record, which `write_listing` writes.
    """
    shown: set[UUID] = session.info.setdefault(LISTED_PEOPLE, set())
    shown.update(people)


def record_name(row: TenantOwned) -> None:
    """Note that the name of the person whose row this is was put together, to be shown."""
    session = object_session(row)
    if isinstance(session, ScopedSession):
        record_listing(session, (row.id,))


def record_typing(session: ScopedSession) -> None:
    """Note that the names are proposals, asked for anew with each key that is typed."""
    session.info[TYPED] = True


def record_search(session: ScopedSession) -> None:
    """Note that the session's actor learns who is meant by what they wrote, or that nobody is."""
    session.info[SOUGHT] = True


def is_search(session: ScopedSession) -> bool:
    """Whether the answer tells its reader who is meant by what they wrote."""
    return SOUGHT in session.info


def noted_listing(session: ScopedSession, *, searches: bool = False) -> Listing | None:
    """What was noted, without those whose file the same answer opens; with `searches` also when it is nobody."""
    readings = session.info.get(READINGS, {}).values()
    opened = {key for event in readings for key in (event.person_id, event.subject_id)}
    people = frozenset(session.info.get(LISTED_PEOPLE, ())) - opened
    actor: Actor | None = session.info.get("actor")
    if actor is None or not (people or searches):
        return None
    return Listing(people, session.scope, actor, session.info.get("request_id"), TYPED in session.info)


def forget_what_is_shown(session: ScopedSession) -> None:
    """Take back what was noted of lists, searches and readings: the answer is not shown."""
    for noted in (LISTED_PEOPLE, SOUGHT, READINGS):
        session.info.pop(noted, None)


def opens_file(session: ScopedSession) -> bool:
    """Whether the answer opens somebody's file."""
    return bool(session.info.get(READINGS))


def stand_above_limit(session: ScopedSession) -> None:
    """Note that the answer is what the member works from, such as their own day: it is on record, and never refused."""
    session.info[ABOVE_LIMIT] = True


def stands_above_limit(session: ScopedSession) -> bool:
    """Whether the answer is shown however many lists the member has seen."""
    return ABOVE_LIMIT in session.info


def is_typed(session: ScopedSession) -> bool:
    """Whether the names are proposals."""
    return TYPED in session.info


def write_listing(engine: Engine, listing: Listing, name: str, limits: Limits) -> datetime | None:
    """Record who was shown whom in the list `name`: who, never what was typed to find them.

    Called once the answer has left, in a transaction of its own: nobody waits for it. A process that is killed in
    between loses this one record. Returns the moment until which this member has seen enough lists, None mostly.
    """
    people = sorted(listing.people)
    with unit_of_work(engine, listing.scope, listing.actor) as session:
        if listing.while_typing and _is_on_record(session, listing, people, name):
            return None
        session.info["request_id"], session.info[LIMITS] = listing.request_id, limits
        record(session, LISTED, "list", NIL, details={"list": name}, listed=people)
        return reached_until(session, "lists")


def _is_on_record(session: ScopedSession, listing: Listing, people: list[UUID], name: str) -> bool:
    """Whether what is being typed is a search that is on record already: the same people, or nobody any more."""
    if listing.goes_on is False:
        return False
    return _just_shown(session, listing.actor, people, name) if people else listing.goes_on is True


def _just_shown(session: ScopedSession, actor: Actor, people: list[UUID], name: str) -> bool:
    """Whether the same people were proposed in the same list just now, not once per key."""
    same = select(literal(value=True)).where(
        AuditEvent.tenant_id == session.scope.tenant_id,
        AuditEvent.membership_id == actor.membership_id,
        AuditEvent.happened_at > now() - TYPING,
        AuditEvent.verb == LISTED,
        AuditEvent.listed == people,
        AuditEvent.details["list"].astext == name,
    )
    return session.scalar(same.limit(1)) is not None
