from collections.abc import Callable

from playwright.sync_api import expect

from tests.support.chromium import Visit
from tests.support.federation import Federation, Member


def test_the_sign_in_page_is_accessible_and_keeps_what_was_typed(
    federation: Federation, visitor: Callable[[], Visit]
) -> None:
    agent = federation.agent()
    visit = visitor()
    visit.page.goto("/")
    visit.check("sign-in")
    visit.page.get_by_label("Adresse e-mail").fill(agent.email)
    visit.page.get_by_label("Mot de passe").fill("pas le bon mot de passe")
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_role("alert")).to_contain_text("ne correspondent pas")
    expect(visit.page.get_by_label("Adresse e-mail")).to_have_value(agent.email)


def test_signing_out_closes_the_door_for_the_back_button_too(
    federation: Federation, sign_in_by_typing: Callable[[Member], Visit]
) -> None:
    visit = sign_in_by_typing(federation.agent())
    visit.page.goto(f"/{federation.platform.slug}/personnes")
    visit.check("people")
    visit.page.get_by_text("Nadia Lambert").first.click()
    visit.page.get_by_role("button", name="Se déconnecter").click()
    visit.page.wait_for_url("**/connexion*")
    visit.page.go_back()
    expect(visit.page.get_by_role("button", name="Se connecter")).to_be_visible()
