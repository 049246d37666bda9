"""A person fills a self-assessment in on the agent's tablet: in Arabic, at 360 px, without a mouse, without network."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from clais.instruments.rules.definition import Choice, Item, ItemKind
from clais.instruments.screen_words import words_of
from tests.support.chromium import NARROW, Visit
from tests.support.federation import PASSWORD, Federation, Member
from tests.tenants.questionnaires.rooms import Room
from tests.tenants.questionnaires.tablets import CARE, CHILDREN, LOCKED, SINCE, a_room

pytestmark = pytest.mark.browser
AR = words_of("ar")
WANT = Item("envie", ItemKind.SCALE, {"fr": "J'ai envie de travailler.", "ar": "لديّ رغبة في العمل."}, list="accord")
STORED = "[Object.keys(localStorage), Object.keys(sessionStorage)].flat()"


def opened(sign_in: Callable[[Member], Visit], room: Room) -> tuple[Visit, str]:
    """The tablet on the agent's page of a questionnaire, and the key of the filling."""
    filling = room.begin()
    visit = sign_in(room.agent)
    visit.page.set_viewport_size({"width": NARROW, "height": 780})
    visit.page.goto(f"/{room.agent.tenant.slug}{room.pages}/{filling}")
    return visit, filling


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def check(visit: Visit) -> None:
    """Accessible, and not wider than the window."""
    assert visit.violations() == []
    assert visit.overflow() <= 0


def at_question(page: Page, text: str) -> None:
    expect(page.locator("form.step:visible .asked")).to_have_text(text)


def test_a_person_answers_in_arabic_by_keyboard_and_the_password_gives_the_file_back(
    federation: Federation, sign_in: Callable[[Member], Visit]
) -> None:
    room = a_room(federation)
    room.centre.lists = {"accord": tuple(Choice(str(n), {"fr": f"{n} sur 3", "ar": f"{n} من 3"}) for n in range(4))}
    room.adopt(WANT, CHILDREN, CARE, SINCE)
    visit, _filling = opened(sign_in, room)
    give_it(visit)
    answer_all(visit)
    leave_and_come_back(visit, f"/{room.agent.tenant.slug}/ma-journee")
    finish_and_take_back(visit)
    assert visit.page.evaluate(STORED) == []
    refused = "Failed to load resource: the server responded with a status of 403"
    assert [said for said in visit.complaints if not said.startswith(refused)] == []


def follow(page: Page, role: Any, name: str) -> None:
    """Press a link or a button by keyboard; of several that are called so, the first that is seen."""
    page.get_by_role(role, name=name).locator("visible=true").first.focus()
    page.keyboard.press("Enter")


def headed(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(text)


def give_it(visit: Visit) -> None:
    follow(visit.page, "link", "Donner la tablette")
    headed(visit.page, "Donner la tablette")
    check(visit)
    follow(visit.page, "button", "العربية")
    headed(visit.page, "مرحبًا Sofia")
    check(visit)


def answer_all(visit: Visit) -> None:
    page = visit.page
    follow(page, "link", AR["start"])
    at_question(page, WANT.label["ar"])
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir].join()") == "ar,rtl"
    check(visit)
    sizes = page.locator("form.step:visible :is(.choice-card, .btn)").evaluate_all(
        "all => all.map((one) => [one.getBoundingClientRect().height, parseFloat(getComputedStyle(one).fontSize)])"
    )
    assert all(height >= 56 and font >= 18 for height, font in sizes), sizes
    press(page, "ArrowDown", "Enter")
    at_question(page, CHILDREN.label["ar"])
    expect(page.locator("progress")).to_have_attribute("aria-label", "السؤال 2 من 3")
    page.keyboard.type("2")
    press(page, "Enter")
    at_question(page, CARE.label["ar"])
    expect(page.locator("progress")).to_have_attribute("aria-label", "السؤال 3 من 4")
    check(visit)
    press(page, "Space", "Enter")
    at_question(page, SINCE.label["ar"])
    check(visit)
    follow(page, "button", AR["dont_know"])
    headed(page, AR["your_answers"])
    check(visit)
    expect(page.locator(".given-answers p")).to_have_text(["1 من 3", "2", AR["yes"], AR["unanswered"]])
    follow(page, "link", AR["change"])
    at_question(page, WANT.label["ar"])


def leave_and_come_back(visit: Visit, elsewhere: str) -> None:
    """Whoever goes elsewhere meets nobody's name, and a way back to the questions."""
    page = visit.page
    page.goto(elsewhere)
    headed(page, LOCKED)
    expect(page.get_by_text("Marchetti")).to_have_count(0)
    check(visit)
    follow(page, "link", "Revenir aux questions")
    headed(page, "مرحبًا Sofia")
    follow(page, "link", AR["start"])
    at_question(page, SINCE.label["ar"])
    follow(page, "button", AR["next"])


def finish_and_take_back(visit: Visit) -> None:
    page = visit.page
    follow(page, "button", AR["done"])
    headed(page, AR["thanks"])
    check(visit)
    page.go_back()
    headed(page, LOCKED)
    page.get_by_label("Mot de passe de l'agent").focus()
    page.keyboard.type(PASSWORD)
    press(page, "Enter")
    expect(page.get_by_text("la personne a répondu elle-même sur la tablette")).to_be_visible()
    expect(page.locator("main dd")).to_have_text(["1 sur 3", "2", "Oui"])


def test_answers_that_are_given_while_the_network_is_away_arrive_in_their_order_when_it_is_back(
    federation: Federation, sign_in: Callable[[Member], Visit]
) -> None:
    room = a_room(federation)
    room.adopt(replace(CHILDREN, required=True), replace(CARE, shown_if=""), SINCE)
    visit, _filling = opened(sign_in, room)
    page, context = visit.page, visit.page.context
    other = context.new_page()
    other.goto(f"/{room.agent.tenant.slug}{room.pages}")
    page.get_by_role("link", name="Donner la tablette").click()
    page.get_by_role("button", name="العربية").click()
    headed(other, LOCKED)
    other.close()
    page.get_by_role("link", name=AR["start"]).click()
    at_question(page, CHILDREN.label["ar"])

    context.set_offline(True)
    page.keyboard.type("2")
    press(page, "Enter")
    at_question(page, CARE.label["ar"])
    page.get_by_label(AR["yes"], exact=True).check()
    page.get_by_role("button", name=AR["next"]).locator("visible=true").click()
    at_question(page, SINCE.label["ar"])
    expect(page.locator("[data-state]")).to_have_text(AR["waiting"])
    assert page.evaluate(STORED) == []
    assert room.rows() == []
    context.set_offline(False)
    expect(page.locator("[data-state]")).to_have_text(AR["saved"])
    assert [(row.item, row.value) for row in sorted(room.rows(), key=lambda row: row.created_at)] == [
        ("enfants", "2"),
        ("garde", "yes"),
    ]


def test_questions_are_read_aloud_by_a_voice_of_the_device_and_by_no_other(
    federation: Federation, sign_in: Callable[[Member], Visit]
) -> None:
    room = a_room(federation)
    room.adopt(replace(CARE, shown_if=""))
    visit, _filling = opened(sign_in, room)
    page = visit.page
    page.add_init_script(
        """
        window.told = [];
        window.voices = [{ lang: "ar-SA", localService: false }, { lang: "fr-BE", localService: true }];
        window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } addEventListener() {} };
        Object.defineProperty(window, "speechSynthesis", { value: {
          getVoices: () => window.voices, addEventListener: (_name, heard) => { window.changed = heard; },
          speak: (one) => window.told.push(one.text), cancel: () => {}, speaking: false } });
        """
    )
    page.get_by_role("link", name="Donner la tablette").click()
    page.get_by_role("button", name="العربية").click()
    page.get_by_role("link", name=AR["start"]).click()
    listen = page.locator("[data-listen]")
    expect(listen).to_be_hidden()
    page.evaluate("window.voices.push({ lang: 'ar-EG', localService: true }); window.changed()")
    listen.click()
    assert page.evaluate("window.told") == [CARE.label["ar"], AR["yes"], AR["no"]]
