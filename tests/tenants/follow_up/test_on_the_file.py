"""The thread beside the plan: notes among the rest, what the actor may correct, and what is settled."""

import re
from datetime import time, timedelta

from sqlalchemy import select

from clais.clock import today
from clais.dates import moment_of
from clais.encryption import Keyring
from tenants.follow_up.models import Note
from tenants.intake.models import Intake
from tests.support.federation import Federation, Member
from tests.tenants.agenda.days import a_file, an_appointment
from tests.tenants.follow_up.test_contacts_and_thread import contact
from tests.tenants.follow_up.test_notes import a_note
from tests.tenants.people.newcomers import registered, words


def thread_of(member: Member, person_id: object) -> str:
    return words(member.browser().get(f"/personnes/{person_id}")).partition('id="thread"')[2].partition("</section>")[0]


def test_notes_stand_in_the_thread_among_the_other_entries(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    contact(agent, person, days_ago=3)
    a_note(agent, person, "Une note du dossier")
    found = thread_of(agent, person.id)
    assert found.index("Une note du dossier") < found.index("Téléphone")


def test_an_appointment_to_come_stands_with_what_comes_next_and_not_in_the_thread(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    an_appointment(agent, person, moment_of(today() + timedelta(days=5), time(9)))
    assert "Rendez-vous" not in thread_of(agent, person.id)


def test_a_contact_and_a_note_of_today_are_corrected_from_the_file_by_their_author(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    noted, note = contact(agent, person), a_note(agent, person, "Une note du dossier")
    found = thread_of(agent, person.id)
    assert f"/contacts/{noted.id}/modification" in found
    assert f"/notes/{note.id}/modification" in found
    colleague = federation.member(federation.platform, "agent", "Luc Dewit")
    assert "modification" not in thread_of(colleague, person.id)


def tab(page: str, label: str) -> str:
    found = re.search(rf">{label} <span class=\"count\">(\d+)<", page)
    return found[1] if found else ""


def test_the_tab_of_the_thread_counts_its_entries_also_those_that_are_not_read(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    for number in range(15):
        a_note(agent, person, f"Note {number}")
    contact(agent, person)
    browser = agent.browser()
    assert tab(words(browser.get(f"/personnes/{person.id}")), "Fil") == "16"
    whole = words(browser.get(f"/personnes/{person.id}/fil"))
    assert whole.partition("thread-list")[2].partition("</ol>")[0].count("<li") == 16


def test_what_cannot_wait_is_settled_by_one_click_and_a_note_keeps_its_words(
    federation: Federation, keyring: Keyring
) -> None:
    agent = federation.agent()
    asked = {"request": "Un emploi", "urgent_needs": ["food"], "urgent_note": "Colis demandé au CPAS"}
    person = registered(agent, keyring, asked)
    browser = agent.browser()
    page = words(browser.get(f"/personnes/{person.id}"))
    address = re.search(r"/personnes/[^\"]*/urgence", page)
    assert address
    for _twice in range(2):
        browser.post(address[0], status=303)
    after = words(browser.get(f"/personnes/{person.id}"))
    assert "Ne peut pas attendre" not in after
    with agent.at_work() as session:
        notes = session.scalars(select(Note)).all()
        intake = session.scalars(select(Intake)).one()
    assert [note.text for note in notes] == ["Réglé\u00a0: Alimentation. Colis demandé au CPAS"]
    assert (intake.urgent_needs, intake.urgent_note, intake.request) == ([], None, "Un emploi")


def test_a_receptionist_settles_nothing_and_nobody_does_through_another_person(
    federation: Federation, keyring: Keyring
) -> None:
    agent = federation.agent()
    person = registered(agent, keyring, {"urgent_needs": ["food"]})
    other = registered(agent, keyring, family_name="Autre")
    with agent.at_work() as session:
        intake = session.scalars(select(Intake).where(Intake.person_id == person.id)).one()
    agent.browser().post(f"/personnes/{other.id}/accueils/{intake.id}/urgence", status=404)
    desk = federation.member(federation.platform, "receptionist").browser()
    desk.post(f"/personnes/{person.id}/accueils/{intake.id}/urgence", status=403)
    with agent.at_work() as session:
        assert session.get_one(Intake, (intake.tenant_id, intake.id)).urgent_needs == ["food"]
        assert session.scalars(select(Note)).all() == []
