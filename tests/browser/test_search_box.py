"""The search box of every page: it proposes while one types, opens what is chosen, puts nothing into an address."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.support.chromium import Visit
from tests.support.federation import Federation, Member
from tests.tenants.people.newcomers import registered

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1280, 360])
def test_proposals_are_walked_with_the_arrows_and_enter_opens_one(
    federation: Federation, sign_in: Callable[[Member], Visit], width: int
) -> None:
    agent = federation.agent()
    for given_names in ("Ada", "Bea"):
        registered(agent, federation.keyring, family_name="Marchetti", given_names=given_names, birth_year=1990)
    chosen = registered(agent, federation.keyring, family_name="Martin", given_names="Carla")
    page = sign_in(agent).page
    page.set_viewport_size({"width": width, "height": 800})
    page.keyboard.press("/")
    box = page.locator("#search-everywhere")
    expect(box).to_be_focused()
    page.keyboard.type("mar")
    options = page.locator("#search-everywhere-options [role=option]")
    expect(options).to_have_count(3)
    assert [text.split("\n")[0] for text in options.all_inner_texts()] == [
        "Ada Marchetti",
        "Bea Marchetti",
        "Carla Martin",
    ]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(options.nth(2)).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", "search-everywhere-options-2")
    assert options.nth(2).evaluate("element => element.getBoundingClientRect().right <= innerWidth")
    page.keyboard.press("Escape")
    expect(options.first).to_be_hidden()
    page.keyboard.press("ArrowDown")
    expect(options.first).to_be_visible()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/personnes/{chosen.id}")
    assert "mar" not in page.url.partition("/personnes/")[2]


def test_enter_without_a_choice_searches_and_opens_the_one_who_fits(
    federation: Federation, sign_in: Callable[[Member], Visit]
) -> None:
    agent = federation.agent()
    registered(agent, federation.keyring, family_name="Marchetti", given_names="Ada")
    registered(agent, federation.keyring, family_name="Marchetti", given_names="Bea")
    bea = registered(agent, federation.keyring, family_name="Martin", given_names="Bea")
    visit = sign_in(agent)
    page, box = visit.page, visit.page.locator("#search-everywhere")
    box.fill("marchetti")
    expect(page.get_by_role("option", name="Ada Marchetti")).to_be_visible()
    box.press("Enter")
    page.wait_for_url("**/personnes/recherche")
    expect(page.get_by_role("main").get_by_role("link", name="Ada Marchetti")).to_be_visible()
    page.locator("#search-everywhere").fill("bea martin")
    page.locator("#search-everywhere").press("Enter")
    page.wait_for_url(f"**/personnes/{bea.id}")
