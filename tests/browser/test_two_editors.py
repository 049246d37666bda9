"""Two people at one plan, with the script on: the second sees both versions and keeps every word."""

import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from clais.clock import today
from tenants.orientation.actions.plans import NewObjective, NewStep, start_plan
from tenants.people.models import Person
from tests.support.chromium import Visit
from tests.support.federation import Federation, Member

pytestmark = pytest.mark.browser
EXPECTED = "409 (CONFLICT)"


def a_person_with_a_plan(member: Member) -> Person:
    with member.at_work() as session:
        person = Person(
            reference=f"T-{secrets.token_hex(6)}",
            family_name="Marchetti",
            given_names="Sofia",
            sort_name="marchetti sofia",
            stage_since=today(),
            referent_id=member.membership.id,
        )
        session.add(person)
        session.flush()
        objective = NewObjective("Parler assez", "languages", (NewStep("Passer le test"),))
        start_plan(session, person, member.actor, goal="Un emploi", objectives=[objective])
    return person


def test_the_second_who_changes_a_step_in_its_row_sees_both_versions(
    federation: Federation, sign_in: Callable[[Member], Visit]
) -> None:
    nadia, luc = federation.agent(), federation.member(federation.platform, "agent", "Luc Delhaye")
    person = a_person_with_a_plan(nadia)
    plan = f"/{federation.platform.slug}/personnes/{person.id}/plan"
    first, second = sign_in(luc), sign_in(nadia)
    for visit in (first, second):
        visit.page.goto(plan)
        visit.page.get_by_role("link", name="Modifier : Passer le test").click()
        expect(visit.page.locator(".editing").get_by_label("Étape")).to_be_focused()

    first.page.locator(".editing").get_by_label("Étape").fill("Passer le test A2 le 3 mars")
    first.page.locator(".editing").get_by_role("button", name="Enregistrer").click()
    expect(first.page.locator("#plan-steps")).to_contain_text("Passer le test A2 le 3 mars")

    second.page.evaluate("window.same = true")
    second.page.locator(".editing").get_by_label("Étape").fill("S'inscrire d'abord au cours du soir")
    second.page.locator(".editing").get_by_role("button", name="Enregistrer").click()
    yours, theirs = (second.page.locator(".versions > section").nth(side) for side in (0, 1))
    expect(yours).to_contain_text("S'inscrire d'abord au cours du soir")
    expect(theirs).to_contain_text("Passer le test A2 le 3 mars")
    expect(theirs).to_contain_text("Luc Delhaye")
    expect(second.page.get_by_role("heading", level=1)).to_have_text("Quelqu'un a modifié ceci avant vous")
    expect(second.page.locator(".explanation")).to_be_focused()
    expect(second.page).to_have_title("Quelqu'un a modifié ceci avant vous · CLAIS")
    expect(second.page.get_by_role("button", name="Page précédente")).to_have_count(0)
    assert second.page.evaluate("window.same"), "the page around it stayed"
    second.complaints = [said for said in second.complaints if EXPECTED not in said]
    second.check("two-editors")

    second.page.get_by_role("link", name="Ouvrir la version actuelle").click()
    expect(second.page.locator("#plan-steps")).to_contain_text("Passer le test A2 le 3 mars")
    assert second.complaints == []


def test_who_adds_to_a_plan_in_place_signs_what_then_stands_there(
    federation: Federation, sign_in: Callable[[Member], Visit]
) -> None:
    agent = federation.agent()
    person = a_person_with_a_plan(agent)
    visit = sign_in(agent)
    page = visit.page
    page.goto(f"/{federation.platform.slug}/personnes/{person.id}/plan")
    page.evaluate("window.same = true")
    page.get_by_text("Ajouter un objectif").click()
    new = page.locator(".objective").last
    new.get_by_label("Objectif").fill("Garder un emploi")
    new.get_by_role("button", name="Ajouter").click()
    expect(page.locator("#plan-steps h3").last).to_have_text("Garder un emploi")

    page.get_by_text("Signé sur papier ou ailleurs").click()
    page.get_by_role("button", name="Enregistrer la signature").click()
    expect(page.get_by_role("status").filter(has_text="La signature est enregistrée")).to_be_visible()
    visit.check("plan-signed")
