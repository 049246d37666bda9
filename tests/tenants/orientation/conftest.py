import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from clais.clock import today
from clais.database import Scope, unit_of_work
from clais.registry.loading import load_reference_data
from clais.searching.names import sort_key
from tenants.people.models import Person
from tenants.people.workflow import STAGE
from tests.support.federation import Member

REFERENCE = Path(__file__).resolve().parents[3] / "config" / "reference"
Arrive = Callable[..., Person]


@pytest.fixture(scope="session")
def rome(engine: Engine) -> None:
    """The real occupations, loaded once per worker: they are the same for every tenant."""
    with unit_of_work(engine, Scope(administers=True)) as session:
        load_reference_data(session, REFERENCE)


@pytest.fixture
def arrive() -> Arrive:
    """Someone whose intake has begun, received by a member who is then their referent."""

    def arrive(member: Member, family_name: str = "Marchetti", given_names: str = "Sofia") -> Person:
        with member.at_work() as session:
            person = Person(
                reference=f"T-{secrets.token_hex(6)}",
                family_name=family_name,
                given_names=given_names,
                sort_name=sort_key(family_name, given_names),
                stage_since=today(),
                referent_id=member.membership.id,
            )
            session.add(person)
            session.flush()
            STAGE.apply(session, person, "begin_intake", member.actor)
        return person

    return arrive
