"""What a coordinator decides about two files that look alike."""

from clais.actor import Actor
from clais.audit.actions import record
from clais.database import ScopedSession
from tenants.merging.actions import merges
from tenants.merging.pairs import compare_again, forget_pairs
from tenants.people import standing
from tenants.people.models import Person
from tenants.people.standing import end_decisions


def tell_apart(session: ScopedSession, actor: Actor, one: Person, other: Person, because: str) -> None:
    """Record that two files are not of the same person, and why. Decided twice, the first decision stands."""
    merges.hold(session, one, other)
    standing.tell_apart(session, actor, one.id, [other.id], "decided", because)
    forget_pairs(session, one.id, other.id)
    session.flush()


def reconsider(session: ScopedSession, actor: Actor, one: Person, other: Person) -> None:
    """Take back that they are not: they may be merged, and are proposed again. What was said is kept."""
    merges.hold(session, one, other)
    if end_decisions(session, actor, one.id, other.id):
        record(session, "person.reconsider", "person", one.id, person_id=one.id, details={"other": str(other.id)})
        compare_again(session, one.id, other.id)
