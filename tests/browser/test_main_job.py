"""The main job, clicked through by two people in two browsers: from the door of a platform to a seat, and back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import g
from playwright.sync_api import Page, expect

from clais.exchange.referrals.announcing import announce
from clais.messaging.models import Notification, OutboxMessage
from tests.browser.steps import SCHEME, answer, finish, orient, receive, refer, wish
from tests.support.chromium import Visit
from tests.support.effort import PROPERTY, counted
from tests.support.federation import Federation, Member
from tests.support.referrals import a_scheme

pytestmark = pytest.mark.browser


def deliver(member: Member) -> list[str]:
    """Run the worker's announcements for one tenant; gives what its mails say."""
    # The worker speaks French in a request context of its own.
    with member.federation.app.test_request_context(), member.at_work() as session:
        g.actor = member.actor
        announce(session, member.actor)
    with member.at_work() as session:
        assert session.query(Notification).filter(Notification.membership_id == member.membership.id).count() > 0
        return [f"{message.subject}\n{message.body}" for message in session.query(OutboxMessage).all()]


MOST = {
    "agent, an intake": (1, 7),
    "agent, a bilan, the orientation and the plan": (4, 6),
    "agent, a wished occupation": (3, 1),
    "agent, a referral": (3, 3),
    "officer, a seat": (4, 0),
    "officer, the start and the result": (5, 2),
}
"""The most clicks and fields that each part of the job may cost."""


@contextmanager
def within(part: str, record: Callable[[str, object], None]) -> Iterator[None]:
    """Count a part of the job, hand the counts to the end of the run, and hold them against MOST."""
    with counted() as effort:
        yield
    record(PROPERTY, f"{part}: {effort.clicks} clicks, {effort.fields} fields")
    assert (effort.clicks, effort.fields) <= MOST[part]
    assert effort.fields <= MOST[part][1]


@pytest.mark.usefixtures("reference_data")
def test_a_person_goes_from_the_door_to_a_seat_and_the_result_comes_back(
    federation: Federation, sign_in_by_typing: Callable[[Member], Visit], record_property: Callable[[str, object], None]
) -> None:
    agent, officer = federation.agent(), federation.officer()
    a_scheme(officer, name=SCHEME)
    desk, centre = sign_in_by_typing(agent), sign_in_by_typing(officer)
    desk.check("my-day-empty")
    with within("agent, an intake", record_property):
        file = receive(desk)
    with within("agent, a bilan, the orientation and the plan", record_property):
        orient(desk)
    with within("agent, a wished occupation", record_property):
        wish(desk, file)
    with within("agent, a referral", record_property):
        refer(desk, file, ("Âge", "Garde d'enfants"))
    sent = desk.page.url
    with within("officer, a seat", record_property):
        answer(centre, federation.platform.name)
    expect(_again(desk.page, sent).locator("main")).to_contain_text("Accepté")
    with within("officer, the start and the result", record_property):
        finish(centre)
    assert any("FAR-R" in mail for mail in deliver(agent))
    assert not any("Marchetti" in mail for mail in deliver(agent))
    desk.page.goto(f"/{federation.platform.slug}/ma-journee")
    expect(desk.page.locator("main")).to_contain_text("Sofia Marchetti")
    desk.check("my-day-result")
    expect(_again(desk.page, sent).locator("main")).to_contain_text("Terminé")
    desk.check("referral-completed")
    desk.page.goto(file)
    desk.check("file-full")


@pytest.mark.usefixtures("reference_data")
def test_when_the_person_changes_their_mind_the_centre_sees_nothing_on_its_next_click(
    federation: Federation, sign_in_by_typing: Callable[[Member], Visit]
) -> None:
    agent, officer = federation.agent(), federation.officer()
    a_scheme(officer, name=SCHEME)
    desk, centre = sign_in_by_typing(agent), sign_in_by_typing(officer)
    file = receive(desk)
    refer(desk, file)
    answer(centre, federation.platform.name)
    received = centre.page.url
    desk.page.reload()
    desk.page.get_by_role("button", name="Retirer l'accord").first.click()
    desk.page.locator("dialog[open]").get_by_role("button", name="Retirer l'accord").click()
    expect(desk.page.locator("main")).to_contain_text("Accord retiré")
    centre.page.goto(received)
    expect(centre.page.get_by_role("heading", level=1)).to_have_text("L'accord a été retiré")
    expect(centre.page.locator("main")).not_to_contain_text("Marchetti")
    centre.complaints.clear()
    centre.page.goto("/")
    expect(centre.page.locator("main")).not_to_contain_text("Marchetti")


def _again(page: Page, url: str) -> Page:
    page.goto(url)
    return page
