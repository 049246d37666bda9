"""Choosing a scheme in a browser: all of the basin's schemes in one screen, and a missing fact typed in its row."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from config.demo.engine.texts import read
from tests.support.chromium import NARROW, WIDE, Visit
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person, a_scheme

pytestmark = pytest.mark.browser
TALLEST = 1000
"""Pixels of the page with the schemes of the demonstration; it was 3,711."""
FULL = {"Stage de confirmation de projet", "Validation des compétences"}


def at_the_choice(federation: Federation, sign_in: Callable[[Member], Visit]) -> Page:
    agent, officer = federation.agent(), federation.officer()
    for about in read("schemes")["schemes"]:
        seats = 0 if about["name"] in FULL else 10
        a_scheme(officer, name=about["name"], required=about["required"], seats=seats)
    person = a_person(agent, forem_number=None, availability=None, email=None)
    page = sign_in(agent).page
    page.goto(f"/{agent.tenant.slug}/personnes/{person.id}/orienter")
    return page


def test_the_schemes_of_a_basin_stand_in_one_screen_and_a_little(
    federation: Federation, sign_in: Callable[[Member], Visit]
) -> None:
    page = at_the_choice(federation, sign_in)
    assert page.locator(".schemes .rows > li").count() == len(read("schemes")["schemes"])
    assert page.evaluate("document.documentElement.scrollHeight") <= TALLEST


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_what_is_missing_is_typed_in_its_row_and_the_row_moves_to_what_fits(
    federation: Federation, sign_in: Callable[[Member], Visit], width: int
) -> None:
    page = at_the_choice(federation, sign_in)
    page.set_viewport_size({"width": width, "height": 900})
    row = page.locator(".schemes li", has_text="Français – oral A2")
    name = row.locator(".ask").first.inner_text()
    assert "Disponibilité" in name
    row.locator(".ask", has_text="Disponibilité").click()
    field = row.get_by_label("Disponibilité")
    expect(field).to_be_focused()
    page.keyboard.type("En journée")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Noté sur la fiche")).to_be_visible()
    row = page.locator(".schemes li", has_text="Français – oral A2")
    expect(row.locator(".ask", has_text="Disponibilité")).to_have_count(0)
    expect(page.locator(".facts-strip")).to_contain_text("En journée")
    # One goes on in the row.
    expect(row.locator(":focus")).to_have_count(1)


def test_one_fact_is_asked_at_a_time(federation: Federation, sign_in: Callable[[Member], Visit]) -> None:
    page = at_the_choice(federation, sign_in)
    page.locator(".schemes .ask", has_text="Disponibilité").first.click()
    expect(page.locator(".asks:not(:empty)")).to_have_count(1)
    page.locator(".facts-strip a", has_text="Téléphone").click()
    expect(page.get_by_label("Téléphone")).to_be_focused()
    expect(page.locator(".asks:not(:empty)")).to_have_count(1)


def test_no_value_of_the_file_is_cut(federation: Federation, sign_in: Callable[[Member], Visit]) -> None:
    agent = federation.agent()
    a_scheme(federation.officer(), required=("email",))
    email = "marie-christine.vandenbroeck-delacroix@courriel-du-bassin.example"
    person = a_person(agent, email=email)
    page = sign_in(agent).page
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"/{agent.tenant.slug}/personnes/{person.id}/orienter")
        expect(page.locator(".facts-strip")).to_contain_text(email)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
