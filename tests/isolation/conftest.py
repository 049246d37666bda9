import pytest
from sqlalchemy import Engine

from clais.web.routing import Application
from tests.isolation.world import World
from tests.support.federation import Federation


@pytest.fixture
def world(app: Application, engine: Engine, superuser: Engine) -> World:
    """A world of one's own, for a test that changes it."""
    return World(Federation(app, engine), superuser)


@pytest.fixture(scope="session")
def standing_world(app: Application, engine: Engine, superuser: Engine) -> World:
    """A world that tests only look at."""
    return World(Federation(app, engine), superuser)
