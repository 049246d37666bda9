from dataclasses import dataclass

import pytest

from clais.audit.actions import record
from clais.database import ScopedSession
from tenants.people.models import Person
from tests.support.federation import Browser, Federation, Member
from tests.support.referrals import a_person


@dataclass(frozen=True)
class Platform:
    """A platform with a coordinator, an agent, and two people of whom there is a file."""

    coordinator: Member
    agent: Member
    sofia: Person
    amina: Person
    browser: Browser

    def log(self, query: str = "", status: int = 200) -> str:
        """The log of accesses as the coordinator sees it."""
        return self.browser.get(f"/journal-des-acces{query}", status=status).get_data(as_text=True)

    def read(self, person: Person, by: Member | None = None, times: int = 1) -> None:
        """Someone opens a file so many times."""
        who = by or self.agent
        for _ in range(times):
            with who.at_work() as session:
                record(session, "person.read", "person", person.id, person_id=person.id)

    def open(self, session: ScopedSession) -> Person:
        """The file of Sofia, in a session that writes in it."""
        return session.get_one(Person, (self.agent.tenant.id, self.sofia.id))


@pytest.fixture
def platform(federation: Federation) -> Platform:
    """Nobody has read or written anything yet but what opens the files."""
    coordinator = federation.member(federation.platform, "coordinator", "Sabine Defrère")
    agent = federation.member(federation.platform, "agent", "Nadia Lambert")
    sofia = a_person(agent)
    amina = a_person(agent, family_name="Diallo", given_names="Amina")
    return Platform(coordinator, agent, sofia, amina, coordinator.browser())
