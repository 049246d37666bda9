"""Another tab ends the session, or changes the place of work: what is typed in this one is never lost."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from clais.database import Scope, unit_of_work
from clais.identity import actions
from clais.identity.models import UserAccount
from tenants.follow_up.models import Note
from tests.browser.walk import faults
from tests.support.chromium import Visit
from tests.support.federation import PASSWORD, Federation, Member
from tests.tenants.agenda.days import a_file

pytestmark = pytest.mark.browser
WORDS = "Elle refuse le stage : trop loin sans voiture."


@pytest.fixture
def agent(federation: Federation) -> Member:
    return federation.agent()


def sign_out_elsewhere(page: Page) -> Page:
    """Sign out in another tab, which stays open."""
    other = page.context.new_page()
    other.goto("/ou-travailler")
    other.get_by_role("button", name="Se déconnecter").click()
    other.wait_for_url("**/connexion")
    return other


def join_other(member: Member) -> None:
    """A second place of work."""
    tenant = member.federation.other_platform
    scope = Scope(tenant_id=tenant.id, basin_id=tenant.basin_id, user_id=member.membership.user_id)
    with unit_of_work(member.federation.engine, scope) as session:
        actions.join_tenant(session, session.get_one(UserAccount, member.membership.user_id), "agent")


def sign_in_on(page: Page, member: Member) -> None:
    """Type address and password on the page that is shown."""
    page.get_by_label("Adresse e-mail").fill(member.email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()


def test_a_whole_page_comes_back_filled_in_after_the_sign_in(
    federation: Federation, agent: Member, sign_in_by_typing: Callable[[Member], Visit]
) -> None:
    visit = sign_in_by_typing(agent)
    page, slug = visit.page, federation.platform.slug
    page.goto(f"/{slug}/accueil/nouveau")
    page.get_by_label("Nom de famille").fill("Marchetti")
    page.get_by_label("Prénom").fill("Sofia")
    sign_out_elsewhere(page)
    visit.complaints.clear()
    page.locator("main form button.btn-primary").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Connectez-vous pour continuer")
    assert "Marchetti" not in page.content()
    assert [fault for fault in faults(visit, "the door that keeps a form") if "401" not in fault] == []
    sign_in_on(page, agent)
    page.wait_for_url(f"**/{slug}/accueil/nouveau")
    expect(page.get_by_label("Nom de famille")).to_have_value("Marchetti")
    expect(page.get_by_label("Prénom")).to_have_value("Sofia")
    expect(page.locator("#messages")).to_contain_text("Ce n'est pas encore enregistré")


def test_a_note_in_its_box_is_sent_once_more_after_a_sign_in_in_another_tab(
    federation: Federation, agent: Member, sign_in_by_typing: Callable[[Member], Visit]
) -> None:
    page = sign_in_by_typing(agent).page
    page.goto(f"/{federation.platform.slug}/personnes/{a_file(agent).id}")
    page.evaluate("window.same = true")
    page.get_by_label("Nouvelle note").fill(WORDS)
    sign_out_elsewhere(page).close()
    save = page.locator("#note-box .btn").first
    save.click()
    message = page.locator("#messages").get_by_role("alert")
    expect(message).to_contain_text("Connectez-vous pour continuer")
    expect(page.get_by_label("Nouvelle note")).to_have_value(WORDS)
    with page.context.expect_page() as opened:
        message.get_by_role("link").click()
    sign_in_on(opened.value, agent)
    opened.value.wait_for_url(f"**/{federation.platform.slug}/**")
    save.click()
    expect(page.locator("#notes, #thread, main").first).to_contain_text(WORDS)
    expect(page.get_by_label("Nouvelle note")).to_have_value("")
    assert page.evaluate("window.same"), "the page was never loaded again"
    with agent.at_work() as session:
        assert session.scalars(select(Note.text).where(Note.tenant_id == agent.tenant.id)).all() == [WORDS]


def test_a_form_sent_after_a_change_of_place_comes_back_with_one_button(
    federation: Federation, agent: Member, sign_in_by_typing: Callable[[Member], Visit]
) -> None:
    visit = sign_in_by_typing(agent)
    page, slug = visit.page, federation.platform.slug
    join_other(agent)
    page.goto(f"/{slug}/accueil/nouveau")
    page.get_by_label("Nom de famille").fill("Marchetti")
    other = page.context.new_page()
    other.goto("/ou-travailler")
    other.get_by_role("button", name="Entrer").first.click()
    other.wait_for_url(f"**/{federation.other_platform.slug}/**")
    visit.complaints.clear()
    page.locator("main form button.btn-primary").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Cette page appartient à {federation.platform.name}")
    assert [fault for fault in faults(visit, "the other place") if "409" not in fault] == []
    page.get_by_role("button", name=f"Passer à {federation.platform.name}").click()
    page.wait_for_url(f"**/{slug}/accueil/nouveau")
    expect(page.get_by_label("Nom de famille")).to_have_value("Marchetti")
