"""Noting whether the advised step was done, and taking that back."""

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import today
from clais.database import ScopedSession
from clais.workflow import Refused
from tenants.advice.models import AdviceAnswer
from tenants.advice.queries import last_answer
from tenants.orientation.models import OrientationDecision
from tenants.orientation.queries import latest_decision
from tenants.people.actions import lock_open_file
from tenants.people.models import Person


def note_answer(
    session: ScopedSession, person: Person, decision: OrientationDecision, actor: Actor, answer: str
) -> AdviceAnswer:
    """Note what became of the step that the last orientation advised. Said twice on a day, it is noted once.

    Raises Refused: 'closed_file', 'replaced' when another orientation was decided since.
    """
    lock_open_file(session, person)
    latest = latest_decision(session, person.id)
    if latest is None or latest.id != decision.id:
        raise Refused("replaced")
    last = last_answer(session, decision.id)
    if last is not None and (last.answer, last.answered_on) == (answer, today()):
        return last
    noted = AdviceAnswer(decision_id=decision.id, person_id=person.id, answer=answer, answered_by=actor.display_name)
    session.add(noted)
    session.flush()
    record(session, "advice.answer", "advice_answer", noted.id, person_id=person.id, details={"answer": answer})
    return noted


def take_back(session: ScopedSession, person: Person, noted: AdviceAnswer) -> None:
    """The answer was not so: the one before counts again, or it is asked again.

    Raises Refused: 'closed_file', 'answered_since' for an answer that is not the last.
    """
    lock_open_file(session, person)
    last = last_answer(session, noted.decision_id)
    if last is None or last.id != noted.id:
        raise Refused("answered_since")
    session.delete(noted)
    session.flush()
    record(session, "advice.take_back", "advice_answer", noted.id, person_id=person.id)
