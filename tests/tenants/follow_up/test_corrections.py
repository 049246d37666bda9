"""The author of a note or a contact corrects it within a day; what it said before is kept and can be read."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, text, update

from clais.audit.models import AuditEvent
from clais.clock import now, today
from tenants.follow_up.models import Contact, EarlierContact, EarlierNote, Note
from tests.support.federation import Federation, Member
from tests.tenants.agenda.days import a_file, an_appointment, reload
from tests.tenants.follow_up.test_contacts_and_thread import contact, written
from tests.tenants.follow_up.test_notes import a_note, notes_in
from tests.tenants.people.newcomers import words

LATER = timedelta(hours=23)
TOO_LATE = timedelta(hours=25)


def versions_of(member: Member, note: Note) -> list[str]:
    with member.at_work() as session:
        earlier = select(EarlierNote.text).where(EarlierNote.note_id == note.id)
        return list(session.scalars(earlier.order_by(EarlierNote.written_at)))


def test_a_note_is_corrected_within_a_day_and_its_first_version_stays(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    note, browser = a_note(agent, person, "Elle refuse."), agent.browser()
    with agent.at_work() as session:
        session.execute(update(Note).values(written_at=now() - LATER))
    path = f"/notes/{note.id}/modification"
    browser.post(path, {"text": "Elle accepte.", "note_class": "shareable", "_version": "1"}, status=303)
    browser.post(path, {"text": "Elle accepte, lundi.", "note_class": "shareable", "_version": "2"}, status=303)
    assert [(n.text, n.note_class) for n in notes_in(agent, person)] == [("Elle accepte, lundi.", "shareable")]
    assert versions_of(agent, note) == ["Elle refuse.", "Elle accepte."]
    for page in ("notes", "fil"):
        shown = words(browser.get(f"/personnes/{person.id}/{page}"))
        assert "corrigé" in shown
        assert f"/notes/{note.id}/versions" in shown
    colleague = federation.member(federation.platform, "agent").browser()
    shown = words(colleague.get(f"/notes/{note.id}/versions"))
    # A class of note has one name: that of the button it was written by.
    assert "pour l'équipe" in shown
    assert "Pour l'équipe" in words(browser.get(path))
    assert shown.index("Elle accepte, lundi.") < shown.index("Elle accepte.") < shown.index("Elle refuse.")


def test_a_day_later_a_note_stands(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    note, browser = a_note(agent, person), agent.browser()
    with agent.at_work() as session:
        session.execute(update(Note).values(written_at=now() - TOO_LATE))
    browser.get(f"/notes/{note.id}/modification", status=403)
    browser.post(f"/notes/{note.id}/modification", {"text": "x", "note_class": "fact", "_version": "1"}, status=403)
    assert "Corriger" not in words(browser.get(f"/personnes/{person.id}/notes"))
    assert versions_of(agent, note) == []


def test_a_correction_that_changes_nothing_leaves_no_version(federation: Federation) -> None:
    agent = federation.agent()
    note = a_note(agent, a_file(agent))
    form = {"text": note.text, "note_class": note.note_class, "_version": "1"}
    agent.browser().post(f"/notes/{note.id}/modification", form, status=303)
    assert versions_of(agent, note) == []


def test_what_was_a_confidence_stays_one_when_the_note_becomes_a_fact(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    note, browser = a_note(agent, person, "Une procédure est en cours.", "confidence"), agent.browser()
    form = {"text": "Cherche un horaire.", "note_class": "fact", "_version": "1"}
    browser.post(f"/notes/{note.id}/modification", form, status=303)
    assert "procédure" in words(browser.get(f"/notes/{note.id}/versions"))
    colleague = federation.member(federation.platform, "coordinator")
    assert "procédure" not in words(colleague.browser().get(f"/notes/{note.id}/versions"))
    assert versions_of(colleague, note) == []


def test_versions_of_a_confidence_are_there_for_its_readers_alone(federation: Federation) -> None:
    agent = federation.agent()
    note, browser = a_note(agent, a_file(agent), "Su de tous."), agent.browser()
    form = {"text": "Entre nous.", "note_class": "confidence", "_version": "1"}
    browser.post(f"/notes/{note.id}/modification", form, status=303)
    assert "Su de tous." in words(browser.get(f"/notes/{note.id}/versions"))
    federation.member(federation.platform, "coordinator").browser().get(f"/notes/{note.id}/versions", status=404)
    federation.other_agent().browser().get(f"/notes/{note.id}/versions", status=404)
    federation.member(federation.platform, "receptionist").browser().get(f"/notes/{note.id}/versions", status=403)


def corrected(version: int = 1, **changes: str) -> dict[str, str]:
    usual = {"channel": "phone", "outcome": "reached", "happened_on": written(today()), "back": "thread"}
    return usual | {"_version": str(version)} | changes


def test_a_contact_is_corrected_and_counted_anew(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    contact(agent, person, days_ago=9)
    mistaken, browser = contact(agent, person), agent.browser()
    path = f"/contacts/{mistaken.id}/modification"
    assert path in words(browser.get(f"/personnes/{person.id}/fil"))
    assert "Corriger un contact" in words(browser.get(path))
    browser.post(path, corrected(outcome="no_answer", summary="Répondeur."), status=303)
    assert reload(agent, person).last_contact_on == today() - timedelta(days=9)
    shown = words(browser.get(f"/contacts/{mistaken.id}/versions"))
    assert "Répondeur." in shown
    assert "Première version" in shown
    with agent.at_work() as session:
        earlier = session.scalars(select(EarlierContact)).one()
        verbs = session.scalars(select(AuditEvent.verb).where(AuditEvent.subject_id == mistaken.id)).all()
    assert (earlier.outcome, earlier.summary) == ("reached", None)
    assert "contact.correct" in verbs


def test_a_theme_is_corrected_and_the_versions_say_what_it_was(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    note, talk, browser = a_note(agent, person, "Cherche."), contact(agent, person), agent.browser()
    for version, theme in (("1", "training"), ("2", "work")):
        typed = {"text": "Cherche.", "note_class": "fact", "theme": theme, "_version": version}
        browser.post(f"/notes/{note.id}/modification", typed, status=303)
        browser.post(f"/contacts/{talk.id}/modification", corrected(int(version), theme=theme), status=303)
    for path in (f"/notes/{note.id}", f"/contacts/{talk.id}"):
        shown = words(browser.get(f"{path}/versions"))
        assert shown.index(", travail") < shown.index(", formation")
    assert "Téléphone, travail" in words(browser.get(f"/personnes/{person.id}/fil"))


def test_a_contact_moved_to_another_day_moves_the_last_contact(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    noted = contact(agent, person)
    yesterday = today() - timedelta(days=1)
    agent.browser().post(f"/contacts/{noted.id}/modification", corrected(happened_on=written(yesterday)), status=303)
    assert reload(agent, person).last_contact_on == yesterday


def test_a_contact_of_a_colleague_or_of_the_day_before_yesterday_is_not_corrected(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    noted = contact(agent, person)
    path = f"/contacts/{noted.id}/modification"
    colleague = federation.member(federation.platform, "agent").browser()
    colleague.get(path, status=403)
    colleague.post(path, corrected(), status=403)
    with agent.at_work() as session:
        session.execute(update(Contact).values(created_at=now() - TOO_LATE))
    agent.browser().post(path, corrected(), status=403)
    assert path not in words(agent.browser().get(f"/personnes/{person.id}/fil"))


def test_of_two_corrections_the_second_sees_both(federation: Federation) -> None:
    agent = federation.agent()
    noted, browser = contact(agent, a_file(agent)), agent.browser()
    path = f"/contacts/{noted.id}/modification"
    browser.post(path, corrected(summary="Première"), status=303)
    page = words(browser.post(path, corrected(summary="Seconde"), status=409))
    assert "Première" in page
    assert "Seconde" in page


def test_a_report_that_is_rewritten_keeps_what_it_said(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    appointment, browser = an_appointment(agent, person), agent.browser()
    path = f"/rendez-vous/{appointment.id}/compte-rendu"
    for said in ("Elle refuse le stage.", "Elle accepte le stage."):
        found = re.search(r'name="_version" value="([^"]*)"', words(browser.get(path)))
        version = {"_version": found[1]} if found else {}
        browser.post(path, {"summary": said, "minutes": "30", **version}, status=303)
    page = words(browser.get(f"/rendez-vous/{appointment.id}"))
    assert "Elle accepte le stage." in page
    address = page.split('href="')[1:]
    assert any("/versions" in link for link in address)
    with agent.at_work() as session:
        assert session.scalars(select(EarlierContact.summary)).all() == ["Elle refuse le stage."]


def test_an_earlier_version_goes_with_its_contact_and_is_changed_by_nobody(
    federation: Federation, superuser: Engine
) -> None:
    agent = federation.agent()
    noted, browser = contact(agent, a_file(agent)), agent.browser()
    browser.post(f"/contacts/{noted.id}/modification", corrected(summary="Mot"), status=303)
    with agent.at_work() as session, pytest.raises(Exception, match="permission denied"):
        session.execute(update(EarlierContact).values(summary="x"))
    browser.post(f"/contacts/{noted.id}/retrait", {"back": "thread"}, status=303)
    with superuser.connect() as connection:
        left = text("SELECT count(*) FROM earlier_contact WHERE contact_id = :id")
        assert connection.scalar(left, {"id": noted.id}) == 0
