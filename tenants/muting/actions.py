"""Saying that a file is quiet on purpose, until a day; and taking it up again."""

from datetime import date

from sqlalchemy import select, update

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import today
from clais.database import ScopedSession
from tenants.muting.models import FileMuting
from tenants.muting.workflow import MUTING
from tenants.people.actions import lock_open_file
from tenants.people.models import Person


def mute_file(session: ScopedSession, person: Person, actor: Actor, *, reason: str, until_on: date) -> FileMuting:
    """Say why nobody has to hear of a person until a day, in the place of what was said before.

    Raises Refused('closed_file').
    """
    lock_open_file(session, person)
    earlier = select(FileMuting).where(
        FileMuting.tenant_id == session.scope.tenant_id,
        FileMuting.person_id == person.id,
        FileMuting.state == MUTING.initial,
        FileMuting.until_on >= today(),
    )
    for muting in session.scalars(earlier):
        _close(session, muting, actor)
    muting = FileMuting(
        person_id=person.id, reason=reason, starts_on=today(), until_on=until_on, noted_by=actor.display_name
    )
    session.add(muting)
    _put_on_card(session, person, muting)
    session.flush()
    record(session, "muting.note", "file_muting", muting.id, person_id=person.id, details={"reason": reason})
    return muting


def end_muting(session: ScopedSession, person: Person, muting: FileMuting, actor: Actor) -> None:
    """Take up contact again before the day that was said. Raises Refused."""
    lock_open_file(session, person)
    _close(session, muting, actor)
    _put_on_card(session, person, None)
    session.flush()
    record(session, "muting.end", "file_muting", muting.id, person_id=person.id)


def _close(session: ScopedSession, muting: FileMuting, actor: Actor) -> None:
    MUTING.apply(session, muting, "end", actor)
    muting.ended_on, muting.ended_by = today(), actor.display_name


def _put_on_card(session: ScopedSession, person: Person, muting: FileMuting | None) -> None:
    # A statement leaves the version of the card: a colleague who edits it meanwhile does not come too late.
    days = {"quiet_from": muting.starts_on, "quiet_until": muting.until_on} if muting else {}
    session.execute(
        update(Person)
        .where(Person.tenant_id == session.scope.tenant_id, Person.id == person.id)
        .values(**{"quiet_from": None, "quiet_until": None, **days})
    )
