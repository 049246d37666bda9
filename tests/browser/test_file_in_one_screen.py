"""The file of a person in one screen: what comes next, the plan, the situation, notes and thread; the rest in tabs."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from clais.encryption import Keyring
from config.demo import seed
from tests.browser.test_every_page import enter
from tests.support.chromium import Visit

pytestmark = pytest.mark.browser
SCREEN = 900
STORY = "Sofia Marchetti"
"""The person of the demo who has everything: two bilans, a plan, referrals, notes, appointments."""

LEFT_OF_TEXT = """entries => entries.map(entry => {
  const text = document.createRange();
  text.selectNodeContents(entry);
  return Math.round(text.getBoundingClientRect().left * 10);
})"""


@pytest.fixture
def file(engine: Engine, keyring: Keyring, visitor: Callable[[], Visit]) -> Visit:
    """The file of the demo's story, opened by its referent."""
    account = next(one for one in seed(engine, keyring, platforms=2, people=40, progress=False) if one.role == "agent")
    visit = visitor()
    enter(visit, account)
    page = visit.page
    page.goto(f"/{page.url.split('/')[3]}/personnes?referent=mine")
    page.get_by_role("link", name=STORY).first.click()
    page.wait_for_url("**/personnes/*")
    return visit


def bottom(page: Page, selector: str) -> float:
    box = page.locator(selector).bounding_box()
    assert box is not None, selector
    return box["y"] + box["height"]


def test_what_to_do_now_the_plan_and_the_notes_are_seen_without_scrolling(file: Visit) -> None:
    page = file.page
    assert bottom(page, "#next") < 0.55 * SCREEN
    assert bottom(page, "#plan") < SCREEN
    assert bottom(page, "#movement") < SCREEN
    assert bottom(page, "#thread") < SCREEN
    assert page.locator("#thread").bounding_box()["y"] < SCREEN / 2  # type: ignore[index]
    assert page.locator("#thread .thread > li").count() >= 4
    assert page.evaluate("document.documentElement.scrollHeight") <= SCREEN, "it was 1,116 px"
    page.set_viewport_size({"width": 360, "height": SCREEN})
    assert page.evaluate("document.documentElement.scrollHeight") < 2600, "it was 2,863 px"
    file.check("file-overview")


def test_the_parts_are_tabs_that_the_address_and_the_way_back_follow(file: Visit) -> None:
    page = file.page
    overview, situation = page.locator("#next"), page.locator("#details")
    expect(situation).to_be_hidden()
    page.get_by_role("link", name="Situation", exact=True).click()
    expect(situation).to_be_visible()
    expect(overview).to_be_hidden()
    expect(page.get_by_role("link", name="Situation", exact=True)).to_have_attribute("aria-current", "page")
    file.check("file-situation")
    page.go_back()
    expect(overview).to_be_visible()
    page.goto(f"{page.url.partition('#')[0]}#wishes")
    page.reload()
    # A link to a section opens its part.
    expect(page.locator("#wishes")).to_be_visible()
    page.emulate_media(media="print")
    # On paper all the parts follow each other.
    expect(situation).to_be_visible()


def test_the_head_with_the_name_and_the_acts_stays_in_sight(file: Visit) -> None:
    page = file.page
    page.set_viewport_size({"width": 1024, "height": SCREEN})
    page.mouse.wheel(0, 600)
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
    expect(page.get_by_role("link", name="Orienter vers").first).to_be_in_viewport()


def test_on_a_phone_two_acts_stand_in_the_head_and_the_others_in_its_menu(file: Visit) -> None:
    page = file.page
    page.set_viewport_size({"width": 360, "height": SCREEN})
    acts = page.locator(".file-head .acts > .btn:visible")
    expect(acts).to_have_text(["Noter un contact", "Orienter vers…"])
    one, two = (acts.nth(number).bounding_box() for number in (0, 1))
    assert one
    assert two
    assert one["y"] == two["y"]
    page.locator("#steps > summary").click()
    for label in ("Fixer un rendez-vous", "Faire un bilan"):
        expect(page.locator("#steps .menu").get_by_role("link", name=label)).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": SCREEN})
    expect(page.locator("#steps .menu").get_by_role("link", name="Faire un bilan")).to_be_hidden()


def test_the_entries_of_the_menu_begin_at_one_line_and_have_one_height(file: Visit) -> None:
    page = file.page
    page.locator("#steps > summary").click()
    entries = page.locator("#steps .menu :is(a, button):visible")
    assert entries.count() > 2
    assert len(set(entries.evaluate_all(LEFT_OF_TEXT))) == 1
    assert len(set(entries.evaluate_all("entries => entries.map(e => e.getBoundingClientRect().height)"))) == 1
