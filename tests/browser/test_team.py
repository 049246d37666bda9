"""A coordinator's week: newcomers find an agent, a caseload changes hands, with few clicks, by keyboard, on a phone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.browser.hands import Hands
from tests.support.chromium import NARROW, Visit
from tests.support.effort import PROPERTY, counted
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person
from tests.tenants.team.teams import a_coordinator, a_newcomer, an_agent, referent_of, with_pattern

pytestmark = pytest.mark.browser
MOST = {"coordinator, a newcomer with an agent": (6, 0), "coordinator, a caseload handed over": (5, 1)}
"""The most clicks and fields that each may cost."""


@contextmanager
def within(part: str, record: Callable[[str, object], None]) -> Iterator[None]:
    """Count a part of the week, hand the counts to the end of the run, and hold them against MOST."""
    with counted() as effort:
        yield
    record(PROPERTY, f"{part}: {effort.clicks} clicks, {effort.fields} fields")
    assert effort.clicks <= MOST[part][0]
    assert effort.fields <= MOST[part][1]


def test_a_coordinators_week_takes_few_clicks(
    federation: Federation, sign_in: Callable[[Member], Visit], record_property: Callable[[str, object], None]
) -> None:
    paul, luc = a_coordinator(federation), an_agent(federation, "Luc Delhaye", languages=["ar"], ceiling=45)
    anna = an_agent(federation, "Anna Roland", ceiling=1, half_days=["monday_am"])
    with_pattern(paul, takes_newcomers=False)
    person = a_newcomer(luc, languages=[{"language": "ar", "spoken": "native"}])
    a_newcomer(luc, "Ferrara")
    a_person(anna, "Diallo")
    visit = sign_in(paul)
    page = visit.page
    with within("coordinator, a newcomer with an agent", record_property):
        page.get_by_role("link", name="Plate-forme").click()
        page.wait_for_url("**/equipe")
        page.get_by_role("button", name="Confier à Luc : Nassim Haddad").click()
        expect(page.locator("#messages")).to_contain_text("Luc Delhaye")
    visit.check("team")
    assert referent_of(paul, person) == luc.membership.id
    with within("coordinator, a caseload handed over", record_property):
        page.get_by_role("link", name="Luc Delhaye", exact=True).click()
        page.get_by_role("link", name="Transmettre ses dossiers").click()
        page.get_by_label("Départ de la plate-forme").check()
        page.get_by_role("button", name="Voir ce qui change").click()
        expect(page.locator("#preview")).to_be_focused()
        page.get_by_role("button", name="Transmettre 1 dossier").click()
        page.wait_for_url("**/equipe/transmissions/*")
    # What would move is shown on the form that is sent again: a browser notes its 422.
    visit.complaints.clear()
    visit.check("transfer")
    assert referent_of(paul, person) != luc.membership.id


def test_a_newcomer_is_given_by_keyboard_alone_on_a_phone(
    federation: Federation, sign_in: Callable[[Member], Visit]
) -> None:
    paul, luc = a_coordinator(federation), an_agent(federation, "Luc Delhaye")
    with_pattern(paul, takes_newcomers=False)
    person = a_newcomer(luc)
    page = sign_in(paul).page
    page.set_viewport_size({"width": NARROW, "height": 900})
    page.goto(f"/{paul.tenant.slug}/equipe")
    hands = Hands(page)
    hands.skip_to_content()
    hands.act("link", "Choisir quelqu'un d'autre")
    page.wait_for_url("**/equipe/nouveaux/*")
    hands.choose(page.get_by_label("Luc Delhaye"))
    hands.act("button", "Confier")
    page.wait_for_url("**/equipe")
    assert hands.faults == []
    assert referent_of(paul, person) == luc.membership.id
