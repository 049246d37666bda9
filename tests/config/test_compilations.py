"""The main pages ask with statements that are built once: asked again, none of them is put into words anew."""

from collections.abc import Callable, Mapping
from itertools import count
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine, Row, literal_column, select

from clais.identity.sessions import active_session
from clais.web import context
from clais.web.routing import Application
from tests.support.federation import Federation
from tests.support.referrals import a_person, a_referral, a_scheme
from tests.support.statements import compiled

VISITS = 3
PAGES = (
    "my day",
    "list",
    "search",
    "file",
    "reception",
    "form of an intake",
    "intake",
    "agenda",
    "referrals",
    "inbox",
    "received referral",
)


@pytest.fixture(scope="module")
def visits(engine: Engine, app: Application) -> Mapping[str, Callable[[], object]]:
    """Each page as its members ask for it, with something on it."""
    federation = Federation(app, engine)
    agent, officer = federation.agent(), federation.officer()
    people = [a_person(agent, f"Famille {letter}") for letter in "ABCDE"]
    referral = a_referral(agent, people[1], *a_scheme(officer))
    here, there, numbers = agent.browser(), officer.browser(), count()
    letters = str.maketrans("0123456789", "bcdfghjklm")

    def newcomer() -> None:
        name = "Nouv" + f"{next(numbers):05d}".translate(letters)
        form = {
            "_submission": str(uuid4()), "family_name": name, "given_names": name[::-1], "sex": "woman",
            "intake-channel": "visit", "intake-request": "Un emploi", "registration_consent_manner": "spoken",
        }  # fmt: skip
        here.post("/accueil/nouveau", form, status=303)

    return {
        "my day": lambda: here.get("/ma-journee"),
        "list": lambda: here.get("/personnes"),
        "search": lambda: here.post("/personnes/recherche", {"q": "famille"}, status=200),
        "file": lambda: here.get(f"/personnes/{people[0].id}"),
        "reception": lambda: here.get("/accueil"),
        "form of an intake": lambda: here.get("/accueil/nouveau"),
        "intake": newcomer,
        "agenda": lambda: here.get("/agenda"),
        "referrals": lambda: here.get("/relais"),
        "inbox": lambda: there.get("/a-traiter"),
        "received referral": lambda: there.get(f"/a-traiter/{referral.id}"),
    }


def built_at_the_last_visit(engine: Engine, visit: Callable[[], object]) -> list[str]:
    """The statements that are still put into words when a page is asked for the third time."""
    for _visit in range(VISITS - 1):
        visit()
    with compiled(engine) as anew:
        visit()
    return anew


@pytest.mark.parametrize("page", PAGES)
def test_a_page_that_was_asked_for_builds_no_statement(
    page: str, engine: Engine, visits: Mapping[str, Callable[[], object]]
) -> None:
    assert built_at_the_last_visit(engine, visits[page]) == []


def test_a_statement_with_a_value_in_its_text_is_found(
    engine: Engine, visits: Mapping[str, Callable[[], object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = count()

    def asking(connection: Connection, hashed: bytes) -> Row[tuple[object, ...]] | None:
        connection.execute(select(literal_column(f"{next(numbers)}")))
        return active_session(connection, hashed)

    monkeypatch.setattr(context, "active_session", asking)
    assert built_at_the_last_visit(engine, visits["list"]) == ["SELECT 2"]
