import pytest

from tests.support.federation import Federation
from tests.support.instruments import a_centre
from tests.support.referrals import a_person
from tests.tenants.questionnaires.rooms import Room


@pytest.fixture
def room(federation: Federation) -> Room:
    centre = a_centre(federation, "Mon avis", "avis", kind="self_assessment")
    agent = federation.agent()
    coordinator = federation.member(federation.platform, "coordinator", "Paul Hénin")
    return Room(centre, agent, agent.browser(), coordinator.browser(), a_person(agent).id)
