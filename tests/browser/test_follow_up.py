"""The rest of the main job, clicked through: who is already known, what the team writes and who reads it, contacts,
appointments, a request without a name, and a refusal that says why.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import SCHEME, receive, refer
from tests.support.chromium import Visit
from tests.support.federation import Federation, Member
from tests.support.referrals import a_scheme

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("reference_data")]
FACT = "Le diplôme est parti à l'équivalence."
SECRET = "Une procédure est en cours."


def test_someone_who_is_known_is_recognised_before_a_second_file_is_opened(
    federation: Federation, sign_in: Callable[[Member], Visit]
) -> None:
    desk = sign_in(federation.agent())
    first = receive(desk)
    page = desk.page
    page.keyboard.press("Alt+n")
    page.wait_for_url("**/accueil/nouveau")
    page.get_by_label("Nom de famille").fill("Markétti")
    page.get_by_label("Prénom(s)").fill("Sophia")
    page.get_by_label("Date de naissance").fill("12/03/1992")
    page.get_by_label("Téléphone").first.fill("+32 470 12 34 56")
    page.get_by_label("Avec ses mots").fill("Revient pour une formation.")
    alike = page.locator("#duplicates")
    expect(alike).to_contain_text("même date de naissance, même téléphone")
    expect(alike).to_contain_text("Sofia Marchetti")
    desk.check("duplicate")
    page.get_by_label("Oralement, noté par l'agent").check()
    page.get_by_role("button", name="Inscrire").click()
    expect(page.get_by_text("Une personne très semblable a déjà un dossier").first).to_be_visible()
    expect(page.get_by_label("Avec ses mots")).to_have_value("Revient pour une formation.")
    desk.complaints.clear()  # The browser notes the 422.
    desk.check("duplicate-asked")
    page.get_by_label("C'est une autre personne").check()
    page.get_by_role("button", name="Inscrire").click()
    page.wait_for_url("**/personnes/*")
    assert page.url != first


def write_note(page: Page, text: str, button: str, *, reader: str | None = None) -> None:
    page.get_by_label("Nouvelle note").fill(text)
    if reader:
        page.get_by_text("Nommer les collègues").click()
        page.get_by_label(reader).check()
    page.get_by_role("button", name=button).click()
    expect(page.locator("#notes")).to_contain_text(text)


def test_a_note_is_read_by_the_team_and_a_confidence_by_its_author_and_those_who_are_named(
    federation: Federation, sign_in: Callable[[Member], Visit]
) -> None:
    agent = federation.agent()
    named = federation.member(federation.platform, "agent", "Luc Delhaye")
    other = federation.member(federation.platform, "coordinator", "Paul Henin")
    desk = sign_in(agent)
    file = receive(desk)
    write_note(desk.page, FACT, "Pour l'équipe")
    write_note(desk.page, SECRET, "Confidence", reader="Luc Delhaye")
    desk.check("notes")
    for member, reads in ((named, True), (other, False)):
        visit = sign_in(member)
        visit.page.goto(file)
        expect(visit.page.locator("main")).to_contain_text(FACT)
        seen = expect(visit.page.locator("main"))
        seen.to_contain_text(SECRET) if reads else seen.not_to_contain_text(SECRET)
        visit.page.goto(f"{file}/fil")
        thread = expect(visit.page.locator("main"))
        thread.to_contain_text(SECRET) if reads else thread.not_to_contain_text(SECRET)


def test_contacts_and_appointments_stand_in_the_thread_of_the_file(
    federation: Federation, sign_in: Callable[[Member], Visit]
) -> None:
    desk = sign_in(federation.agent())
    file = receive(desk)
    page = desk.page
    page.get_by_role("link", name="Noter un contact").first.click()
    page.get_by_label("Téléphone", exact=True).check()
    page.get_by_label("On s'est parlé").check()
    page.get_by_label("En quelques mots").fill("Disponible le matin.")
    desk.check("contact")
    page.get_by_role("button", name="Noter le contact").click()
    page.goto(file)
    expect(page.locator("main")).to_contain_text("Disponible le matin.")

    page.get_by_role("link", name="Fixer un rendez-vous").first.click()
    page.get_by_label("Objet").select_option(label="Bilan")
    page.get_by_role("textbox", name="Lieu").fill("Bureau 2")
    desk.check("appointment")
    page.get_by_role("button", name="Fixer le rendez-vous").click()
    page.goto(file)
    expect(page.locator("#next")).to_contain_text("Bureau 2")
    page.goto(f"{file}/fil")
    expect(page.locator("main")).to_contain_text("Disponible le matin.")
    expect(page.locator("main")).to_contain_text("bilan")
    desk.check("thread")


def test_a_question_at_the_desk_is_counted_without_a_name(
    federation: Federation, sign_in: Callable[[Member], Visit]
) -> None:
    desk = sign_in(federation.agent())
    page = desk.page
    page.get_by_role("link", name="Accueil").first.click()
    page.get_by_role("link", name="Demande d'information anonyme").click()
    page.get_by_label("Formation", exact=True).check()
    page.get_by_label("Renseigné·e sur place").check()
    desk.check("information-request")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("main")).to_contain_text("1 demande d'information")


def test_a_refusal_says_why_and_both_sides_can_write(
    federation: Federation, sign_in: Callable[[Member], Visit]
) -> None:
    agent, officer = federation.agent(), federation.officer()
    a_scheme(officer, name=SCHEME)
    desk, centre = sign_in(agent), sign_in(officer)
    file = receive(desk)
    refer(desk, file)
    sent = desk.page.url

    page = centre.page
    page.goto("/")
    page.locator("main").get_by_role("link", name="Accuser réception").first.click()
    page.get_by_role("button", name="Accuser réception").click()
    page.get_by_label("Écrire à").fill("A-t-elle une garde pour son enfant ?")
    page.get_by_role("button", name="Envoyer le message").click()
    expect(page.locator("main")).to_contain_text("A-t-elle une garde")

    desk.page.goto(sent)
    expect(desk.page.locator("main")).to_contain_text("A-t-elle une garde")
    desk.page.get_by_label("Écrire au centre").fill("Pas avant janvier.")
    desk.page.get_by_role("button", name="Envoyer le message").click()

    page.reload()
    expect(page.locator("main")).to_contain_text("Pas avant janvier.")
    page.get_by_role("button", name="Refuser").first.click()
    dialog = page.locator("dialog[open]")
    dialog.get_by_role("textbox").fill("Revenez quand la garde est trouvée.")
    dialog.get_by_role("button", name="Refuser").click()
    expect(page.get_by_role("alert").first).to_contain_text("Choisissez une raison")
    centre.complaints.clear()  # The browser notes the 422.
    asked = page.locator("#correct")
    expect(asked.get_by_role("textbox")).to_have_value("Revenez quand la garde est trouvée.")
    asked.locator("select").select_option("lacks_prerequisite")
    centre.check("decline")
    asked.get_by_role("button", name="Refuser").click()
    expect(page.locator("main")).to_contain_text("Il manque un prérequis")

    desk.page.goto(sent)
    expect(desk.page.locator("main")).to_contain_text("Il manque un prérequis")
    expect(desk.page.locator("main")).to_contain_text("Revenez quand la garde est trouvée.")
    desk.check("declined")
