"""Pages of rows in a browser: two lines a row, keys that walk and are listed, a week and a rail in one line."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Literal

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from clais.clock import today
from clais.database import new_id
from clais.dates import moment_of, monday_of
from clais.encryption import Keyring
from clais.exchange.publications.models import SchemeSession
from clais.messaging.actions import notify
from tests.support.chromium import NARROW, Visit
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person, a_referral, a_scheme
from tests.tenants.agenda.days import a_file, an_appointment
from tests.tenants.agenda.test_day_and_week import a_plan
from tests.tenants.people.newcomers import registered

pytestmark = pytest.mark.browser
TWO_LINES = 60
HEIGHTS = "rows => rows.map((row) => row.getBoundingClientRect().height)"
SignIn = Callable[[Member], Visit]


def at(sign_in: SignIn, member: Member, path: str, width: int = 1280) -> Page:
    page = sign_in(member).page
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/{member.tenant.slug}{path}")
    return page


def test_a_long_sentence_of_the_day_takes_one_line_below_its_name(federation: Federation, sign_in: SignIn) -> None:
    agent = federation.agent()
    person = a_file(agent, "Pauwels", "Fabien")
    a_plan(agent, person, steps_due=(-4,))
    page = at(sign_in, agent, "/ma-journee")
    row = page.locator("#today-items > li").first
    row.locator(".why").evaluate(
        "(why) => { why.textContent = 'Relais vers « CISP orientation – mes métiers possibles ». Mis à jour hier.'; }"
    )
    assert row.evaluate("(row) => row.getBoundingClientRect().height") <= TWO_LINES
    assert row.locator(".act").bounding_box() is not None


def test_notifications_and_the_reception_are_two_lines_a_row_without_a_full_button(
    federation: Federation, keyring: Keyring, sign_in: SignIn
) -> None:
    agent = federation.agent()
    for number in range(3):
        registered(agent, keyring, family_name=f"Dufrasne {number}")
    with agent.at_work() as session:
        for number in range(16):
            notify(session, agent.membership.id, "moved", "nothing", new_id(), f"Relais {number}.", f"k{number}")
    page = at(sign_in, agent, "/notifications")
    heights = page.locator("#unread .rows > li").evaluate_all(HEIGHTS)
    assert len(heights) == 16
    assert max(heights) <= TWO_LINES
    page.goto(f"/{agent.tenant.slug}/accueil")
    rows = page.locator("main .rows > li")
    assert max(rows.evaluate_all(HEIGHTS)) <= TWO_LINES
    assert rows.locator(".btn-primary").count() == 0


def test_j_and_k_walk_through_the_day(federation: Federation, sign_in: SignIn) -> None:
    agent = federation.agent()
    for number in range(2):
        a_plan(agent, a_file(agent, f"Tache {number}"), steps_due=(-4 + number,))
    page = at(sign_in, agent, "/ma-journee")
    names = page.locator("#today-items .who a")
    page.keyboard.press("j")
    expect(names.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(names.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(names.nth(0)).to_be_focused()


def test_n_goes_to_the_note_box_of_a_file_and_is_listed_and_can_be_switched_off(
    federation: Federation, sign_in: SignIn
) -> None:
    agent = federation.agent()
    page = at(sign_in, agent, f"/personnes/{a_file(agent).id}")
    page.locator("main").focus()
    page.keyboard.press("n")
    expect(page.get_by_label("Nouvelle note")).to_be_focused()
    expect(page.get_by_label("Nouvelle note")).to_have_value("")
    page.locator("main").focus()
    page.keyboard.press("?")
    expect(page.locator("#help-keys")).to_contain_text("Écrire une note")
    page.get_by_label("Utiliser les touches seules").uncheck()
    page.keyboard.press("Escape")
    page.locator("main").focus()
    page.keyboard.press("n")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize(("path", "keys"), [("/ma-journee", ["J K", "Z"]), ("/personnes", ["J K"])])
def test_the_list_of_keys_has_those_of_the_page(
    federation: Federation, keyring: Keyring, sign_in: SignIn, path: str, keys: list[str]
) -> None:
    agent = federation.agent()
    registered(agent, keyring)
    page = at(sign_in, agent, path)
    page.keyboard.press("?")
    listed = [" ".join(text.split()) for text in page.locator("#help-keys dt").all_inner_texts()]
    assert [key for key in listed if key in ("J K", "Z")] == keys


@pytest.mark.parametrize(("width", "lines"), [(1280, 2), (1600, 1)])
def test_a_saturday_does_not_stand_alone(federation: Federation, sign_in: SignIn, width: int, lines: int) -> None:
    agent = federation.agent()
    saturday = monday_of(today()) + timedelta(days=5)
    an_appointment(agent, a_file(agent, "Vandenbroucke"), moment_of(saturday, time(10)))
    page = at(sign_in, agent, "/agenda", width)
    tops = page.locator(".week > li").evaluate_all("days => days.map((day) => day.getBoundingClientRect().top)")
    assert len(tops) == 6
    assert sorted(tops.count(top) for top in set(tops)) == [6 // lines] * lines


@pytest.mark.parametrize("width", [NARROW, 320])
@pytest.mark.parametrize("role", ["agent", "coordinator"])
def test_each_word_of_the_rail_stands_on_one_line_of_a_phone(
    federation: Federation, sign_in: SignIn, role: str, width: int
) -> None:
    page = at(sign_in, federation.member(federation.platform, role), "/personnes", width)
    links = page.locator(".rail > ul > li:visible > :is(a, details > summary)")
    boxes = links.evaluate_all("links => links.map((link) => [link.offsetHeight, link.scrollWidth - link.clientWidth])")
    assert len(boxes) >= 5
    assert len({height for height, _over in boxes}) == 1
    assert all(over <= 0 for _height, over in boxes)


def test_the_inbox_folds_what_asks_for_nothing_and_a_card_is_short_on_a_phone(
    federation: Federation, sign_in: SignIn
) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, held = a_scheme(officer, seats=2)
    for _number in range(2):
        a_referral(agent, a_person(agent), scheme, held)
    page = at(sign_in, officer, "/a-traiter", NARROW)
    heights = page.locator("[data-listing] tbody tr:not(.group-row)").evaluate_all(HEIGHTS)
    assert max(heights) <= 120
    assert page.locator("main details.fold-row[open]").count() == 0


def test_a_printed_list_keeps_its_columns_its_filters_and_its_number(
    federation: Federation, keyring: Keyring, sign_in: SignIn
) -> None:
    agent = federation.agent()
    registered(agent, keyring)
    page = at(sign_in, agent, "/personnes?stage=registered", 718)
    expect(page.locator("#found")).not_to_be_empty()
    page.emulate_media(media="print")
    for column in ("Âge", "Référent·e", "Étape"):
        expect(page.get_by_role("columnheader", name=column)).to_be_visible()
    expect(page.locator(".chip")).to_be_visible()
    expect(page.locator("#found")).to_be_visible()
    expect(page.locator(".chip-add")).to_be_hidden()
    assert page.locator("[data-listing]").evaluate("(list) => list.scrollWidth - list.parentElement.clientWidth") <= 0


@pytest.mark.parametrize(("width", "media"), [(1280, "screen"), (1024, "screen"), (718, "print"), (NARROW, "screen")])
def test_the_state_of_a_session_stays_within_its_ground_and_beside_the_text(
    federation: Federation, sign_in: SignIn, width: int, media: Literal["screen", "print"]
) -> None:
    officer = federation.officer()
    scheme, held = a_scheme(officer, seats=12)
    with officer.at_work() as session:
        yesterday = {"closes_on": today() - timedelta(days=1), "starts_on": today() + timedelta(days=5)}
        session.execute(update(SchemeSession).where(SchemeSession.id == held.id).values(**yesterday))
    page = at(sign_in, officer, f"/dispositifs/{scheme.id}", width)
    page.emulate_media(media=media)
    state = page.locator(".rows > li .when > .tag").first
    expect(state).to_have_text("inscriptions closes")
    assert state.evaluate("(tag) => tag.scrollWidth - tag.clientWidth") <= 0
    beside, what = state.bounding_box(), page.locator(".rows > li .what").first.bounding_box()
    assert beside is not None
    assert what is not None
    assert beside["x"] + beside["width"] <= what["x"] or beside["y"] + beside["height"] <= what["y"] + 1
