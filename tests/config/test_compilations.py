"""The main pages ask with statements that are built once: asked again, none of them is put into words anew.

The pages whose speed is promised do not even put one together: the guard of the confidences, which reads each statement
that it has not met, meets none.
"""

from collections.abc import Callable, Mapping
from itertools import count
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine, Row, literal_column, select

from clais.identity.sessions import active_session
from clais.instruments.first import first_version
from clais.instruments.rules.definition import InstrumentKind
from clais.web import context, navigation
from clais.web.routing import Application
from tenants.follow_up import models as follow_up
from tenants.follow_up.models import _reads_notes
from tenants.intake.asked import questions_here
from tests.support.federation import Federation, Member
from tests.support.instruments import a_centre
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


def an_intake_form(federation: Federation, agent: Member) -> str:
    """The key of what the platform's receptions ask: the version that it adopted of the centre's intake form."""
    centre = a_centre(federation, "Accueil", "intake", kind="intake")
    version = centre.publish_whole(first_version(InstrumentKind.INTAKE).definition)
    coordinator = federation.member(federation.platform, "coordinator").browser()
    coordinator.post(f"/outils-du-bassin/{version}/adoption", status=303)
    with agent.at_work() as session:
        return questions_here(session).mark


@pytest.fixture(scope="module")
def visits(engine: Engine, app: Application) -> Mapping[str, Callable[[], object]]:
    """Each page as its members ask for it, with something on it."""
    federation = Federation(app, engine)
    agent, officer = federation.agent(), federation.officer()
    people = [a_person(agent, f"Famille {letter}") for letter in "ABCDE"]
    referral = a_referral(agent, people[1], *a_scheme(officer))
    here, there, numbers = agent.browser(), officer.browser(), count()
    content = an_intake_form(federation, agent)
    letters = str.maketrans("0123456789", "bcdfghjklm")

    def newcomer() -> None:
        name = "Nouv" + f"{next(numbers):05d}".translate(letters)
        form = {
            "_submission": str(uuid4()), "family_name": name, "given_names": name[::-1], "sex": "woman",
            "intake-content": content, "intake-channel": "visit", "intake-request": "Un emploi",
            "registration_consent_manner": "spoken",
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


PROMISED = ("my day", "list", "file", "form of an intake", "intake", "inbox")
"""Not the search: where it finds little, it asks for names near what was typed, with a statement made of that."""


def put_together(visit: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that are still put together when a page is asked for the third time."""
    for _visit in range(VISITS - 1):
        visit()
    met: list[str] = []

    def meet(statement: object) -> bool:
        met.append(str(statement))
        return _reads_notes(statement)

    monkeypatch.setattr(follow_up, "_reads_notes", meet)
    visit()
    return met


@pytest.mark.parametrize("page", PROMISED)
def test_a_page_whose_speed_is_promised_puts_no_statement_together(
    page: str, visits: Mapping[str, Callable[[], object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert put_together(visits[page], monkeypatch) == []


def test_a_statement_that_is_put_together_for_each_page_is_found(
    visits: Mapping[str, Callable[[], object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(navigation, "_counts", navigation._counts.__wrapped__)  # type: ignore[attr-defined]
    assert len(put_together(visits["list"], monkeypatch)) == 1
