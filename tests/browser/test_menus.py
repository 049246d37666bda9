"""Every menu opens beside its button and inside the window, and closes by Escape and a click outside."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import Locator, Page, TimeoutError, expect  # noqa: A004 - its name for it.

from tests.browser.test_every_route import whole
from tests.isolation.pages import Step
from tests.support.chromium import NARROW, WIDE, Visit

pytestmark = pytest.mark.browser
SETTLED = 700
"""Milliseconds after which a menu has its place."""
MOST = 3
"""So many menus of a page are opened at each width: rows have the same ones."""
NEAR = 12
"""Pixels between a menu and its button."""
FOLDS = "() => document.querySelectorAll('main details:not([data-menu])').forEach(fold => { fold.open = true; })"
PLACE = """menu => {
  const button = menu.querySelector("summary").getBoundingClientRect();
  const box = menu.querySelector(":scope > :not(summary)").getBoundingClientRect();
  const edge = document.documentElement.clientWidth;
  const found = [];
  if (box.left < 0 || box.right > edge) found.push(`reaches from ${box.left} to ${box.right} of ${edge} px`);
  if (box.left > button.right || box.right < button.left) found.push("is not under its button");
  const gap = Math.max(box.top - button.bottom, button.top - box.bottom);
  if (gap > NEAR || gap < 0) found.push(`is ${gap} px from its button`);
  return found;
}""".replace("NEAR", str(NEAR))
OPEN = "details[data-menu][open]"


def menus(page: Page) -> list[Locator]:
    """The menus that one can open on a page."""
    return [menu for menu in page.locator("details[data-menu]").all() if menu.locator("summary").is_visible()]


def faults_of(page: Page, menu: Locator) -> list[str]:
    """What is wrong with where an open menu stands, once it had the time to be moved there."""
    with suppress(TimeoutError):
        page.wait_for_function(f"menu => !({PLACE})(menu).length", arg=menu.element_handle(), timeout=SETTLED)
    return list(menu.evaluate(PLACE))


def misplaced(page: Page, place: str) -> list[str]:
    """What is wrong with the first menus of a page at each width."""
    page.evaluate(FOLDS)
    found = []
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        for menu in menus(page)[:MOST]:
            menu.locator("summary").click()
            expect(page.locator(OPEN)).to_have_count(1)
            found += [f"{place} at {width} px: a menu {fault}" for fault in faults_of(page, menu)]
            page.keyboard.press("Escape")
            if page.locator(OPEN).count():
                found.append(f"{place} at {width} px: Escape does not close")
                menu.evaluate("menu => { menu.open = false; }")
    return found


def with_menus(steps: list[Step]) -> list[str]:
    """An address of each page with a menu in it, by what it is called."""
    found: dict[str, str] = {}
    for step in steps:
        own = [attributes for tag, attributes in step.page.elements if tag == "details" and "data-menu" in attributes]
        if whole(step) and len(own) > 1:
            found.setdefault(str(sorted({str(attributes.get("class")) for attributes in own})), step.path)
    return list(found.values())


@pytest.mark.parametrize("role", ["coordinator", "support_officer"])
def test_every_menu_stands_beside_its_button_and_inside_the_window(
    role: str, shown: Callable[[str], list[Step]], in_role: Callable[[str], Visit]
) -> None:
    visit, wrong = in_role(role), list[str]()
    pages = with_menus(shown(role))
    for path in pages:
        visit.page.goto(path)
        wrong += misplaced(visit.page, path)
    assert wrong == []
    assert len(pages) > (1 if role == "coordinator" else 0)


def test_a_menu_closes_by_a_click_outside_and_gives_the_focus_back_on_escape(in_role: Callable[[str], Visit]) -> None:
    page = in_role("coordinator").page
    page.goto("/")
    button = page.locator(".user-menu > summary")
    button.click()
    page.locator("main h1").click()
    expect(page.locator(OPEN)).to_have_count(0)
    button.click()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.locator(OPEN)).to_have_count(0)
    expect(button).to_be_focused()


def test_a_menu_that_lies_elsewhere_is_reported(in_role: Callable[[str], Visit]) -> None:
    page = in_role("coordinator").page
    page.goto("/")
    page.evaluate("""() => {
      const styles = new CSSStyleSheet();
      styles.replaceSync(".user-menu > .menu { right: 70rem; top: 9rem !important; translate: none !important }");
      document.adoptedStyleSheets = [styles];
    }""")
    found = "\n".join(misplaced(page, "here"))
    assert "is not under its button" in found
    assert "px from its button" in found
    assert "here at 360 px: a menu reaches from" in found
