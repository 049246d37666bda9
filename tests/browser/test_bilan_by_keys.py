"""A bilan by single keys: each answers the question that has the focus; what is counted and what moved is said."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from clais.clock import today
from tenants.orientation.actions.bilans import make_bilan
from tenants.orientation.answers import Answer
from tests.browser.test_two_editors import a_person_with_a_plan
from tests.support.chromium import Visit
from tests.support.federation import Federation, Member

pytestmark = pytest.mark.browser


def test_a_key_answers_and_leads_to_the_next_question(
    federation: Federation, sign_in: Callable[[Member], Visit]
) -> None:
    nadia = federation.agent()
    person = a_person_with_a_plan(nadia)
    with nadia.at_work() as session:
        before = {"work": Answer(-1, note="Peu d'expérience"), "training": Answer(1)}
        day = today() - timedelta(days=40)
        make_bilan(session, person, nadia.actor, before, federation.keyring, made_on=day)
    visit = sign_in(nadia)
    page = visit.page
    page.goto(f"/{federation.platform.slug}/personnes/{person.id}/bilans/nouveau")
    said = page.locator("[data-answered]")
    expect(said).to_have_text("0 sur 12")
    page.locator("[name=work_level]:checked").focus()
    for key in "4", "5", "0", "1":
        page.keyboard.press(key)
    expect(page.locator("[name=housing_level]:checked")).to_be_focused()
    expect(said).to_have_text("3 sur 12 · 1 mieux, 1 sans changement")
    expect(page.get_by_role("link", name="Travail et formation")).to_contain_text("3 sur 4")
    expect(page.get_by_role("group", name="Travail")).to_contain_text("mieux")
    chosen = {"work": "0", "training": "1", "languages": "", "digital": "-3"}
    for dimension, level in chosen.items():
        expect(page.locator(f"[name={dimension}_level]:checked")).to_have_value(level)
    # In a note a figure is a figure.
    group = page.get_by_role("group", name="Logement")
    group.locator("summary").click()
    group.get_by_label("Note").fill("Bail de ")
    page.keyboard.press("3")
    expect(group.get_by_label("Note")).to_have_value("Bail de 3")
    expect(said).to_contain_text("3 sur 12")
    visit.check("bilan-by-keys")
