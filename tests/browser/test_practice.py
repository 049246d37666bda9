"""The exchange of practice in a browser: a question becomes a card that another agent reads on their day."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.support.chromium import NARROW, Visit
from tests.support.federation import Federation, Member
from tests.support.practice import a_trainer

pytestmark = pytest.mark.browser


def test_a_question_becomes_a_card_that_a_colleague_reads_on_their_day(
    federation: Federation, sign_in: Callable[[Member], Visit]
) -> None:
    visit = sign_in(federation.agent())
    page = visit.page
    page.set_viewport_size({"width": NARROW, "height": 900})
    page.goto(f"/{federation.platform.slug}/echange/questions")
    page.get_by_role("link", name="Demander au centre d'appui").first.click()
    page.get_by_label("Votre question").fill("Qui signe le plan ?")
    visit.check("practice-question")
    page.get_by_role("button", name="Demander").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Question au centre d'appui")

    visit = sign_in(a_trainer(federation))
    page = visit.page
    page.goto(f"/{federation.support_centre.slug}/questions")
    visit.check("practice-questions")
    page.get_by_role("link", name="Répondre").click()
    page.get_by_label("Réponse").fill("La personne et l'agent, le même jour.")
    page.get_by_role("button", name="Répondre").click()
    page.get_by_role("button", name="En faire une fiche").click()
    page.get_by_label("Titre").fill("Qui signe le plan")
    visit.check("practice-card-form")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("button", name="Publier").click()
    expect(page.get_by_text("Qui l'a lue")).to_be_visible()
    visit.check("practice-card")

    visit = sign_in(federation.agent())
    page = visit.page
    page.set_viewport_size({"width": NARROW, "height": 900})
    page.goto(f"/{federation.platform.slug}/ma-journee")
    page.locator("summary").filter(has_text="Cette semaine").click()
    visit.check("practice-day")
    page.get_by_role("button", name="Lu", exact=False).filter(has_text="Qui signe le plan").click()
    expect(page.get_by_text("Cela se reprend sur la fiche")).to_be_visible()
    expect(page.locator("#week-items")).to_have_count(0)
