"""How many statements a page costs, and which tables they read: a list that asks row by row would show here."""

import re

import pytest
from sqlalchemy import Engine

from clais.encryption import Keyring
from tenants.people.matching.search import FOUND
from tests.support.federation import Browser, Federation
from tests.support.statements import shape, shapes, statements
from tests.tenants.people.newcomers import registered

PARTIAL = {"HX-Request": "true"}


@pytest.fixture
def browser(federation: Federation, keyring: Keyring) -> Browser:
    """An agent with forty files, so that a page is full and there is a next one."""
    agent = federation.agent()
    for number in range(40):
        registered(agent, keyring, {"request": "Un emploi"}, family_name=f"Famille {chr(65 + number % 26)}{number}")
    return agent.browser()


def test_the_list_of_files_reads_files_and_those_opened_lately(engine: Engine, browser: Browser) -> None:
    counted = shapes(engine, browser, "/personnes/vues", headers=PARTIAL)
    assert len(counted) == 2, "the views are read, and counted together"
    rail = len(shapes(engine, browser, "/personnes/filtres")) - len(
        shapes(engine, browser, "/personnes/filtres", headers=PARTIAL)
    )
    # The files, and the views that members keep; of one's own files, those opened lately too.
    assert len(shapes(engine, browser, "/personnes")) == rail + 2
    assert len(shapes(engine, browser, "/personnes?referent=mine")) == rail + 3


def test_a_full_list_costs_no_more_statements_than_an_empty_one(
    engine: Engine, federation: Federation, browser: Browser
) -> None:
    empty = federation.other_agent().browser()
    assert shapes(engine, browser, "/personnes") == shapes(engine, empty, "/personnes")


def test_the_reception_costs_the_same_whoever_came(engine: Engine, federation: Federation, browser: Browser) -> None:
    full = shapes(engine, browser, "/accueil")
    assert full == shapes(engine, federation.other_agent().browser(), "/accueil")
    assert len(full) <= 8


ONCE = ["INSERT audit_event", "SELECT state_change", "UPDATE recently_opened"]
"""The thread is one statement over the tables of every feature, of which the path of the person comes first."""
IN_THE_THREAD = {f"SELECT {table}" for table in ("intake", "note", "bilan", "orientation_decision", "contact")}
MOST_OF_A_FILE = 12


def test_the_head_of_a_file_its_card_and_its_request_are_read_once_each(
    engine: Engine, federation: Federation, keyring: Keyring
) -> None:
    agent = federation.agent()
    person = registered(agent, keyring, {"request": "Un emploi"})
    seen = shapes(engine, agent.browser(), f"/personnes/{person.id}")
    assert sorted(statement for statement in seen if statement in ONCE) == ONCE
    assert not IN_THE_THREAD & set(seen)
    assert len(seen) <= MOST_OF_A_FILE


def test_a_file_full_of_receptions_costs_what_an_empty_one_costs(
    engine: Engine, federation: Federation, keyring: Keyring
) -> None:
    agent = federation.agent()
    browser = agent.browser()
    empty, full = registered(agent, keyring), registered(agent, keyring, {"request": "Un emploi"}, family_name="Rossi")
    for _ in range(8):
        browser.post(f"/personnes/{full.id}/accueils/nouveau", {"channel": "phone", "request": "Encore"}, status=303)
    assert shapes(engine, browser, f"/personnes/{full.id}") == shapes(engine, browser, f"/personnes/{empty.id}")


def test_saving_a_newcomer_costs_the_same_in_a_large_platform(
    engine: Engine, federation: Federation, browser: Browser
) -> None:
    newcomer = {
        "family_name": "Nouvelle",
        "given_names": "Venue",
        "registration_consent_manner": "spoken",
        "intake-request": "Un stage",
    }

    def saved(by: Browser) -> list[str]:
        token = by.csrf()
        with statements(engine) as seen:
            answer = by.client.post(by.url("/accueil/nouveau"), data={**newcomer, "csrf_token": token})
        assert answer.status_code == 303
        return [shape(statement) for statement in seen]

    other = federation.other_agent()
    registered(other, keyring=federation.app.extensions["clais"].keyring)
    large, small = saved(browser), saved(other.browser())
    assert large == small
    assert len(large) <= 12


def test_a_search_that_fits_more_than_a_page_says_so_and_stays_in_order(browser: Browser) -> None:
    path = "/personnes/recherche"
    common = browser.post(path, {"q": "famille"}).get_data(as_text=True)
    assert "affinez" in common
    names = re.findall(r"Famille [A-Z]\d+", common)
    assert len(set(names)) == FOUND
    assert names == sorted(names)
    rare = browser.post(path, {"q": "famille a"}).get_data(as_text=True)
    assert set(re.findall(r"Famille [A-Z]\d+", rare)) == {"Famille A0", "Famille A26"}
    assert "affinez" not in rare
