import pytest

from tests.support.documents import Desk
from tests.support.federation import Federation
from tests.support.referrals import a_person


@pytest.fixture
def desk(federation: Federation) -> Desk:
    agent = federation.agent()
    return Desk(agent, a_person(agent).id)
