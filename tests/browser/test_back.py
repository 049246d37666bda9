"""« Back » to a page that the browser kept in its memory: it is shown only while the server would still show it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from clais.exchange.referrals.actions import withdraw
from clais.exchange.referrals.models import Referral
from tests.browser.test_kept_forms import sign_out_elsewhere
from tests.support.chromium import Visit
from tests.support.federation import Federation, Member
from tests.support.referrals import a_participant, a_person, a_referral, a_scheme

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


def a_group_whose_first_withdraws(agent: Member, officer: Member, page: Page) -> None:
    """Two who have a seat in a session, and a note begun to both, when the first takes the agreement back."""
    scheme, scheme_session = a_scheme(officer, seats=5)
    first = a_participant(agent, officer, "Marchetti", scheme=scheme, scheme_session=scheme_session)
    a_participant(agent, officer, "Vandenbroucke", scheme=scheme, scheme_session=scheme_session)
    page.goto(f"/{officer.tenant.slug}/places/{scheme_session.id}/groupe/note")
    expect(page.locator("main")).to_contain_text("Marchetti")
    page.locator("main textarea").fill("Tout va bien")
    with agent.at_work() as session:
        withdraw(session, agent.actor, session.get_one(Referral, (agent.tenant.id, first.referral_id)))


def test_one_of_several_who_withdrew_is_not_shown_by_going_back_and_what_was_typed_stays(
    federation: Federation, sign_in_by_typing: Callable[[Member], Visit]
) -> None:
    agent, officer = federation.agent(), federation.officer()
    visit = sign_in_by_typing(officer)
    page = visit.page
    a_group_whose_first_withdraws(agent, officer, page)
    page.evaluate(COMES_BACK)
    expect(page.locator("main")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Vandenbroucke")
    expect(page.locator("main")).not_to_contain_text("Marchetti")
    expect(page.locator("main textarea")).to_have_value("Tout va bien")
    page.get_by_label("Vandenbroucke").check()
    page.locator("main form .btn-primary").click()
    page.wait_for_url(lambda url: not url.endswith("/note"))


def test_a_page_that_trusts_what_it_kept_is_found(
    federation: Federation, sign_in_by_typing: Callable[[Member], Visit]
) -> None:
    """The twin: a page that asks whether it may be shown, and not about whom it is."""
    agent, officer = federation.agent(), federation.officer()
    page = sign_in_by_typing(officer).page
    page.route("**/*.js", _without_keys)
    a_group_whose_first_withdraws(agent, officer, page)
    page.evaluate(COMES_BACK)
    expect(page.locator("main")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Marchetti")


def _without_keys(route: Route) -> None:
    answer = route.fetch()
    guarded, left_out = "every((key) => still.has(key))", "every(() => true)"
    route.fulfill(response=answer, body=answer.text().replace(guarded, left_out))


def test_going_back_shows_the_page_again(federation: Federation, sign_in_by_typing: Callable[[Member], Visit]) -> None:
    agent, officer = federation.agent(), federation.officer()
    participant = a_participant(agent, officer)
    page = sign_in_by_typing(officer).page
    page.goto(f"/{officer.tenant.slug}/participants/{participant.id}")
    page.evaluate(COMES_BACK)
    expect(page.locator("main")).to_contain_text("Marchetti")
    expect(page.locator("main")).to_be_visible()
