"""« Back » to a page that the browser kept in its memory: it is shown only while the server would still show it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from clais.exchange.referrals.actions import withdraw
from tests.browser.test_kept_forms import sign_out_elsewhere
from tests.support.chromium import Visit
from tests.support.federation import Federation, Member
from tests.support.referrals import a_participant, a_person, a_referral

pytestmark = pytest.mark.browser
COMES_BACK = 'dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }))'
"""What the browser says to a page that it takes from its memory; without « persisted » it was loaded."""


def test_a_person_who_withdrew_is_not_shown_by_going_back(
    federation: Federation, sign_in_by_typing: Callable[[Member], Visit]
) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent))
    visit = sign_in_by_typing(officer)
    page = visit.page
    page.goto(f"/{officer.tenant.slug}/a-traiter/{referral.id}")
    expect(page.locator("main")).to_contain_text("Marchetti")
    with agent.at_work() as session:
        withdraw(session, agent.actor, referral)
    page.evaluate('dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }))')
    expect(page.locator("main")).to_be_hidden()
    page.evaluate(COMES_BACK)
    expect(page.locator("main")).to_contain_text("a retiré son accord")
    expect(page.locator("main")).not_to_contain_text("Marchetti")
    visit.complaints.clear()


def test_a_page_of_a_session_that_ended_is_not_shown_by_going_back(
    federation: Federation, sign_in_by_typing: Callable[[Member], Visit]
) -> None:
    agent = federation.agent()
    person = a_person(agent)
    visit = sign_in_by_typing(agent)
    visit.page.goto(f"/{agent.tenant.slug}/personnes/{person.id}")
    sign_out_elsewhere(visit.page)
    visit.page.evaluate(COMES_BACK)
    visit.page.wait_for_url("**/connexion**")
    expect(visit.page.locator("body")).not_to_contain_text("Marchetti")
    visit.complaints.clear()


def test_what_was_typed_and_not_sent_stays_when_the_page_comes_back(
    federation: Federation, sign_in_by_typing: Callable[[Member], Visit]
) -> None:
    visit = sign_in_by_typing(federation.agent())
    page: Page = visit.page
    page.goto(f"/{federation.platform.slug}/accueil/nouveau")
    page.get_by_label("Nom de famille").fill("Marchetti")
    page.evaluate(COMES_BACK)
    expect(page.get_by_label("Nom de famille")).to_have_value("Marchetti")
    expect(page.get_by_label("Nom de famille")).to_be_visible()


def test_going_back_shows_the_page_again(federation: Federation, sign_in_by_typing: Callable[[Member], Visit]) -> None:
    agent, officer = federation.agent(), federation.officer()
    participant = a_participant(agent, officer)
    page = sign_in_by_typing(officer).page
    page.goto(f"/{officer.tenant.slug}/participants/{participant.id}")
    page.evaluate(COMES_BACK)
    expect(page.locator("main")).to_contain_text("Marchetti")
    expect(page.locator("main")).to_be_visible()
