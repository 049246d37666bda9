"""What is typed while a note or a contact is corrected is kept for its author, offered there alone, gone in time."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from clais.clock import now, today
from tenants.drafts.models import Draft
from tenants.follow_up.models import Contact, Note
from tenants.people.models import Person
from tests.support.drafts import drafts_of
from tests.support.federation import Browser, Federation, Member
from tests.support.work import run_due
from tests.tenants.agenda.days import a_file
from tests.tenants.follow_up.test_contacts_and_thread import contact, written
from tests.tenants.follow_up.test_notes import a_note, notes_in
from tests.tenants.people.newcomers import words

KINDS = ("notes", "contacts")


def entry(member: Member, person: Person, kind: str) -> str:
    """The address of a note or a contact of today, of the member."""
    made: Note | Contact = a_note(member, person) if kind == "notes" else contact(member, person)
    return f"/{kind}/{made.id}"


def typed(kind: str, text: str, version: int = 1) -> dict[str, str]:
    """The form of a correction as it is typed."""
    if kind == "notes":
        return {"text": text, "note_class": "fact", "theme": "work", "_version": str(version)}
    day = written(today())
    return {"channel": "phone", "outcome": "reached", "happened_on": day, "summary": text, "_version": str(version)}


def keep(browser: Browser, path: str, kind: str, text: str, seen: int = 0, status: int = 200) -> Any:
    sent = typed(kind, text) | {"draft": str(seen)}
    return browser.post(f"{path}/modification/brouillon", sent, status=status).get_json()


@pytest.mark.parametrize("kind", KINDS)
def test_a_correction_that_was_not_saved_is_offered_again_there_alone(federation: Federation, kind: str) -> None:
    agent = federation.agent()
    person, browser = a_file(agent), agent.browser()
    path, other = entry(agent, person, kind), entry(agent, person, kind)
    assert keep(browser, path, kind, "Elle accepte lundi")["version"] == 1
    (draft,) = drafts_of(agent)
    assert b"accepte" not in draft.sealed
    page = words(browser.get(f"{path}/modification"))
    assert "Reprendre le brouillon" in page
    assert "Elle accepte lundi" not in page
    for elsewhere in (f"{other}/modification", f"/personnes/{person.id}", f"/personnes/{person.id}/contacts/nouveau"):
        assert "Reprendre le brouillon" not in words(browser.get(elsewhere))
    resumed = words(browser.post(f"{path}/modification/brouillon/reprise", {}, status=200))
    assert "Elle accepte lundi" in resumed
    assert 'name="draft" value="1"' in resumed


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_gone_once_it_is_saved_and_once_it_is_thrown_away(federation: Federation, kind: str) -> None:
    agent = federation.agent()
    person, browser = a_file(agent), agent.browser()
    path = entry(agent, person, kind)
    keep(browser, path, kind, "Elle accepte lundi")
    browser.post(f"{path}/modification", typed(kind, "Elle accepte lundi") | {"draft": "1"}, status=303)
    assert drafts_of(agent) == []
    keep(browser, path, kind, "Encore autre chose")
    browser.post(f"{path}/modification/brouillon/rejet", status=303)
    assert drafts_of(agent) == []


@pytest.mark.parametrize("kind", KINDS)
def test_of_an_entry_that_changed_meanwhile_it_is_shown_beside_what_stands(federation: Federation, kind: str) -> None:
    agent = federation.agent()
    person, browser = a_file(agent), agent.browser()
    path = entry(agent, person, kind)
    keep(browser, path, kind, "Elle accepte lundi")
    browser.post(f"{path}/modification", typed(kind, "Elle refuse"), status=303)
    assert len(drafts_of(agent)) == 1  # Another page's text was saved.
    beside = words(browser.post(f"{path}/modification/brouillon/reprise", {}, status=409))
    assert "Elle accepte lundi" in beside
    assert "Elle refuse" in beside
    assert "Reprendre le brouillon" in words(browser.get(f"{path}/modification"))


@pytest.mark.parametrize("kind", KINDS)
def test_two_pages_of_one_author_do_not_overwrite_each_other(federation: Federation, kind: str) -> None:
    agent = federation.agent()
    person, browser = a_file(agent), agent.browser()
    path = entry(agent, person, kind)
    keep(browser, path, kind, "De la première page")
    told = keep(browser, path, kind, "De la seconde", status=409)
    assert f"{path}/modification/brouillon/reprise" in told["offer"]
    assert keep(browser, path, kind, "Plus long", seen=1)["version"] == 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_colleague_keeps_nothing_there_and_reads_nothing(federation: Federation, kind: str) -> None:
    agent = federation.agent()
    person = a_file(agent)
    path = entry(agent, person, kind)
    keep(agent.browser(), path, kind, "Elle accepte lundi")
    colleague = federation.member(federation.platform, "coordinator").browser()
    for act in ("", "/reprise", "/rejet"):
        colleague.post(f"{path}/modification/brouillon{act}", typed(kind, "x") if not act else {}, status=403)
    assert len(drafts_of(agent)) == 1


def test_it_ends_soon_after_nobody_may_correct_any_more(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    path = entry(agent, person, "notes")
    keep(agent.browser(), path, "notes", "Elle accepte lundi")
    (draft,) = drafts_of(agent)
    assert draft.ends_at - draft.kept_at <= timedelta(days=2)
    with agent.at_work() as session:
        session.execute(update(Draft).values(ends_at=now() - timedelta(minutes=1)))
    assert run_due(federation.app, "drafts.forget", ahead=timedelta(days=3))
    assert drafts_of(agent) == []
    assert [note.text for note in notes_in(agent, person)] == ["Cherche un horaire du matin."]
