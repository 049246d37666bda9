"""An instrument goes round: adopted here, then there; an untrained agent is warned, refused, certified."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from clais.clock import today
from tests.support.chromium import NARROW, Visit
from tests.support.federation import Federation, Member
from tests.support.instruments import ASKED, a_centre
from tests.support.referrals import a_person
from tests.support.training import a_school
from tests.tenants.questionnaires.rooms import Room, ahead
from tests.tenants.questionnaires.test_certificates import certify, require

pytestmark = pytest.mark.browser
SignIn = Callable[[Member], Visit]


def test_two_platforms_adopt_at_different_times_and_the_centre_sees_who_has_what(
    federation: Federation, sign_in: SignIn
) -> None:
    centre = a_centre(federation, "Mon avis", "avis", kind="self_assessment")
    centre.publish(ahead(20), ASKED)
    places = (federation.platform, federation.other_platform)
    matrix = sign_in(centre.reviewer)
    cells = matrix.page.locator(".matrix tbody td")
    seen = []
    for place in places:
        page = sign_in(federation.member(place, "coordinator")).page
        page.goto(f"/{place.slug}/outils-du-bassin")
        page.get_by_role("link", name="Lire et adopter").click()
        page.get_by_role("button", name="Adopter").click()
        expect(page.get_by_text("La version 1 est en usage ici").first).to_be_visible()
        matrix.page.goto(f"/{federation.support_centre.slug}/outils")
        seen.append(cells.filter(has_text="v1").locator("b").count())
    assert seen == [1, 2]
    matrix.check("who-has-what")


def questionnaires(visit: Visit, room: Room) -> Page:
    visit.page.goto(f"/{room.agent.tenant.slug}{room.pages}")
    return visit.page


def test_an_untrained_agent_is_warned_then_refused_then_certified(federation: Federation, sign_in: SignIn) -> None:
    agent, coordinator = federation.agent(), federation.member(federation.platform, "coordinator").browser()
    centre = a_centre(federation, "Mon avis", "avis", kind="self_assessment")
    room = Room(centre, agent, agent.browser(), coordinator, a_person(agent).id)
    school = a_school(federation)
    require(room, school, today() + timedelta(days=9))
    visit = sign_in(agent)
    page = questionnaires(visit, room)
    expect(page.get_by_text("demandera la formation « Accueillir une personne »")).to_be_visible()
    expect(page.get_by_role("button", name="Commencer")).to_be_visible()
    require(room, school, today())
    page = questionnaires(visit, room)
    expect(page.get_by_text("que vous n'avez pas, ou plus")).to_be_visible()
    expect(page.get_by_role("button", name="Commencer")).to_have_count(0)
    page.set_viewport_size({"width": NARROW, "height": 800})
    visit.check("questionnaire-refused")
    page.get_by_role("link", name="Voir les formations").click()
    expect(page.get_by_role("link", name="Accueillir une personne").first).to_be_visible()
    certify(room, school)
    page = questionnaires(visit, room)
    page.get_by_role("button", name="Commencer").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Combien d'enfants ?")).to_be_focused()
