"""A bilan is saved answer by answer: without network too, and no colleague's answer is overwritten unseen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from tenants.people.models import Person
from tenants.questionnaires.models import InstrumentAnswer
from tests.browser.test_tablet import STORED
from tests.browser.test_two_editors import EXPECTED, a_person_with_a_plan
from tests.support.chromium import Visit
from tests.support.federation import Federation, Member

pytestmark = pytest.mark.browser


def opened(sign_in: Callable[[Member], Visit], agent: Member, person: Person) -> Visit:
    visit = sign_in(agent)
    visit.page.goto(f"/{agent.tenant.slug}/personnes/{person.id}/bilans/nouveau")
    return visit


def choose(page: Page, dimension: str, level: str) -> None:
    page.locator(f"[name={dimension}_level][value='{level}']").check()


def answers(agent: Member) -> dict[str, object]:
    with agent.at_work() as session:
        rows = session.scalars(select(InstrumentAnswer).order_by(InstrumentAnswer.created_at)).all()
        return {row.item: row.value for row in rows}


def test_answers_wait_in_memory_while_the_network_is_away_and_are_found_again_later(
    federation: Federation, sign_in: Callable[[Member], Visit]
) -> None:
    nadia = federation.agent()
    visit = opened(sign_in, nadia, a_person_with_a_plan(nadia))
    page, context = visit.page, visit.page.context
    context.set_offline(True)
    page.locator("[name=work_level]:checked").focus()
    page.keyboard.press("5")
    choose(page, "training", "-1")
    state = page.locator("[data-state]")
    expect(state).to_contain_text("Pas de réseau. Réponses en attente ici : 2.")
    assert page.evaluate(STORED) == []
    assert answers(nadia) == {}
    context.set_offline(False)
    expect(state).to_have_text("Tout est enregistré.")
    assert answers(nadia) == {"work": {"level": "1"}, "training": {"level": "-1"}}
    assert {said.rpartition("::")[2] for said in visit.complaints} == {"ERR_INTERNET_DISCONNECTED"}
    visit.complaints.clear()
    page.get_by_role("button", name="Montrer à Sofia").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sofia, où vous en êtes")
    visit.check("bilan-shown")
    page.keyboard.press("Escape")
    expect(page.locator("[name=training_level]:checked")).to_have_value("-1")
    page.get_by_role("button", name="Garder pour plus tard").click()
    page.get_by_role("link", name="Continuer").or_(page.get_by_role("button", name="Continuer")).first.click()
    expect(page.locator("[name=work_level]:checked")).to_have_value("1")
    visit.check("bilan-under-way")


def test_who_finishes_without_having_seen_a_colleagues_answer_is_shown_both(
    federation: Federation, sign_in: Callable[[Member], Visit]
) -> None:
    nadia, luc = federation.agent(), federation.member(federation.platform, "agent", "Luc Delhaye")
    person = a_person_with_a_plan(nadia)
    hers, his = opened(sign_in, nadia, person), opened(sign_in, luc, person)
    choose(hers.page, "work", "1")
    expect(hers.page.locator("[data-state]")).to_have_text("Tout est enregistré.")
    his.page.reload()
    choose(his.page, "debts", "-3")
    expect(his.page.locator("[data-state]")).to_have_text("Tout est enregistré.")
    choose(hers.page, "family", "2")
    expect(hers.page.locator("[data-state]")).to_have_text("Tout est enregistré.")
    hers.page.get_by_role("button", name="Enregistrer et décider").click()
    expect(hers.page.locator("main")).to_contain_text("Luc Delhaye")
    expect(hers.page.locator("main")).to_contain_text("bloque tout")
    assert answers(nadia) == {"work": {"level": "1"}, "debts": {"level": "-3"}, "family": {"level": "2"}}
    # What he sees is all there is: he finishes.
    his.page.reload()
    his.page.get_by_role("button", name="Enregistrer et décider").click()
    his.page.wait_for_url("**/orientations/nouvelle")
    assert [said for said in hers.complaints if EXPECTED not in said] == []
    assert his.complaints == []


def test_who_finishes_while_an_answer_is_on_its_way_finishes_once_it_has_arrived(
    federation: Federation, sign_in: Callable[[Member], Visit]
) -> None:
    nadia = federation.agent()
    page, held = opened(sign_in, nadia, a_person_with_a_plan(nadia)).page, list[Route]()
    page.route("**/reponses", lambda route: held.append(route))  # noqa: PLW0108 - it marks what it is given.
    with page.expect_request("**/reponses"):
        choose(page, "work", "1")
    finish = page.get_by_role("button", name="Enregistrer et décider")
    finish.click()
    expect(finish).to_have_attribute("aria-busy", "true")
    held.pop().continue_()
    page.wait_for_url("**/orientations/nouvelle")
