"""The reception sees the appointments of a person on the card, and makes one there."""

from sqlalchemy import update

from tenants.people.models import Person
from tests.support.federation import Federation
from tests.tenants.agenda.days import a_file, an_appointment, form_of, working_day
from tests.tenants.follow_up.test_notes import a_note
from tests.tenants.people.newcomers import words


def test_the_card_shows_the_appointments_and_leads_to_a_new_one(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    an_appointment(agent, person, place="Bureau 2")
    a_note(agent, person, "Une note du dossier")
    browser = federation.member(federation.platform, "receptionist").browser()
    page = words(browser.get(f"/personnes/{person.id}/carte"))
    assert "Bureau 2" in page
    assert f"/personnes/{person.id}/rendez-vous/nouveau" in page
    assert "Une note du dossier" not in page


def test_an_appointment_that_is_made_from_the_card_leads_back_to_it(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    browser = federation.member(federation.platform, "receptionist").browser()
    path = f"/personnes/{person.id}/rendez-vous/nouveau"
    assert f"/personnes/{person.id}/carte" in words(browser.get(path)), "where « Annuler » leads"
    made = browser.post(path, form_of(agent, working_day()), status=303)
    assert f"/personnes/{person.id}/carte#appointment-" in str(made.location)
    assert "Aucun rendez-vous" not in words(browser.get(f"/personnes/{person.id}/carte"))


def test_a_closed_file_offers_no_new_appointment_on_its_card(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    with agent.at_work() as session:
        session.execute(update(Person).values(stage="closed"))
    browser = federation.member(federation.platform, "receptionist").browser()
    head = words(browser.get(f"/personnes/{person.id}/carte")).split("page-acts")[1].split("</div>")[0]
    assert "rendez-vous" not in head
