"""The columns of the list that are shown only to who chooses them, and what narrows it without being shown."""

import re
from datetime import date

import pytest

from clais.clock import today
from clais.dates import months_after
from clais.encryption import Keyring
from tests.support.federation import Federation, Member
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
