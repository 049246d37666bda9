"""A receptionist's morning in a browser: by the keys, in six fields and a click, and on a phone."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.support.chromium import NARROW, Visit
from tests.support.effort import PROPERTY, counted
from tests.support.federation import Federation, Member
from tests.tenants.agenda.days import a_file, an_appointment
from tests.tenants.desk.visits import a_known_file, a_receptionist, at, visits

pytestmark = pytest.mark.browser
MOST = {
    "receptionist, who walks in": (1, 6),
    "receptionist, who is known already": (1, 3),
    "receptionist, an arrival": (1, 0),
    "receptionist, a question": (1, 1),
}
"""The most clicks and fields that each part of the morning may cost."""


@contextmanager
def within(part: str, record: Callable[[str, object], None]) -> Iterator[None]:
    with counted() as effort:
        yield
    record(PROPERTY, f"{part}: {effort.clicks} clicks, {effort.fields} fields")
    assert effort.clicks <= MOST[part][0]
    assert effort.fields <= MOST[part][1]


def test_a_receptionists_morning(
    federation: Federation, sign_in: Callable[[Member], Visit], record_property: Callable[[str, object], None]
) -> None:
    desk, agent = a_receptionist(federation), federation.agent()
    a_known_file(agent)
    an_appointment(agent, a_file(agent), at(23, 30))
    visit = sign_in(desk)
    page = visit.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Guichet")
    page.keyboard.press("n")
    expect(page.get_by_label("Nom de famille")).to_be_focused()
    with within("receptionist, who walks in", record_property):
        page.get_by_label("Nom de famille").fill("Zerouali")
        page.get_by_label("Prénom(s)").fill("Rachid")
        page.get_by_label("Date de naissance").fill("12/03/1998")
        page.locator("#who-comes").get_by_label("Téléphone").fill("0486 12 45 78")
        page.get_by_label("Formation").check()
        expect(page.get_by_label("Nadia Lambert")).to_have_accessible_name(re.compile("proposé·e"))
        page.get_by_label("Nadia Lambert").check()
        expect(page.get_by_label("Nadia Lambert")).to_be_checked()
        page.get_by_role("button", name="Mettre en file").click()
    expect(page.locator("#here")).to_contain_text("Rachid Zerouali")
    with within("receptionist, who is known already", record_property):
        page.get_by_label("Nom de famille").fill("Haddad")
        page.get_by_label("Prénom(s)").fill("Nassim")
        page.get_by_label("Logement").check()
        expect(page.locator("#known")).to_contain_text("connu ici")
        visit.check("desk-known")
        page.get_by_role("button", name="C'est cette personne : noter son arrivée").click()
    expect(page.locator("#here")).to_contain_text("Nassim Haddad")
    with within("receptionist, an arrival", record_property):
        page.get_by_role("button", name="Est là : Sofia Marchetti").click()
    expect(page.locator("#here")).to_contain_text("rendez-vous de 23:30")
    page.get_by_role("button", name="Est entré·e : Rachid Zerouali").click()
    expect(page.locator("#last-step")).to_contain_text("Rachid Zerouali")
    visit.check("desk")
    page.keyboard.press("Alt+u")
    expect(page.get_by_role("button", name="Est entré·e : Rachid Zerouali")).to_be_visible()
    with within("receptionist, a question", record_property):
        page.get_by_label("Papiers et formulaires").check()
        page.get_by_role("button", name="Un renseignement").click()
    expect(page.get_by_text("La question est comptée, sans nom.")).to_be_visible()
    assert len(visits(desk)) == 3


def test_the_queue_is_worked_by_the_keyboard_and_on_a_phone(
    federation: Federation, sign_in: Callable[[Member], Visit]
) -> None:
    desk, agent = a_receptionist(federation), federation.agent()
    an_appointment(agent, a_file(agent), at(23, 30))
    visit = sign_in(desk)
    page = visit.page
    page.set_viewport_size({"width": NARROW, "height": 740})
    page.get_by_role("button", name="Est là : Sofia Marchetti").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#here")).to_contain_text("Sofia Marchetti")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Sofia Marchetti")).to_be_focused()
    for _step in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="est au téléphone")).to_be_visible()
    visit.picture("desk-menu-narrow")
    page.get_by_role("button", name="est au téléphone").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#here")).to_contain_text("est au téléphone")
    assert visit.overflow() <= 0
    assert visit.complaints == []
