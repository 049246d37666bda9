import html
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from clais.audit.models import AuditEvent
from tenants.follow_up.actions import write_note
from tenants.follow_up.models import Note
from tenants.people.models import Person
from tests.support.federation import Federation, Member
from tests.tenants.agenda.days import a_file


def a_note(
    member: Member, person: Person, text: str = "Cherche un horaire du matin.", note_class: str = "fact"
) -> Note:
    with member.at_work() as session:
        return write_note(session, person, member.actor, text=text, note_class=note_class)


def notes_in(member: Member, person: Person) -> list[Note]:
    with member.at_work() as session:
        return list(session.scalars(select(Note).where(Note.person_id == person.id).order_by(Note.id)))


def test_the_button_that_is_pressed_gives_a_note_its_class(federation: Federation) -> None:
    agent = federation.agent()
    person, browser = a_file(agent), agent.browser()
    for note_class in ("fact", "shareable", "confidence"):
        answer = browser.post(
            f"/personnes/{person.id}/notes", {"note-text": f"Une note {note_class}", "note-note_class": note_class}
        )
        assert answer.status_code == 303
    assert [note.note_class for note in notes_in(agent, person)] == ["fact", "shareable", "confidence"]


def test_a_note_without_a_class_is_a_fact(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    agent.browser().post(f"/personnes/{person.id}/notes", {"note-text": "Sans classe"}, status=303)
    assert [note.note_class for note in notes_in(agent, person)] == ["fact"]


def test_htmx_receives_the_notes_only_and_finds_the_new_one_there(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    answer = agent.browser().post(
        f"/personnes/{person.id}/notes",
        {"note-text": "Par htmx"},
        status=200,
        headers={"HX-Request": "true", "HX-Target": "div#notes"},
    )
    body = answer.get_data(as_text=True)
    assert "Par htmx" in body
    assert "<html" not in body


def test_an_empty_or_endless_note_is_refused_and_what_was_typed_stays(federation: Federation) -> None:
    agent = federation.agent()
    person, browser = a_file(agent), agent.browser()
    for text in ("", "x" * 4001):
        answer = browser.post(f"/personnes/{person.id}/notes", {"note-text": text}, status=422)
        assert text in answer.get_data(as_text=True)
    browser.post(f"/personnes/{person.id}/notes", {"note-text": "x" * 4000}, status=303)
    assert len(notes_in(agent, person)) == 1


def test_a_note_sent_twice_is_kept_once(federation: Federation) -> None:
    agent = federation.agent()
    person, browser = a_file(agent), agent.browser()
    form = {"note-text": "Une seule fois", "_submission": str(uuid4())}
    first, second = (browser.post(f"/personnes/{person.id}/notes", form) for _ in range(2))
    assert first.location == second.location
    assert len(notes_in(agent, person)) == 1


def test_a_colleague_of_another_role_or_platform_cannot_be_named(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    for stranger in (federation.other_agent(), federation.member(federation.platform, "receptionist")):
        agent.browser().post(
            f"/personnes/{person.id}/notes",
            {"note-text": "x", "note-note_class": "confidence", "note-readers": str(stranger.membership.id)},
            status=422,
        )
    assert notes_in(agent, person) == []


def test_someone_elses_fact_is_not_corrected(federation: Federation) -> None:
    author = federation.agent()
    person = a_file(author)
    note, browser = a_note(author, person, "Cherche le matin."), federation.agent().browser()
    path, changed = (
        f"/notes/{note.id}/modification",
        {"text": "Cherche le soir.", "note_class": "fact", "_version": "1"},
    )
    assert "Cherche le matin." not in browser.get(path, status=403).get_data(as_text=True)
    browser.post(path, changed, status=403)
    assert [found.text for found in notes_in(author, person)] == ["Cherche le matin."]
    author.browser().post(path, changed, status=303)


def test_a_stale_correction_shows_both_versions_and_saves_nothing(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    note, browser = a_note(agent, person), agent.browser()
    browser.post(
        f"/notes/{note.id}/modification", {"text": "Première", "note_class": "fact", "_version": "1"}, status=303
    )
    answer = browser.post(
        f"/notes/{note.id}/modification", {"text": "Seconde", "note_class": "fact", "_version": "1"}, status=409
    )
    page = answer.get_data(as_text=True)
    assert "Première" in page
    assert "Seconde" in page
    assert [n.text for n in notes_in(agent, person)] == ["Première"]


def test_notes_come_page_by_page_and_a_forged_cursor_is_refused(federation: Federation) -> None:
    agent = federation.agent()
    person, browser = a_file(agent), agent.browser()
    with agent.at_work() as session:
        for number in range(23):
            write_note(session, person, agent.actor, text=f"note numéro {number:02}", note_class="fact")
    first = browser.get(f"/personnes/{person.id}/notes").get_data(as_text=True)
    assert "note numéro 22" in first
    assert "note numéro 02" not in first
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = browser.get(following).get_data(as_text=True)
    assert all(f"note numéro {number:02}" in second for number in range(3))
    assert "note numéro 03" not in second
    browser.get(f"/personnes/{person.id}/notes?after=forged", status=400)


def test_a_search_finds_words_anywhere_and_takes_percent_signs_literally(federation: Federation) -> None:
    agent = federation.agent()
    person, browser = a_file(agent), agent.browser()
    a_note(agent, person, "Attestation remise au CPAS")
    a_note(agent, person, "Présent à 100 % des cours")
    found = browser.post(f"/personnes/{person.id}/notes/recherche", {"q": "cpas attest"}).get_data(as_text=True)
    assert "Attestation remise" in found
    assert "Présent à" not in found
    literal = browser.post(f"/personnes/{person.id}/notes/recherche", {"q": "100 %"}).get_data(as_text=True)
    assert "Présent à 100" in literal
    assert "Attestation remise" not in literal


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("Elle REFUSE l'école d’été à Fontaine-l'Évêque", "l’ecole d'ete"),
        ("Elle REFUSE l’école d'été", "refuse école D’ÉTÉ"),
        ("Une œuvre près de Łódź", "oeuvre lodz"),
        ("Une oeuvre", "Œuvre"),
        ("L\u2019e\u0301cole, en deux caractères", "l'école"),
        ("Rendez-vous au FOREM", "rendez vous forem"),
        ("Présent à 100 %", "%"),
    ],
)
def test_words_of_a_note_are_found_without_accents_and_with_either_apostrophe(
    federation: Federation, text: str, typed: str
) -> None:
    agent = federation.agent()
    person, browser = a_file(agent), agent.browser()
    for each in (text, "Tout autre chose"):
        browser.post(f"/personnes/{person.id}/notes", {"note-text": each}, status=303)
    found = browser.post(f"/personnes/{person.id}/notes/recherche", {"q": typed}).get_data(as_text=True)
    assert html.unescape(found).count(text.replace("e\u0301", "é")) == 1
    assert "Tout autre chose" not in found


def test_a_receptionist_reads_and_writes_no_notes(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    note = a_note(agent, person)
    browser = federation.member(federation.platform, "receptionist").browser()
    for page in ("notes", "fil", "contacts/nouveau"):
        browser.get(f"/personnes/{person.id}/{page}", status=403)
    browser.get(f"/notes/{note.id}/modification", status=403)
    browser.post(f"/personnes/{person.id}/notes", {"note-text": "x"}, status=403)
    browser.post(f"/personnes/{person.id}/notes/recherche", {"q": "x"}, status=403)
    assert "horaire du matin" not in browser.get("/ma-journee").get_data(as_text=True)


def test_every_write_and_reading_of_notes_is_on_record(federation: Federation) -> None:
    agent = federation.agent()
    person, browser = a_file(agent), agent.browser()
    browser.post(f"/personnes/{person.id}/notes", {"note-text": "Au dossier"})
    browser.get(f"/personnes/{person.id}/notes")
    browser.get(f"/personnes/{person.id}/fil")
    with agent.at_work() as session:
        verbs = session.execute(
            select(AuditEvent.verb, func.count()).where(AuditEvent.person_id == person.id).group_by(AuditEvent.verb)
        ).all()
        details = session.scalars(select(AuditEvent.details).where(AuditEvent.verb == "note.write")).one()
    assert dict(verbs) == {"note.write": 1, "person.read": 2}
    assert details == {"class": "fact"}


def test_a_theme_is_said_with_a_note_and_finds_it_again(federation: Federation) -> None:
    agent = federation.agent()
    person, browser = a_file(agent), agent.browser()
    path = f"/personnes/{person.id}/notes"
    browser.post(path, {"note-text": "Cherche un permis.", "note-theme": "mobility"}, status=303)
    browser.post(path, {"note-text": "Cherche le matin."}, status=303)
    assert [note.theme for note in notes_in(agent, person)] == ["mobility", None]
    assert "Note, mobilité" in browser.get(f"/personnes/{person.id}/fil").get_data(as_text=True)
    found = browser.post(f"{path}/recherche", {"q": "", "theme": "mobility"}, status=200).get_data(as_text=True)
    assert ("Cherche un permis." in found, "Cherche le matin." in found) == (True, False)
    both = browser.post(f"{path}/recherche", {"q": "matin", "theme": "mobility"}, status=200).get_data(as_text=True)
    assert "ni ne porte sur ce thème" in both
    nothing = browser.post(f"{path}/recherche", {"q": "", "theme": ""}, status=200).get_data(as_text=True)
    assert "Écrivez ce que vous cherchez, ou choisissez un thème" in nothing


@pytest.mark.parametrize("theme", ["health", "justice"])
def test_health_and_justice_are_no_theme(federation: Federation, theme: str) -> None:
    agent = federation.agent()
    person, browser = a_file(agent), agent.browser()
    refused = browser.post(f"/personnes/{person.id}/notes", {"note-text": "Dit tout.", "note-theme": theme}, status=422)
    assert "Dit tout." in refused.get_data(as_text=True)
    with pytest.raises(IntegrityError), agent.at_work() as session:
        write_note(session, person, agent.actor, text="Dit tout.", note_class="confidence", theme=theme)
