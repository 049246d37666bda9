"""The head of a list in a browser: the menu of filters opens and narrows, a phone sorts, numbers come in their room."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import update

from clais.encryption import Keyring
from tenants.people.models import Person
from tests.support.chromium import NARROW, Visit
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person, a_referral, a_scheme
from tests.tenants.people.newcomers import registered

pytestmark = pytest.mark.browser
WIDTHS = pytest.mark.parametrize("width", [1280, NARROW])
NAMES = ("Amato", "Bennani", "Caruso")
PLACES = """() => [...document.querySelectorAll("#views a, [data-listing] tbody th, .filter-bar .end")]
  .map((each) => Math.round(each.getBoundingClientRect().right) + " " + Math.round(each.getBoundingClientRect().top))"""
"""Where the tabs, the rows and the number of rows stand."""


def of_my_files(page: Page) -> list[str]:
    return [name.split()[-1] for name in page.locator("[data-listing] tbody .who a").all_inner_texts()]


@pytest.fixture
def agent(federation: Federation, keyring: Keyring) -> Member:
    """An agent with three files; Bennani is followed, Caruso is nobody's."""
    agent = federation.agent()
    files = {name: registered(agent, keyring, family_name=name) for name in NAMES}
    with agent.at_work() as session:
        for name, file in files.items():
            facts = {"referent_id": None if name == "Caruso" else agent.membership.id}
            stage = {"stage": "in_follow_up"} if name != "Amato" else {}
            session.execute(update(Person).where(Person.id == file.id).values(**facts, **stage))
    return agent


@WIDTHS
def test_the_filter_of_my_files_opens_narrows_to_a_stage_and_says_so(
    agent: Member, sign_in: Callable[[Member], Visit], width: int
) -> None:
    page = sign_in(agent).page
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/{agent.tenant.slug}/personnes?referent=mine")
    page.locator(".chip-add").click()
    stage = page.locator("#filter-stage")
    expect(stage).to_be_in_viewport()
    stage.select_option("in_follow_up")
    show = page.locator(".filter-bar .menu").get_by_role("button")
    expect(show).to_be_in_viewport()
    show.click()
    page.wait_for_url("**stage=in_follow_up**")
    assert of_my_files(page) == ["Bennani"]
    expect(page.locator(".chip")).to_have_count(2)
    expect(page.locator("#found")).to_have_text("1 sur 3")


@WIDTHS
def test_the_filter_of_the_inbox_opens_and_narrows(
    federation: Federation, sign_in: Callable[[Member], Visit], width: int
) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, held = a_scheme(officer)
    mentoring, _none = a_scheme(officer, name="Parrainage")
    a_referral(agent, a_person(agent), scheme, held)
    a_referral(agent, a_person(agent), mentoring)
    page = sign_in(officer).page
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/{officer.tenant.slug}/a-traiter")
    expect(page.locator("#found")).to_have_text("2 relais")
    page.locator(".chip-add").click()
    page.locator("#filter-scheme_id").select_option(label="Parrainage")
    page.locator(".filter-bar .menu").get_by_role("button").click()
    page.wait_for_url("**scheme_id=**")
    expect(page.locator("[data-listing] tbody .who a")).to_have_text(["Parrainage"])
    expect(page.locator("#found")).to_have_text("1 sur 2")


def test_a_phone_sorts_by_a_menu(agent: Member, sign_in: Callable[[Member], Visit]) -> None:
    page = sign_in(agent).page
    page.goto(f"/{agent.tenant.slug}/personnes")
    expect(page.locator(".sorts")).to_be_hidden()
    page.set_viewport_size({"width": NARROW, "height": 900})
    page.locator(".sorts > summary").click()
    page.locator(".sorts").get_by_role("link", name="Référent").click()
    page.wait_for_url("**sort=referent**")
    assert of_my_files(page)[-1] == "Caruso"
    expect(page.locator(".sorts > summary")).to_contain_text("Référent")


@WIDTHS
def test_nothing_moves_when_the_numbers_come(agent: Member, sign_in: Callable[[Member], Visit], width: int) -> None:
    page = sign_in(agent).page
    page.set_viewport_size({"width": width, "height": 900})
    held = list[Route]()

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/personnes/vues*", hold)
    page.goto(f"/{agent.tenant.slug}/personnes?referent=mine", wait_until="load")
    page.wait_for_function("() => document.fonts.status === 'loaded'")
    expect(page.locator("#views .count").first).to_have_text("")
    before = page.evaluate(PLACES)
    held[0].continue_()
    expect(page.locator("#views .count").first).to_have_text("2")
    expect(page.locator("#found")).to_have_text("2 sur 3")
    assert page.evaluate(PLACES) == before
