"""Every page with long names and texts, from a phone to a wide screen, zoomed to 200 % and on paper: nothing is cut,
nothing stands over something else, and no column is too narrow to be read.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy import Engine

from tests.browser.long_words import long_words
from tests.browser.test_every_route import whole
from tests.browser.walk import main_of
from tests.isolation.pages import Step
from tests.isolation.test_unknown_fields import endpoint_of
from tests.isolation.world import Visitor, World
from tests.support.chromium import Visit

pytestmark = pytest.mark.browser
LAYOUT = (Path(__file__).parents[1] / "support" / "layout.js").read_text(encoding="utf-8")
ZOOMED = 640
"""A window of 1280 px that is zoomed to 200 % has so many pixels."""
ROLES = ("coordinator", "support_officer", "receptionist", "trainer")
WIDTHS = (1280, 1024, 1920, ZOOMED, 360)
PAPER = 718
"""A4 without its margins."""
LETTER_ALONE = ("referrals.compose", "file_transfers.offer")
"""On paper they are the letter that the person signs, and nothing else."""
UNFOLD = """() => document.querySelectorAll("main details:not([data-menu])").forEach(fold => { fold.open = true; })"""
SHEETS = """() => [...document.querySelectorAll("main :is(.sheet, .receipt)")]
  .map((sheet, index) => [sheet, `${index} ${sheet.id || sheet.querySelector("h2, h3")?.innerText || "sheet"}`])
  .filter(([sheet]) => sheet.checkVisibility() && sheet.innerText.trim() && !sheet.matches(".no-print, .no-print *"))
  .map(([, name]) => name)"""
"""The sheets that can be seen."""
PLANTED = """() => {
  const styles = new CSSStyleSheet();
  styles.replaceSync(`.planted-narrow { width: 80px } .planted-wide { width: 2400px }
    .planted-cut { width: 90px; overflow: hidden; white-space: nowrap }
    .planted-rows { display: block !important } .planted-over { margin-bottom: -40px }
    @media print { main > .sheet { display: none !important } }`);
  document.adoptedStyleSheets = [styles];
  const words = "Un accompagnement qui prend plus de quarante caractères";
  document.getElementById("main").insertAdjacentHTML("beforeend", `<div class="planted-narrow">${words}</div>
    <div class="planted-cut">${words}</div><div class="planted-wide">x</div><section class="sheet" id="last">A</section>
    <ul class="rows planted-rows"><li class="planted-rows">
      <div class="planted-over">${words}</div><div>${words}</div></li></ul>`);
}"""
"""Text in 80 px, text that is cut off, something too wide, two things over each other, a sheet that is not printed."""


def misplaced(page: Page, place: str) -> list[str]:
    """What is wrong with the layout of a page, folds open, at each width and on paper."""
    page.evaluate(UNFOLD)
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{place} at {width} px: {fault}" for fault in page.evaluate(LAYOUT)]
    return found + misplaced_on_paper(page, place)


def misplaced_on_paper(page: Page, place: str) -> list[str]:
    """What is wrong with a page as it is printed: its sheets are there, and nothing is cut."""
    page.set_viewport_size({"width": PAPER, "height": 900})
    on_screen = page.evaluate(SHEETS)
    page.emulate_media(media="print")
    on_paper = page.evaluate(SHEETS)
    found = [f"{place} on paper: {fault}" for fault in page.evaluate(LAYOUT)]
    page.emulate_media(media="screen")
    if place in LETTER_ALONE:
        alone = [name.split()[-1] for name in on_paper] == ["letter"]
        return found if alone else [*found, f"{place} on paper: {on_paper} and not the letter alone"]
    return found + [f"{place} on paper: {sheet} is not there" for sheet in on_screen if sheet not in on_paper]


@pytest.fixture(scope="module")
def long_world(lived_world: World, shown: Callable[[str], list[Step]], superuser: Engine) -> Iterator[World]:
    for role in ROLES:
        shown(role)
    with long_words(lived_world, superuser):
        yield lived_world


def pages_of(world: World, steps: list[Step]) -> dict[str, str]:
    """An address of each page that a role was shown."""
    found: dict[str, str] = {}
    for step in steps:
        if whole(step):
            found.setdefault(endpoint_of(world, "GET", step.path), step.path)
    return found


def unlike(visitor: Visitor, pages: dict[str, str], seen: set[str]) -> dict[str, str]:
    """The pages that say in their `main` what no page has said yet, but for keys, and one that shows the frame."""
    chosen: dict[str, str] = {}
    for endpoint, path in pages.items():
        main = main_of(visitor.ask("GET", path).get_data(as_text=True), visitor.slug)
        if not chosen or main not in seen:
            chosen[endpoint] = path
        seen.add(main)
    return chosen


@pytest.fixture(scope="module")
def seen() -> set[str]:
    """What was looked at already, by whoever it was."""
    return set()


@pytest.mark.parametrize("role", ROLES)
def test_no_page_cuts_covers_or_squeezes_long_words_on_a_screen_or_on_paper(
    role: str, long_world: World, shown: Callable[[str], list[Step]], in_role: Callable[[str], Visit], seen: set[str]
) -> None:
    visit, wrong = in_role(role), list[str]()
    pages = unlike(long_world.visitor(role), pages_of(long_world, shown(role)), seen)
    for endpoint, path in pages.items():
        visit.page.goto(path)
        wrong += misplaced(visit.page, endpoint)
    assert wrong == [], "\n".join(wrong)


def test_a_page_that_says_something_else_to_someone_else_is_looked_at(long_world: World) -> None:
    visitor = long_world.visitor("receptionist")
    day, people = visitor.address("day.my_day"), visitor.address("caseload.index")
    seen, pages = set[str](), {"day": day, "people": people}
    assert unlike(visitor, pages, seen) == pages
    assert unlike(visitor, pages, seen) == {"day": day}
    assert unlike(long_world.visitor("coordinator"), pages, seen) == pages


def test_what_is_squeezed_cut_covered_or_not_printed_is_reported(
    long_world: World, in_role: Callable[[str], Visit]
) -> None:
    visit = in_role("coordinator")
    visit.page.goto(long_world.visitor("coordinator").address("day.my_day"))
    visit.page.evaluate(PLANTED)
    found = "\n".join(misplaced(visit.page, "here"))
    for width in WIDTHS:
        assert f"here at {width} px: 80 px are too narrow for 55 characters: div.planted-narrow" in found
    assert "px: cut off by" in found
    assert "here at 360 px: the page scrolls sideways by" in found
    assert "stand over each other" in found
    assert "last is not there" in found
