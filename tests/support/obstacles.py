"""Obstacles for tests."""

from datetime import date, timedelta
from typing import Any

from clais.clock import today
from tenants.obstacles import actions
from tenants.obstacles.models import ObstacleChange
from tenants.obstacles.presentation import Known, known_of
from tenants.obstacles.queries import changes_of
from tenants.obstacles.rules.history import History
from tenants.orientation.actions.bilans import make_bilan
from tenants.orientation.answers import Answer
from tenants.orientation.models import Bilan
from tenants.orientation.queries import bilans
from tenants.people.models import Person
from tests.support.federation import Member


def a_bilan(member: Member, person: Person, days_ago: int = 0, **levels: int) -> Bilan:
    """A bilan that a member made some days ago."""
    answers = {code: Answer(level, "person") for code, level in levels.items()}
    with member.at_work() as session:
        file = session.get_one(Person, (person.tenant_id, person.id))
        day = today() - timedelta(days=days_ago)
        return make_bilan(session, file, member.actor, answers, member.federation.keyring, made_on=day)


def known_to(member: Member, person: Person) -> Known:
    """What is known of the obstacles and resources of someone."""
    with member.federation.app.test_request_context(), member.at_work() as session:
        return known_of(session, bilans(session, person.id), changes_of(session, person.id))


def an_obstacle(
    member: Member, person: Person, dimension: str = "mobility", level: int = -2, day: date | None = None, **facts: Any
) -> ObstacleChange:
    """An obstacle that a member notes between two bilans, or what became of one (`level`, `lifted_how`)."""
    learnt: dict[str, Any] = {"source": "contact", "seen_on": day or today(), "level": level} | facts
    known = known_to(member, person).of(dimension)
    with member.federation.app.test_request_context(), member.at_work() as session:
        file = session.get_one(Person, (person.tenant_id, person.id))

        def read() -> History | None:
            return known_of(session, bilans(session, person.id), changes_of(session, person.id)).of(dimension)

        if known is not None and known.is_open:
            return actions.change_obstacle(session, file, member.actor, read=read, **learnt)
        return actions.note_obstacle(session, file, member.actor, dimension=dimension, read=read, **learnt)
