"""The database goes away while someone writes: the page keeps what was written, and saves it once it is back."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import make_url, select

from clais.database import Scope, embedded, open_engine, unit_of_work
from clais.database.upgrade import upgrade
from clais.encryption import Keyring
from clais.registry.queries import tenant_by_slug
from config.demo import PASSWORD, federation, seed
from tenants.people.models import Person
from tests.config.test_serving import answers, free_port
from tests.support.chromium import Visit
from tests.support.processes import ROOT, forked, wait_until
from tests.support.registry import few_occupations

pytestmark = pytest.mark.browser
AWAY = "Le service est momentanément indisponible"


@pytest.fixture
def directory() -> Iterator[Path]:
    """Below var/, since the server's own user must be able to enter."""
    made = Path(tempfile.mkdtemp(prefix="away-", dir=ROOT / "var"))
    yield made
    embedded.stop(made / "postgres")
    shutil.rmtree(made)


@pytest.fixture
def visitor(chromium: Browser) -> Iterator[Callable[[int], Visit]]:
    contexts = []

    def arrive(port: int) -> Visit:
        context = chromium.new_context(base_url=f"http://127.0.0.1:{port}", locale="fr-BE")
        contexts.append(context)
        return Visit(context.new_page())

    yield arrive
    for context in contexts:
        context.close()


def test_a_newcomer_written_while_the_database_is_away_is_registered_once_when_it_is_back(
    directory: Path, visitor: Callable[[int], Visit], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(federation, "REFERENCE", few_occupations(directory / "reference"))
    owner = embedded.start(directory / "postgres", throw_away=True)
    upgrade(owner)
    (directory / "secrets").mkdir(mode=0o700)
    engine = open_engine(make_url(owner).set(username="clais_app", password=None))
    seed(engine, Keyring.generate(directory / "secrets" / "keyring.json"), platforms=1, people=5, progress=False)
    port = free_port()
    environment = {
        "CLAIS_DIRECTORY": str(directory),
        "CLAIS_DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "PORT": str(port),
    }
    with forked("config.command_line", environment, "serve"):
        wait_until(lambda: answers(port), what="the server answers")
        page = visitor(port).page
        page.goto("/connexion")
        page.get_by_label("Adresse e-mail").fill("nadia.lambert@farciennes.example")
        page.get_by_label("Mot de passe").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/ma-journee")
        page.goto("/farciennes/accueil/nouveau")
        page.get_by_label("Prénom(s)").fill("Ysaline")
        page.get_by_label("Nom de famille").fill("Quertinmont")
        page.get_by_label("Avec ses mots").fill("Cherche une formation de jardinière.")
        page.get_by_label("Oralement, noté par l'agent").check()

        engine.dispose()
        embedded.stop(directory / "postgres")
        page.get_by_role("button", name="Inscrire").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(AWAY)
        page.get_by_text("Voir ce que vous avez écrit").click()
        written = page.locator(".disclosure li")
        expect(written).to_have_text(["Ysaline", "Quertinmont", "Cherche une formation de jardinière."])
        answer = page.request.get("/farciennes/personnes")
        assert (answer.status, AWAY in answer.text(), answer.headers["retry-after"]) == (503, True, "10")
        page.get_by_role("button", name="Réessayer").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(AWAY)

        embedded.start(directory / "postgres", throw_away=True)
        page.get_by_role("button", name="Réessayer").dblclick()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Ysaline Quertinmont")
    with unit_of_work(engine, Scope()) as session:
        tenant = tenant_by_slug(session, "farciennes")
    assert tenant is not None
    with unit_of_work(engine, Scope(tenant_id=tenant.id, basin_id=tenant.basin_id)) as session:
        named = select(Person).where(Person.tenant_id == tenant.id, Person.family_name == "Quertinmont")
        assert len(session.scalars(named).all()) == 1
    engine.dispose()
