from collections.abc import Callable, Iterator
from functools import cache

import pytest
from playwright.sync_api import Browser
from sqlalchemy import Engine

from clais.database import Scope, unit_of_work
from clais.registry.loading import load_reference_data
from clais.web import routing
from clais.web.context import SESSION_COOKIE
from clais.web.routing import Application
from config.settings import REFERENCE
from tests.browser.lived_in import doors, lived_in, picked
from tests.isolation.pages import Step, crawl, starts
from tests.isolation.sameness import SAME
from tests.isolation.world import ANONYMOUS, World
from tests.support.chromium import Visit, serving
from tests.support.federation import PASSWORD, Federation, Member


@pytest.fixture(scope="session")
def address(app: Application) -> Iterator[str]:
    with serving(app) as url:
        yield url


@pytest.fixture
def visitor(chromium: Browser, address: str) -> Iterator[Callable[[], Visit]]:
    """A new browser of someone who is not signed in."""
    contexts = []

    def arrive() -> Visit:
        context = chromium.new_context(base_url=address, viewport={"width": 1280, "height": 900}, locale="fr-BE")
        contexts.append(context)
        return Visit(context.new_page())

    yield arrive
    for context in contexts:
        context.close()


@pytest.fixture
def sign_in(visitor: Callable[[], Visit], address: str) -> Callable[[Member], Visit]:
    """A new browser of someone who has signed in, on the page that comes after that."""

    def enter(member: Member) -> Visit:
        visit = visitor()
        cookie = member.browser().client.get_cookie(SESSION_COOKIE)
        assert cookie is not None
        visit.page.context.add_cookies([{"name": SESSION_COOKIE, "value": cookie.value, "url": address}])
        visit.page.goto("/")
        visit.page.wait_for_url(f"**/{member.tenant.slug}/**")
        return visit

    return enter


@pytest.fixture
def sign_in_by_typing(visitor: Callable[[], Visit]) -> Callable[[Member], Visit]:
    """The same through the door, which takes three times as long: for what begins there or goes back to it."""

    def enter(member: Member) -> Visit:
        visit = visitor()
        visit.page.goto("/connexion")
        visit.page.get_by_label("Adresse e-mail").fill(member.email)
        visit.page.get_by_label("Mot de passe").fill(PASSWORD)
        visit.page.get_by_role("button", name="Se connecter").click()
        visit.page.wait_for_url(f"**/{member.tenant.slug}/**")
        return visit

    return enter


@pytest.fixture(scope="session")
def reference_data(engine: Engine) -> None:
    """Communes, postal codes and occupations, which every installation has."""
    with unit_of_work(engine, Scope(administers=True)) as session:
        load_reference_data(session, REFERENCE)


@pytest.fixture(scope="session")
def lived_world(app: Application, engine: Engine, superuser: Engine, reference_data: None) -> World:  # noqa: ARG001
    """A row in every table, and a referral in each state that offers something: every page has what it can have."""
    return lived_in(World(Federation(app, engine), superuser))


@pytest.fixture(scope="session")
def shown(lived_world: World) -> Callable[[str], list[Step]]:
    """Every page of the lived-in world that a role may open, asked for once; of those about the many people in it, not
    those that have only what others have.
    """

    def walk(role: str) -> list[Step]:
        visitor = lived_world.visitor(role)
        if role == ANONYMOUS:
            start = doors(lived_world)
        else:
            start = (*starts(lived_world, visitor), *picked(lived_world, visitor))
        return list(crawl(visitor, start=start, partials=False, same=SAME))

    return cache(walk)


@pytest.fixture
def nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A form that takes what it was given must not close the file on whose page the next form stands."""
    conclude = routing._conclude
    monkeypatch.setattr(routing, "_conclude", lambda response, **_done: conclude(response, done=False))


@pytest.fixture
def in_role(visitor: Callable[[], Visit], lived_world: World, address: str) -> Callable[[str], Visit]:
    """The browser of someone at work in a role in the lived-in world."""

    def enter(role: str) -> Visit:
        visit = visitor()
        token = lived_world.visitor(role).token
        if token:
            visit.page.context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": address}])
        # What the browser asks before a page with unsent answers is left.
        visit.page.on("dialog", lambda dialog: dialog.accept())
        return visit

    return enter
