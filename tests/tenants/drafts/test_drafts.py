"""What is typed in a note or a contact is kept while one types, offered again, and gone once it is saved."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from clais import clock
from clais.audit.models import AuditEvent
from clais.clock import now
from tenants.drafts.models import Draft
from tenants.follow_up.models import Contact, Note
from tenants.people.models import Person
from tests.support.drafts import drafts_of
from tests.support.federation import Browser, Federation, Member
from tests.support.work import run_due
from tests.tenants.agenda.days import a_file
from tests.tenants.people.newcomers import words

TEXT = {"note": "note-text", "contact": "summary"}


def keep(browser: Browser, person: Person, text: str, seen: int = 0, form: str = "note", status: int = 200) -> Any:
    path = f"/personnes/{person.id}/brouillons/{form}"
    return browser.post(path, {TEXT[form]: text, "draft": str(seen)}, status=status).get_json()


def page_of(browser: Browser, person: Person, form: str = "note") -> str:
    path = f"/personnes/{person.id}" + ("" if form == "note" else "/contacts/nouveau")
    return words(browser.get(path))


def resumed(browser: Browser, person: Person, form: str = "note", **typed: str) -> str:
    return words(browser.post(f"/personnes/{person.id}/brouillons/{form}/reprise", typed, status=200))


@pytest.mark.parametrize("form", TEXT)
def test_what_is_typed_is_offered_again_with_its_hour_and_not_shown_before(federation: Federation, form: str) -> None:
    agent = federation.agent()
    person, browser = a_file(agent), agent.browser()
    assert "Reprendre le brouillon" not in page_of(browser, person, form)
    told = keep(browser, person, "Elle rappelle lundi", form=form)
    assert told["version"] == 1
    hour = clock.local(drafts_of(agent)[0].kept_at).strftime("%H:%M")
    assert told["said"] == f"Brouillon gardé à {hour}, pour vous seul·e."
    page = page_of(browser, person, form)
    assert f"Reprendre le brouillon de {hour}" in page
    assert "Elle rappelle" not in page
    taken = resumed(browser, person, form)
    assert "Elle rappelle lundi" in taken
    assert 'name="draft" value="1"' in taken
    assert "Reprendre le brouillon" not in taken
    with clock.set_to(now() + timedelta(days=2)):
        assert re.search(r"Reprendre le brouillon du \d+(?:er)? \S+ à ", page_of(agent.browser(), person, form))


def test_what_is_typed_comes_back_after_one_was_signed_out(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    keep(agent.browser(), person, "Elle rappelle lundi")
    signed_in_again = agent.browser()
    assert "Elle rappelle lundi" in resumed(signed_in_again, person)


def test_what_was_typed_since_stands_below_the_draft_that_is_taken_up(federation: Federation) -> None:
    agent = federation.agent()
    person, browser = a_file(agent), agent.browser()
    keep(browser, person, "Elle rappelle lundi")
    assert "Elle rappelle lundi\n\nAutre chose" in resumed(browser, person, **{"note-text": "Autre chose"})
    once = resumed(browser, person, **{"note-text": "Elle rappelle lundi matin"})
    assert once.count("Elle rappelle lundi") == 1


def test_a_contact_comes_back_with_all_that_was_chosen(federation: Federation) -> None:
    agent = federation.agent()
    person, browser = a_file(agent), agent.browser()
    typed = {
        "channel": "email",
        "outcome": "absent",
        "summary": "Sans réponse",
        "happened_on": "31/31/20",
        "minutes": "",
    }
    browser.post(f"/personnes/{person.id}/brouillons/contact", typed, status=200)
    page = resumed(browser, person, "contact")
    assert re.search(r'value="email" checked', page)
    assert "31/31/20" in page


@pytest.mark.parametrize("form", TEXT)
def test_it_is_gone_once_it_is_saved(federation: Federation, form: str) -> None:
    agent = federation.agent()
    person, browser = a_file(agent), agent.browser()
    keep(browser, person, "Elle rappelle", form=form)
    if form == "note":
        browser.post(f"/personnes/{person.id}/notes", {"note-text": "Autre", "draft": "1"}, status=303)
    else:
        sent = {"channel": "phone", "outcome": "reached", "happened_on": clock.today().strftime("%d/%m/%Y")}
        browser.post(f"/personnes/{person.id}/contacts/nouveau", sent | {"summary": "Vu", "draft": "1"}, status=303)
    assert drafts_of(agent) == []
    with agent.at_work() as session:
        found = [*session.scalars(select(Note.text)), *session.scalars(select(Contact.summary))]
    assert len(found) == 1


def test_a_refused_note_keeps_its_draft_and_offers_nothing(federation: Federation) -> None:
    agent = federation.agent()
    person, browser = a_file(agent), agent.browser()
    keep(browser, person, "x" * 4001)
    page = words(browser.post(f"/personnes/{person.id}/notes", {"note-text": "x" * 4001, "draft": "1"}, status=422))
    assert 'name="draft" value="1"' in page
    assert "Reprendre le brouillon" not in page
    assert len(drafts_of(agent)) == 1


def test_a_save_that_was_still_travelling_leaves_no_draft_of_what_is_saved(federation: Federation) -> None:
    agent = federation.agent()
    person, browser = a_file(agent), agent.browser()
    keep(browser, person, "Elle rappelle")
    keep(browser, person, "Elle rappelle lundi", seen=1)
    browser.post(f"/personnes/{person.id}/notes", {"note-text": "Elle rappelle lundi !", "draft": "1"}, status=303)
    assert drafts_of(agent) == []


def test_what_arrives_after_its_text_was_saved_begins_no_draft(federation: Federation) -> None:
    agent = federation.agent()
    person, browser = a_file(agent), agent.browser()
    keep(browser, person, "Elle rappelle")
    browser.post(f"/personnes/{person.id}/notes", {"note-text": "Elle rappelle lundi", "draft": "1"}, status=303)
    assert keep(browser, person, "Elle rappelle lundi", seen=1) == {"version": 0, "said": "", "again": True}
    assert drafts_of(agent) == []
    keep(browser, person, "Elle rappelle lundi, et mardi")
    assert len(drafts_of(agent)) == 1


def test_what_another_tab_has_kept_is_neither_overwritten_nor_erased(federation: Federation) -> None:
    agent = federation.agent()
    person, browser = a_file(agent), agent.browser()
    keep(browser, person, "Onglet un")
    told = keep(browser, person, "Onglet deux", status=409)
    assert "Un autre brouillon attend ici" in told["said"]
    assert "Reprendre le brouillon de" in told["offer"]
    assert "version" not in told
    browser.post(f"/personnes/{person.id}/notes", {"note-text": "Onglet deux", "draft": "0"}, status=303)
    assert "Onglet un" in resumed(browser, person)
    keep(browser, person, "Onglet un, suite", seen=1)
    keep(browser, person, "Vieille page", seen=1, status=409)


def test_it_is_thrown_away_with_a_click_and_by_emptying_the_field(federation: Federation) -> None:
    agent = federation.agent()
    person, browser = a_file(agent), agent.browser()
    keep(browser, person, "Elle rappelle")
    browser.post(f"/personnes/{person.id}/brouillons/note/rejet", status=303)
    assert drafts_of(agent) == []
    assert keep(browser, person, "Elle rappelle")["version"] == 1
    assert keep(browser, person, "  ", seen=1) == {"version": 0, "said": ""}
    assert drafts_of(agent) == []
    page = resumed(browser, person, **{"note-text": "Ce qui est dans la page"})
    assert "Ce brouillon n'est plus là" in page
    assert "Ce qui est dans la page" in page


def test_a_text_that_is_far_too_long_stays_in_the_page(federation: Federation) -> None:
    agent = federation.agent()
    person, browser = a_file(agent), agent.browser()
    assert keep(browser, person, "é" * 10_000)["version"] == 1
    assert "trop long pour être gardé" in keep(browser, person, "x" * 40_001, seen=1, status=422)["said"]
    keep(browser, person, "Ligne\x00nulle", seen=1, status=200)


def test_it_is_in_no_list_no_search_no_thread_and_not_on_record(federation: Federation) -> None:
    agent = federation.agent()
    coordinator = federation.member(federation.platform, "coordinator", "Paul Henin")
    person = a_file(agent)
    for form in TEXT:
        keep(agent.browser(), person, "Zinnia", form=form)
    assert not [draft for draft in drafts_of(agent) if b"Zinnia" in draft.sealed]
    assert drafts_of(coordinator) == []
    for member in (agent, coordinator):
        browser = member.browser()
        pages = [browser.get(f"/personnes/{person.id}{end}") for end in ("", "/fil", "/notes")]
        pages.append(browser.post(f"/personnes/{person.id}/notes/recherche", {"q": "Zinnia"}, status=200))
        assert not [page for page in pages if "Zinnia" in page.get_data(as_text=True).replace('value="Zinnia"', "")]
    assert "Reprendre le brouillon" not in page_of(coordinator.browser(), person)
    with agent.at_work() as session:
        kinds = set(session.scalars(select(AuditEvent.subject_type)))
    assert "draft" not in kinds


def test_the_worker_erases_it_after_thirty_days(federation: Federation) -> None:
    agent = federation.agent()
    first, second = a_file(agent), a_file(agent, "Dumont", "Ida")
    for person in (first, second):
        keep(agent.browser(), person, "Elle rappelle")
    later = drafts_of(agent)[0].ends_at - now()
    assert timedelta(days=30) <= later <= timedelta(days=31)
    with agent.at_work() as session:
        session.execute(update(Draft).where(Draft.person_id == first.id).values(ends_at=now() - timedelta(minutes=1)))
    assert run_due(federation.app, "drafts.forget", ahead=timedelta(days=32))
    assert [draft.person_id for draft in drafts_of(agent)] == [second.id]


def test_a_receptionist_keeps_nothing_in_a_file(federation: Federation) -> None:
    member: Member = federation.member(federation.platform, "receptionist")
    person = a_file(federation.agent())
    member.browser().post(f"/personnes/{person.id}/brouillons/note", {"note-text": "x"}, status=403)
    assert drafts_of(member) == []
