"""An instrument in a browser: written by keyboard, tried out, sent to review, published."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from clais.identity.models import Membership
from tests.support.chromium import NARROW, Visit
from tests.support.federation import Federation, Member
from tests.support_center.test_instruments import LATER, Desk, begun, said_of

pytestmark = pytest.mark.browser


def a_desk(federation: Federation) -> Desk:
    """A draft in which one question depends on another."""
    trainer = federation.member(federation.support_centre, "trainer", "Christine Dupuis")
    supervisor = federation.member(federation.support_centre, "supervisor", "Paul Renard")
    desk = Desk(trainer, trainer.browser(), supervisor.browser())
    desk.version = begun(desk.author, "Bilan", "bilan")
    desk.author.post(f"{desk.address}/nouvelle-rubrique", {"label": "Situation", "id": "situation"}, status=303)
    desk.add("enfants", "number")
    desk.add("garde", "yes_no", **said_of("enfants", "at_least", "1"))
    return desk


def opened(sign_in: Callable[[Member], Visit], desk: Desk, path: str = "") -> Visit:
    visit = sign_in(desk.trainer)
    visit.page.goto(f"/{desk.trainer.tenant.slug}{desk.address}{path}")
    return visit


def test_a_question_is_added_and_moved_without_a_mouse(
    federation: Federation, sign_in: Callable[[Member], Visit]
) -> None:
    visit = opened(sign_in, a_desk(federation))
    page: Page = visit.page
    page.locator(".question-list .add a").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Question", exact=True).first.fill("Comment venez-vous ?")
    page.get_by_label("Code").fill("venir")
    page.keyboard.press("Enter")
    expect(page.locator(".question-list a[aria-current]")).to_contain_text("Comment venez-vous ?")
    page.get_by_role("button", name="Monter").focus()
    page.keyboard.press("Enter")
    moved = page.locator(".question-list a").filter(has_text="Comment venez-vous ?")
    expect(moved).to_contain_text("2")
    # The page is drawn before its keys are there: they come with its script.
    page.wait_for_load_state()
    page.keyboard.press("Alt+ArrowUp")
    expect(moved).to_contain_text("1")
    visit.check("instrument-editor")


@pytest.mark.parametrize("width", [1280, NARROW])
def test_an_answer_shows_the_question_that_depends_on_it_and_the_focus_stays(
    federation: Federation, sign_in: Callable[[Member], Visit], width: int
) -> None:
    page = opened(sign_in, a_desk(federation), "/essai").page
    page.set_viewport_size({"width": width, "height": 900})
    depends, asked = page.locator("[data-item=garde]"), page.locator("[data-item=enfants] input")
    expect(depends).to_be_hidden()
    asked.fill("2")
    page.keyboard.press("Tab")
    expect(depends).to_be_visible()
    asked.fill("0")
    page.keyboard.press("Tab")
    expect(depends).to_be_hidden()
    assert page.evaluate("document.activeElement !== document.body")


def test_a_trainer_sends_to_review_and_a_supervisor_publishes(
    federation: Federation, sign_in: Callable[[Member], Visit]
) -> None:
    desk = a_desk(federation)
    page = opened(sign_in, desk).page
    page.get_by_role("link", name="Envoyer en relecture").click()
    page.get_by_label("Qu'est-ce qui change").fill("Deux questions.")
    page.get_by_label("Remarques jusqu'au").fill(LATER)
    page.get_by_role("button", name="Envoyer en relecture").click()
    expect(page.locator(".path .here")).to_contain_text("En relecture")
    desk.publish(desk.supervisor)
    page.reload()
    expect(page.locator(".path .here")).to_contain_text("Publiée")
    expect(page.get_by_role("button", name="Enregistrer")).to_have_count(0)


def test_the_preview_follows_what_is_typed(federation: Federation, sign_in: Callable[[Member], Visit]) -> None:
    page = opened(sign_in, a_desk(federation), "/questions/enfants").page
    preview = page.locator("#preview")
    page.get_by_label("Question", exact=True).first.fill("Combien d'enfants vivent ici ?")
    expect(preview).to_contain_text("vivent ici")
    page.get_by_label("Type de réponse", exact=False).first.select_option("yes_no")
    expect(preview).to_contain_text("Oui")


@pytest.mark.parametrize("width", [1280, NARROW])
def test_texts_are_translated_beside_the_french_ones_and_the_review_is_said_to_be_read(
    federation: Federation, sign_in: Callable[[Member], Visit], width: int
) -> None:
    desk = a_desk(federation)
    settings = {"title": "Bilan", "languages": ["ar"], "_version": desk.mark("/reglages")}
    desk.author.post(f"{desk.address}/reglages", settings, status=303)
    visit = opened(sign_in, desk, "/langues")
    page: Page = visit.page
    page.set_viewport_size({"width": width, "height": 900})
    visit.check(f"instrument-languages-{width}")
    page.get_by_role("link", name="Traduire : العربية").click()
    expect(page.get_by_label("Titre")).to_be_focused()
    page.keyboard.type("تقييم")
    visit.check(f"instrument-language-{width}")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("1 texte est enregistré.")).to_be_visible()
    expect(page.get_by_label("Titre")).to_have_count(0)
    desk.send()
    with desk.trainer.at_work() as session:
        found = select(Membership).where(
            Membership.tenant_id == desk.trainer.tenant.id, Membership.role == "supervisor"
        )
        reviewer = session.scalars(found).one()
    visit = sign_in(replace(desk.trainer, membership=reviewer, email=reviewer.email))
    page = visit.page
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/{desk.trainer.tenant.slug}{desk.address}")
    page.get_by_role("button", name="J'ai lu cette version").click()
    expect(page.get_by_text("l'a lue")).to_be_visible()
    visit.check(f"instrument-review-{width}")
