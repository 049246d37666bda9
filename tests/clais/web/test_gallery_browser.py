"""The gallery in a real browser: accessible, within the policy, no sideways scroll, and a keyboard that works."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ViewportSize, expect

from tests.support.chromium import Visit, serving

FIRST_PAGE_LIMIT = 300_000
TYPE_AT_ONCE = """(input, words) => {
  for (const letter of words) {
    input.value += letter;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
}"""
"""Faster than anyone types, and than the script asks, however slow the machine is."""
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    with serving(app) as url:
        yield url


def new_context(chromium: Browser, address: str, width: int) -> BrowserContext:
    size: ViewportSize = {"width": width, "height": 900}
    # Nothing glides: whoever clicks would wait a second until it has come to rest.
    return chromium.new_context(base_url=address, viewport=size, locale="nl-BE", reduced_motion="reduce")


@pytest.fixture(scope="module", params=[1280, 360])
def context(request: pytest.FixtureRequest, chromium: Browser, address: str) -> Iterator[BrowserContext]:
    """A browser that has the files of the pages already, as everyone has after the first one."""
    opened = new_context(chromium, address, request.param)
    yield opened
    opened.close()


@pytest.fixture
def visit(context: BrowserContext) -> Iterator[Visit]:
    """A page of a browser that holds nothing of the test before."""
    page = context.new_page()
    yield Visit(page)
    context.set_offline(False)
    context.clear_cookies()
    page.close()


def _width(visit: Visit) -> int:
    size = visit.page.viewport_size
    assert size is not None
    return size["width"]


@pytest.mark.parametrize("path", ["/gallery", "/note?flash=1", "/fail/404", "/fail/stale", "/fail/moved"])
def test_a_page_is_accessible_obeys_the_policy_and_fits(visit: Visit, path: str) -> None:
    visit.page.goto(path)
    visit.page.evaluate("document.fonts.ready.then(() => null)")
    name = path.strip("/").partition("?")[0].replace("/", "-")
    visit.picture(f"shell-{name}-{_width(visit)}")
    assert visit.violations() == []
    assert [text for text in visit.complaints if "404 (NOT FOUND)" not in text and "409 (CONFLICT)" not in text] == []
    assert visit.overflow() == 0


def test_errors_are_summarised_focused_and_accessible(visit: Visit) -> None:
    visit.page.goto("/gallery")
    visit.page.get_by_label("Nom").fill("")
    visit.page.get_by_label("Date de naissance").fill("31/02/1990")
    visit.page.get_by_role("button", name="Enregistrer").click()
    summary = visit.page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(visit.page.get_by_label("Date de naissance")).to_have_value("31/02/1990")
    visit.picture(f"shell-errors-{_width(visit)}")
    assert visit.violations() == []
    summary.get_by_role("link", name="Nom").click()
    expect(visit.page.get_by_label("Nom")).to_be_focused()
    assert visit.overflow() == 0


def test_a_combobox_is_driven_with_the_keyboard_and_sends_the_code(visit: Visit) -> None:
    posted: list[str] = []
    visit.page.on(
        "request", lambda request: posted.append(request.post_data or "") if "occupations" in request.url else None
    )
    visit.page.goto("/gallery")
    box = visit.page.get_by_role("combobox", name="Métier souhaité")
    expect(box).to_have_value("Aide-ménagère")
    box.fill("")
    box.evaluate(TYPE_AT_ONCE, "aide")
    expect(visit.page.get_by_role("listbox").get_by_role("option")).to_have_count(2)
    box.press("ArrowDown")
    box.press("ArrowDown")
    expect(visit.page.get_by_role("option", name="Aide familiale")).to_have_attribute("aria-selected", "true")
    assert visit.violations() == []
    visit.picture(f"shell-combobox-{_width(visit)}", full_page=False)
    box.press("Enter")
    expect(box).to_have_value("Aide familiale")
    assert visit.page.locator("input[name=occupation]").input_value() == "K1302"
    assert set(posted) == {"q=aide"}
    assert visit.complaints == []


def test_a_destructive_act_asks_first_and_escape_leaves_things_as_they_are(visit: Visit) -> None:
    sent: list[str] = []
    visit.page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    visit.page.goto("/gallery")
    visit.page.get_by_role("button", name="Annoncer").click()
    dialog = visit.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Dire à Thierry que sa place est acquise ?")
    assert visit.violations() == []
    visit.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert sent == []
    visit.page.get_by_role("button", name="Annoncer").click()
    dialog.get_by_role("button", name="Annoncer").click()
    visit.page.wait_for_url("**/act")
    assert len(sent) == 1


def test_slash_goes_to_the_search_and_question_mark_lists_the_keys(visit: Visit) -> None:
    visit.page.goto("/gallery")
    visit.page.locator("main").focus()
    visit.page.keyboard.press("/")
    expect(visit.page.get_by_role("combobox", name="Chercher une personne")).to_be_focused()
    visit.page.locator("main").focus()
    visit.page.keyboard.press("?")
    dialog = visit.page.get_by_role("dialog", name="Clavier")
    expect(dialog).to_contain_text("Alt+N")
    dialog.get_by_label("Utiliser les touches seules, comme /, J ou N").uncheck()
    visit.page.keyboard.press("Escape")
    visit.page.locator("main").focus()
    visit.page.keyboard.press("?")
    expect(dialog).to_be_hidden()


def test_lines_are_added_and_ticks_are_counted(visit: Visit) -> None:
    visit.page.goto("/gallery")
    expect(visit.page.locator("[data-counts]")).to_have_text("1")
    visit.page.get_by_label("Logement").check()
    expect(visit.page.locator("[data-counts]")).to_have_text("2")
    visit.page.get_by_role("button", name="Ajouter une langue").click()
    expect(visit.page.locator("select[name='languages-2-code']")).to_be_focused()
    visit.page.get_by_role("button", name="Retirer cette ligne").last.click()
    expect(visit.page.locator("select[name='languages-2-code']")).to_have_count(0)


def test_a_valid_form_is_saved_once_and_says_so(visit: Visit) -> None:
    visit.page.goto("/gallery")
    visit.page.get_by_label("Nom").fill("D'Hondt-Marchetti")
    visit.page.get_by_label("Femme").check()
    visit.page.get_by_label("Elle accepte d'être inscrite").check()
    visit.page.get_by_role("button", name="Enregistrer").dblclick()
    expect(visit.page.get_by_text("Enregistré.")).to_be_visible()
    visit.page.get_by_role("button", name="Fermer ce message").click()
    expect(visit.page.get_by_text("Enregistré.")).to_be_hidden()


@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_is_kept_in_the_browser_and_the_first_page_is_light(
    width: int, chromium: Browser, address: str
) -> None:
    sizes: list[int] = []
    with new_context(chromium, address, width) as first_time:
        page = first_time.new_page()
        visit = Visit(page)
        page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
        page.goto("/gallery", wait_until="networkidle")
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert visit.complaints == []
    assert 0 < sum(sizes) <= FIRST_PAGE_LIMIT


def test_htmx_corrects_in_place_keeps_what_was_typed_and_leaves_when_saved(visit: Visit) -> None:
    visit.page.goto("/contact")
    visit.page.evaluate("window.same = true")
    street, code = visit.page.get_by_label("Rue"), visit.page.get_by_label("Code postal")
    street.fill("Rue Courtejoie 17")
    code.fill("99")
    visit.page.get_by_role("button", name="Enregistrer").click()
    expect(visit.page.get_by_role("alert")).to_be_focused()
    expect(street).to_have_value("Rue Courtejoie 17")
    assert visit.violations() == []
    code.fill("5590")
    street.fill("panne")
    visit.page.get_by_role("button", name="Enregistrer").click()
    expect(visit.page.locator("#messages")).to_contain_text("Le service est momentanément indisponible")
    expect(street).to_have_value("panne")
    assert visit.page.evaluate("window.same")
    visit.page.wait_for_timeout(100)
    street.fill("Rue Courtejoie 17")
    visit.page.get_by_role("button", name="Enregistrer").click()
    visit.page.wait_for_url("**/note")
    expect(visit.page.get_by_text("Enregistré.")).to_be_visible()
    assert [text for text in visit.complaints if "Failed to load resource" not in text] == []


def test_without_a_connection_the_page_says_so_and_keeps_what_was_typed(visit: Visit) -> None:
    visit.page.goto("/contact")
    visit.page.get_by_label("Rue").fill("Rue Courtejoie 17")
    visit.page.context.set_offline(True)
    visit.page.get_by_role("button", name="Enregistrer").click()
    expect(visit.page.locator("#messages")).to_contain_text("Pas de connexion")
    expect(visit.page.get_by_label("Rue")).to_have_value("Rue Courtejoie 17")
