"""The columns of the list that are shown only to who chooses them, and what narrows it without being shown."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from clais.clock import today
from clais.dates import months_after
from clais.encryption import Keyring
from clais.instruments.rules.dimensions import SENSITIVE
from tenants.orientation.actions.bilans import make_bilan
from tenants.orientation.answers import Answer
from tenants.orientation.rules.dimensions import DIMENSIONS
from tenants.people.models import Person
from tests.support.federation import Federation, Member
from tests.support.statements import shapes
from tests.tenants.caseload.lists import change, files_of, names_on


@pytest.fixture
def agent(federation: Federation, keyring: Keyring) -> Member:
    """With three files: 24 years old today, 25 today, and of whom the year alone is known."""
    member = federation.agent()
    files = files_of(member, keyring, ("Amato", "Bennani", "Caruso"))
    day = today()
    change(member, files["Amato"], birth_date=months_after(day, -12 * 25).replace(day=1), status="student")
    change(member, files["Bennani"], birth_date=date(1950, 1, 1), postal_code="6240", locality="Farciennes")
    change(member, files["Caruso"], birth_date=None, birth_year=day.year - 50, postal_code="6000", locality="Charleroi")
    return member


def heads_on(agent: Member, address: str) -> list[str]:
    page = agent.browser().get(f"/personnes{address}").get_data(as_text=True)
    table = page.partition("<thead")[2].partition("</thead>")[0]
    found = re.findall(r'class="sort" href="[^"]*">([^<]+)|columnheader"[^>]*>\s*([^<\s][^<]*)</th>', table)
    return [first or second for first, second in found]


def test_a_column_is_shown_to_who_chooses_it_and_stays_when_the_list_is_sorted(agent: Member) -> None:
    usual = heads_on(agent, "")
    assert usual[:4] == ["Personne", "Âge", "Étape", "Référent·e"]
    assert "Code postal" not in usual
    chosen = heads_on(agent, "?columns=stage.place&sort=stage")
    assert chosen == ["Personne", "Étape", "Code postal"]
    ticked = heads_on(agent, "?columns=stage&columns=place")
    assert ticked == chosen
    page = agent.browser().get("/personnes?columns=stage.place").get_data(as_text=True)
    assert "6240 Farciennes" in page
    assert "columns=stage.place" in page.partition('class="sort"')[2].partition("</thead>")[0]
    agent.browser().get("/personnes?columns=phone", status=400)


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("?age=under_25", []),
        ("?age=25_44", ["Amato"]),
        ("?age=45_54", ["Caruso"]),
        ("?age=55_up", ["Bennani"]),
        ("?place=6240", ["Bennani"]),
        ("?place=7000", []),
        ("?status=student", ["Amato"]),
        ("?status=none&age=55_up", ["Bennani"]),
    ],
)
def test_the_list_is_narrowed_by_age_place_and_status(agent: Member, address: str, names: list[str]) -> None:
    assert names_on(agent.browser(), address) == names


def test_the_menu_of_filters_offers_the_places_where_people_live(agent: Member) -> None:
    menu = agent.browser().get("/personnes/filtres").get_data(as_text=True)
    places = menu.partition('name="place"')[2].partition("</select>")[0]
    assert re.findall(r'value="(\d+)">([^<]+)', places) == [("6000", "6000 Charleroi"), ("6240", "6240 Farciennes")]
    assert "6240 Farciennes" in agent.browser().get("/personnes?place=6240").get_data(as_text=True)


@pytest.mark.parametrize("address", ["?age=young", "?place=x", "?place=62401", "?columns=stage.nothing"])
def test_an_address_that_no_menu_makes_is_refused(agent: Member, address: str) -> None:
    page = agent.browser().get(f"/personnes{address}", status=400).get_data(as_text=True)
    assert not any(name in page for name in ("Amato", "Bennani", "Caruso"))


def a_bilan(agent: Member, person: Person, answers: dict[str, int], days_ago: int = 0) -> None:
    with agent.at_work() as session:
        make_bilan(
            session,
            session.get_one(Person, (agent.tenant.id, person.id)),
            agent.actor,
            {code: Answer(level) for code, level in answers.items()},
            agent.federation.keyring,
            made_on=today() - timedelta(days=days_ago),
        )


@pytest.fixture
def assessed(federation: Federation, keyring: Keyring) -> Member:
    """With three files: a bilan that says more than one before it; two obstacles; one that is sealed, and no other."""
    member = federation.agent()
    files = files_of(member, keyring, ("Amato", "Bennani", "Caruso"))
    a_bilan(member, files["Amato"], {"mobility": -3, "housing": -3}, days_ago=90)
    a_bilan(member, files["Amato"], {"mobility": -2, "housing": 1})
    a_bilan(member, files["Bennani"], {"mobility": -1, "work": -3, "debts": -2, "health": -3})
    a_bilan(member, files["Caruso"], {"mobility": 2, "health": -3, "justice": -3})
    return member


def test_a_dimension_narrows_by_where_the_last_bilan_stands_at_or_below(assessed: Member) -> None:
    browser = assessed.browser()
    assert names_on(browser, "?obstacle=mobility.3") == []
    assert names_on(browser, "?obstacle=mobility.2") == ["Amato"]
    assert names_on(browser, "?obstacle=mobility.1") == ["Amato", "Bennani"]
    assert names_on(browser, "?obstacle=housing.1") == []
    assert names_on(browser, "?obstacle=work.3&referent=mine") == ["Bennani"]
    assert names_on(browser, "?obstacle=work.3&referent=none") == []


def test_what_hinders_is_a_column_with_the_heaviest_first_and_in_full_in_a_file(assessed: Member) -> None:
    page = assessed.browser().get("/personnes?columns=obstacle&obstacle=work.1").get_data(as_text=True)
    assert "Travail, dettes +1" in page
    assert 'title="Travail, dettes, mobilité"' in page
    sent = assessed.browser().post("/personnes/export/csv?columns=obstacle&obstacle=work.1", status=200)
    assert "Travail, dettes, mobilité" in sent.get_data().decode("utf-8-sig")


def test_nobody_is_listed_counted_taken_away_or_kept_as_a_view_by_what_is_sealed(assessed: Member) -> None:
    browser = assessed.browser()
    for code in ("health.3", "health.1", "justice.3", "mobility.0", "mobility.4", "mobility"):
        for path in ("", "/vues", "/filtres", "/export", "/vues/nouvelle"):
            browser.get(f"/personnes{path}?obstacle={code}", status=400)
        browser.post(f"/personnes/export/csv?obstacle={code}", status=400)
    offered = re.findall(r'<option value="(\w+)\.\d"', browser.get("/personnes/filtres").get_data(as_text=True))
    assert set(offered) == {dimension.code for dimension in DIMENSIONS} - SENSITIVE
    rows = browser.get("/personnes?columns=obstacle").get_data(as_text=True).partition("<tbody")[2]
    assert "Travail" in rows
    assert "Santé" not in rows.partition("</tbody>")[0]
    assert "Justice" not in rows.partition("</tbody>")[0]


def test_who_may_not_read_a_bilan_neither_narrows_nor_sees_by_it(assessed: Member) -> None:
    federation = assessed.federation
    desk = federation.member(federation.platform, "receptionist", "Julie Skalski").browser()
    assert "mobility.3" not in desk.get("/personnes/filtres").get_data(as_text=True)
    for path in ("?obstacle=mobility.3", "?columns=obstacle", "/vues?obstacle=mobility.3"):
        desk.get(f"/personnes{path}", status=400)


def test_a_dimension_stands_above_the_list_in_words_and_is_kept_as_a_view(assessed: Member) -> None:
    browser = assessed.browser()
    assert "Mobilité\u00a0: freine beaucoup ou davantage" in browser.get("/personnes?obstacle=mobility.2").get_data(
        as_text=True
    )
    browser.post("/personnes/vues/nouvelle?obstacle=mobility.2", {"label": "Sans transport"}, status=303)
    views = browser.get("/personnes/vues").get_data(as_text=True)
    assert re.search(r'Sans transport *<span class="count">1<', views)


def test_a_dimension_costs_the_list_no_statement_more(assessed: Member, engine: Engine) -> None:
    usual = shapes(engine, assessed.browser(), "/personnes")
    assert shapes(engine, assessed.browser(), "/personnes?obstacle=mobility.1&columns=obstacle") == usual
