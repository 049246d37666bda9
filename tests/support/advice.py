"""Orientations and what became of them, for tests."""

from datetime import timedelta
from typing import Any

from clais.clock import today
from tenants.advice import actions
from tenants.advice.models import AdviceAnswer
from tenants.orientation.models import OrientationDecision
from tenants.people.models import Person
from tests.support.federation import Member


def a_decision(member: Member, person: Person, days_ago: int = 0, **facts: Any) -> OrientationDecision:
    """An orientation that a member decided some days ago."""
    values = {"direction": "training", "goal": "Suivre la formation d'aide-ménagère", "reasons": "Elle le souhaite."}
    with member.at_work() as session:
        decision = OrientationDecision(
            person_id=person.id,
            decided_on=today() - timedelta(days=days_ago),
            decided_by=member.membership.display_name,
            **(values | facts),
        )
        session.add(decision)
    return decision


def answered(member: Member, decision: OrientationDecision, answer: str) -> AdviceAnswer:
    """What a member notes of the advised step."""
    with member.at_work() as session:
        person = session.get_one(Person, (decision.tenant_id, decision.person_id))
        found = session.get_one(OrientationDecision, (decision.tenant_id, decision.id))
        return actions.note_answer(session, person, found, member.actor, answer)
