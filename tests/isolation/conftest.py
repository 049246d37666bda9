from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from clais.web import error_pages
from clais.web.routing import Application
from tests.isolation import catalogue
from tests.isolation.pages import FormOnPage
from tests.isolation.parties import Sent, accepted_in, sent_in
from tests.isolation.sendings import Filled, forms_met
from tests.isolation.world import Visitor, World
from tests.support.federation import Federation
from tests.support.registry import a_municipality


@pytest.fixture(scope="session", autouse=True)
def copied_world(superuser: Engine) -> Iterator[None]:
    """The world that is copied for each planted fault goes with the run."""
    yield
    catalogue.forget(superuser)


@pytest.fixture
def world(app: Application, engine: Engine, superuser: Engine) -> World:
    """A world of one's own, for a test that changes it."""
    return World(Federation(app, engine), superuser)


@pytest.fixture(scope="session")
def standing_world(app: Application, engine: Engine, superuser: Engine) -> World:
    """A world that tests only look at."""
    return World(Federation(app, engine), superuser)


@pytest.fixture
def unframed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Error pages come without the rail, for tests that only ask who is refused, thousands of times: drawing it, and
    counting what it counts, takes as long as all else in such an answer. `test_crawl.py` looks at it.
    """
    monkeypatch.setattr(error_pages, "_is_at_work", lambda: False)


@pytest.fixture
def municipality(superuser: Engine) -> Iterator[str]:
    """The code of a municipality that is there whether the open data were loaded or not."""
    with a_municipality(superuser) as code:
        yield code


@pytest.fixture
def waiting(world: World) -> Sent:
    """A referral that waits for an answer."""
    return sent_in(world)


@pytest.fixture
def sent(world: World) -> Sent:
    """A referral that was accepted, with a seat."""
    return accepted_in(world)


@pytest.fixture
def filled(world: World) -> Filled:
    """What meets the forms of a world of one's own."""

    def find(role: str, limit: int | None = None) -> tuple[Visitor, dict[str, FormOnPage]]:
        return forms_met(world, role, limit)

    return find
