from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser
from sqlalchemy import Engine

from clais.database import Scope, unit_of_work
from clais.registry.loading import load_reference_data
from clais.web.routing import Application
from config.settings import REFERENCE
from tests.support.chromium import Visit, serving
from tests.support.federation import PASSWORD, Member


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
def sign_in(visitor: Callable[[], Visit]) -> Callable[[Member], Visit]:
    """A new browser in which someone signs in by typing."""

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
