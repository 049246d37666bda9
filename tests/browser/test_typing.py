"""What is typed into the fields of a page: counted, sent by keyboard, proposed, and kept in view."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from clais.encryption import Keyring
from clais.numbers import format_national_number
from tests.support.chromium import NARROW, WIDE, Visit
from tests.support.federation import Federation, Member
from tests.tenants.agenda.days import a_file, an_appointment
from tests.tenants.people.newcomers import a_number, authorise, registered

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("reference_data")]
ALONE = "6000"
"""A postal code of one locality."""
SignIn = Callable[[Member], Visit]
WIDTHS = pytest.mark.parametrize("width", [WIDE, NARROW])


def at(visit: Visit, path: str, width: int = WIDE) -> Page:
    """The page of a path of one's own tenant, in a window of this width."""
    visit.page.set_viewport_size({"width": width, "height": 900})
    visit.page.goto(f"/{visit.page.url.split('/')[3]}{path}")
    return visit.page


def test_a_long_note_is_pasted_whole_counted_refused_and_kept(federation: Federation, sign_in: SignIn) -> None:
    agent = federation.agent()
    person = a_file(agent)
    page = at(sign_in(agent), f"/personnes/{person.id}")
    note = page.get_by_label("Nouvelle note")
    note.fill("a" * 3688)
    expect(page.locator("#note-box .counter")).to_have_text("encore 312 caractères")
    expect(page.locator("#spoken")).to_have_text("encore 312 caractères")
    long = "a" * 4691 + " elle REFUSE le stage."
    note.fill(long + "b")
    expect(page.locator("#note-box .counter")).to_have_text("714 caractères de trop")
    note.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("714 caractères de trop")
    expect(note).to_have_value(long + "b")
    note.fill("Trois mots")
    expect(page.locator("#note-box .counter")).to_have_count(0)


def test_ctrl_enter_sends_the_form_one_is_in_once(federation: Federation, sign_in: SignIn) -> None:
    agent = federation.agent()
    person = a_file(agent)
    visit = sign_in(agent)
    page = at(visit, f"/personnes/{person.id}/contacts/nouveau")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.get_by_label("En quelques mots").fill("Elle commence lundi.")
    page.evaluate(
        """() => { for (let time = 0; time < 3; time++) document.activeElement.dispatchEvent(
          new KeyboardEvent("keydown", {key: "Enter", ctrlKey: true, bubbles: true, cancelable: true})); }"""
    )
    page.wait_for_url("**/personnes/*")
    assert len(sent) == 1


@WIDTHS
@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/accueil/nouveau", "given_names"),
        ("/partenaires/nouveau", "name"),
        ("/rendez-vous/nouveau", None),
        ("/personnes/{}/coordonnees", "given_names"),
        ("/personnes/{}/contacts/nouveau", "channel"),
    ],
)
def test_a_page_that_is_a_form_begins_at_its_first_field(
    width: int, path: str, name: str | None, federation: Federation, sign_in: SignIn
) -> None:
    member = federation.member(federation.platform, "coordinator")
    page = at(sign_in(member), path.format(a_file(member).id), width)
    focused = page.locator("main form :focus")
    expect(focused).to_have_count(1)
    if name:
        expect(focused).to_have_attribute("name", name)
    assert page.evaluate("window.scrollY") == 0, "the heading stays in view"


def test_a_file_is_no_form_and_an_address_or_errors_have_the_focus(federation: Federation, sign_in: SignIn) -> None:
    agent = federation.agent()
    person = a_file(agent)
    visit = sign_in(agent)
    page = at(visit, f"/personnes/{person.id}")
    assert page.evaluate("document.activeElement === document.body")
    at(visit, f"/personnes/{person.id}/coordonnees#field-phone")
    assert page.evaluate("document.activeElement.id") != "field-given_names"
    at(visit, "/accueil/nouveau")
    page.get_by_role("button", name="Inscrire").click()
    expect(page.get_by_role("alert")).to_be_focused()


@WIDTHS
def test_a_national_number_fills_in_birth_date_and_sex_when_asked_to(
    width: int, federation: Federation, superuser: Engine, sign_in: SignIn
) -> None:
    authorise(federation, superuser)
    visit = sign_in(federation.agent())
    page = at(visit, "/accueil/nouveau", width)
    page.get_by_label("Numéro national").press_sequentially(format_national_number(a_number()))
    proposal = page.locator("#number-says")
    expect(proposal).to_contain_text("D'après ce numéro\u00a0: 12/03/1991, femme.")
    expect(page.get_by_label("Date de naissance")).to_have_value("")
    assert visit.violations() == []
    proposal.get_by_role("button", name="Remplir").click()
    expect(page.get_by_label("Date de naissance")).to_have_value("12/03/1991")
    expect(page.get_by_label("Femme")).to_be_checked()
    expect(proposal).not_to_contain_text("D'après ce numéro")
    page.get_by_label("Date de naissance").fill("13/03/1991")
    expect(proposal).to_contain_text("une autre date de naissance")


def test_a_postal_code_fills_in_its_locality_or_lists_its_localities(
    federation: Federation, keyring: Keyring, sign_in: SignIn
) -> None:
    agent = federation.agent()
    person = registered(agent, keyring, postal_code="6240", locality="Farciennes")
    page = at(sign_in(agent), f"/personnes/{person.id}/coordonnees")
    code, locality = page.get_by_role("combobox", name="Code postal"), page.get_by_role("combobox", name="Localité")
    code.fill("6250")
    options = page.locator("#field-postal_code-options [role=option]")
    expect(options).to_have_count(4)
    expect(locality).to_have_value("")
    code.fill(ALONE)
    expect(options).to_have_count(1)
    expect(locality).to_have_value("Charleroi")
    locality.fill("Le Louât")
    code.fill("6250")
    expect(options).to_have_count(4)
    expect(locality).to_have_value("Le Louât")


def test_a_postal_code_of_several_localities_proposes_them_in_the_next_field(
    federation: Federation, sign_in: SignIn
) -> None:
    page = at(sign_in(federation.agent()), "/accueil/nouveau")
    page.locator("#contact > summary").click()
    code, locality = page.get_by_role("combobox", name="Code postal"), page.get_by_role("combobox", name="Localité")
    code.fill("6240")
    code.press("Tab")
    proposed = page.locator("#field-locality-options [role=option]")
    expect(proposed).to_have_text(["6240 Farciennes", "6240 Pironchamps"])
    expect(locality).to_have_value("")
    locality.press("ArrowDown")
    locality.press("Enter")
    expect(locality).to_have_value("Farciennes")
    expect(code).to_have_value("6240")


def test_proposals_for_earlier_words_are_gone_when_the_next_ones_are_refused(
    federation: Federation, sign_in: SignIn
) -> None:
    page = at(sign_in(federation.agent()), "/accueil/nouveau")
    page.locator("#contact > summary").click()
    code, options = page.get_by_role("combobox", name="Code postal"), page.locator("#field-postal_code-options")
    code.press_sequentially("62")
    expect(options).to_be_visible()
    page.route(
        "**/*", lambda route: route.fulfill(status=429, body="<p>Trop</p>", content_type="text/html", headers=ELSEWHERE)
    )
    code.press_sequentially("4")
    expect(options).to_be_hidden()
    expect(options.locator("[role=option]")).to_have_count(0)


ELSEWHERE = {"HX-Retarget": "#messages", "HX-Reswap": "beforeend"}
"""Where the server puts an error that comes into a page."""
SEEN = """name => [...document.querySelectorAll(".message, main h1")].some(element => {
  const box = element.getBoundingClientRect();
  const above = document.elementFromPoint(box.left + 20, box.top + box.height / 2);
  return element.textContent.includes(name) && above && element.contains(above);
})"""
"""Whether a name is read where nothing covers it."""
IN_WINDOW = """menu => {
  const box = menu.getBoundingClientRect();
  const aside = box.left >= 0 && box.right <= document.documentElement.clientWidth;
  return aside && box.bottom <= innerHeight && box.top >= 0;
}"""


@WIDTHS
def test_a_menu_opens_inside_the_window(width: int, federation: Federation, sign_in: SignIn) -> None:
    agent = federation.agent()
    person = a_file(agent)
    an_appointment(agent, person)
    page = at(sign_in(agent), f"/personnes/{person.id}", width)
    menus = page.locator("details[data-menu]:has(> .menu) > summary:visible")
    assert menus.count() >= 2
    for number in range(menus.count()):
        menus.nth(number).click()
        menu = page.locator("details[data-menu][open] > .menu")
        expect(menu).to_be_visible()
        menu.scroll_into_view_if_needed()
        assert menu.evaluate(IN_WINDOW)
        page.keyboard.press("Escape")


@WIDTHS
def test_what_a_part_of_a_page_answers_stays_in_view_with_the_name(
    width: int, federation: Federation, sign_in: SignIn
) -> None:
    agent = federation.agent()
    person = a_file(agent)
    page = at(sign_in(agent), f"/personnes/{person.id}", width)
    page.set_viewport_size({"width": width, "height": 420})
    page.get_by_label("Nouvelle note").fill("Rappelée ce matin.")
    page.evaluate("window.scrollTo(0, document.querySelector('#note-box').offsetTop + 40)")
    page.locator("#note-box button[value=fact]").click()
    said = page.locator("#messages .message")
    expect(said).to_contain_text("Note enregistrée")
    expect(said).to_be_in_viewport()
    assert page.evaluate(SEEN, "Sofia Marchetti"), "in the message, or at the head that stays"
