"""What a person answered, noted; who was spotted, set aside."""

from uuid import UUID

from sqlalchemy import update

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import today
from clais.database import ScopedSession
from clais.exchange.eligibility.choices import ASKED
from clais.workflow import Refused
from tenants.eligibility.models import DeclaredFact, SpottedPerson
from tenants.people.actions import lock_open_file
from tenants.people.models import Person


def declare(session: ScopedSession, actor: Actor, person: Person, code: str, *, answer: bool | None) -> DeclaredFact:
    """Note what a person answered to a question; None when it is to be asked anew.

    Raises Refused: 'closed_file', 'unknown_fact'.
    """
    if code not in ASKED:
        raise Refused("unknown_fact")
    lock_open_file(session, person)
    row = DeclaredFact(person_id=person.id, code=code, answer=answer, noted_by=actor.display_name)
    session.add(row)
    session.flush()
    record(session, "eligibility.declare", "declared_fact", row.id, person_id=person.id, details={"fields": [code]})
    return row


def set_aside(session: ScopedSession, actor: Actor, person_id: UUID, session_id: UUID, *, aside: bool) -> None:
    """Say that a session is nothing for somebody now, or take that back. Raises Refused ('not_spotted')."""
    changed = session.execute(
        update(SpottedPerson)
        .where(
            SpottedPerson.tenant_id == session.scope.tenant_id,
            SpottedPerson.scheme_session_id == session_id,
            SpottedPerson.person_id == person_id,
        )
        .values(
            set_aside_on=today() if aside else None,
            set_aside_by=actor.display_name if aside else None,
        )
        .returning(SpottedPerson.id)
    )
    if changed.first() is None:
        raise Refused("not_spotted")
    verb = "eligibility.set_aside" if aside else "eligibility.take_up"
    record(session, verb, "person", person_id, person_id=person_id)
