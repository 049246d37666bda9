"""What is typed is kept while one types, without network it waits in the page, and it is taken up with a click."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from tenants.follow_up.models import Note
from tests.browser.test_tablet import STORED
from tests.support.chromium import Visit
from tests.support.drafts import drafts_of
from tests.support.federation import Federation, Member
from tests.tenants.agenda.days import a_file

pytestmark = pytest.mark.browser


def test_a_note_is_kept_while_it_is_typed_and_taken_up_below_nothing_is_lost(
    federation: Federation, sign_in: Callable[[Member], Visit]
) -> None:
    nadia = federation.agent()
    person = a_file(nadia)
    visit = sign_in(nadia)
    page, box, state = visit.page, visit.page.get_by_label("Nouvelle note"), visit.page.locator(".draft-state")
    address = f"/{nadia.tenant.slug}/personnes/{person.id}"
    page.goto(address)
    page.context.set_offline(True)
    box.fill("Elle rappelle lundi")
    expect(state).to_contain_text("Le serveur ne répond pas")
    expect(box).to_have_value("Elle rappelle lundi")
    assert page.evaluate(STORED) == []
    page.context.set_offline(False)
    expect(state).to_contain_text("Brouillon gardé à")
    assert {said.rpartition("::")[2] for said in visit.complaints} == {"ERR_INTERNET_DISCONNECTED"}
    visit.complaints.clear()
    # Left without a question: nothing is lost.
    page.goto(address)
    resume = page.get_by_role("button", name="Reprendre le brouillon de")
    expect(resume).to_be_visible()
    visit.check("draft-offered")
    box.fill("Autre chose")
    expect(state).to_contain_text("Un autre brouillon attend ici")
    resume.click()
    expect(box).to_have_value("Elle rappelle lundi\n\nAutre chose")
    expect(state).to_contain_text("Brouillon gardé à")
    expect(resume).to_have_count(0)
    assert {said.rpartition(" ")[2] for said in visit.complaints} == {"(CONFLICT)"}
    visit.complaints.clear()
    visit.check("draft-taken-up")
    page.get_by_role("button", name="Pour l'équipe").click()
    expect(page.locator("#thread")).to_contain_text("Autre chose")
    expect(page.locator("#messages")).to_have_text("Note enregistrée.")
    with nadia.at_work() as session:
        assert session.scalars(select(Note.text)).all() == ["Elle rappelle lundi\n\nAutre chose"]
    expect(box).to_have_value("")
    assert drafts_of(nadia) == []
    assert visit.complaints == []
