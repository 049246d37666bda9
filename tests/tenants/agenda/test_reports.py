"""What was said in an interview is its author's: nobody writes over it, and nobody takes it away."""

from html import unescape

from sqlalchemy import select

from clais.clock import today
from clais.web.conflicts import version_of
from tenants.agenda.models import Appointment
from tenants.agenda.silence import without_contact
from tenants.follow_up.models import Contact
from tests.support.federation import Federation, Member
from tests.tenants.agenda.days import a_file, an_appointment, reload, state_of

SAID = "A trouvé une garde pour le petit."


def contact(member: Member) -> Contact:
    with member.at_work() as session:
        return session.scalars(select(Contact).where(Contact.tenant_id == member.tenant.id)).one()


def write(member: Member, url: str, text: str, status: int) -> str:
    browser = member.browser()
    form = {"summary": text, "minutes": "45", "back": "file", "_version": version_of(contact(member))}
    return browser.post(f"{url}/compte-rendu", form, status=status).get_data(as_text=True)


def test_whoever_writes_what_was_said_signs_it_though_the_reception_noted_that_the_person_came(
    federation: Federation,
) -> None:
    agent = federation.agent()
    reception = federation.member(federation.platform, "receptionist", "Julie Skalski")
    url = f"/rendez-vous/{an_appointment(agent, a_file(agent)).id}"
    reception.browser().post(f"{url}/presence", {"back": "day"}, status=303)
    assert contact(agent).author_name == "Julie Skalski"
    write(agent, url, SAID, 303)
    assert (contact(agent).author_name, contact(agent).summary) == ("Nadia Lambert", SAID)


def test_nobody_writes_over_it_under_its_author_s_name(federation: Federation) -> None:
    agent = federation.agent()
    colleague = federation.member(federation.platform, "agent", "Luc Delhaye")
    url = f"/rendez-vous/{an_appointment(agent, a_file(agent)).id}"
    agent.browser().post(f"{url}/presence", {"back": "day"}, status=303)
    write(agent, url, SAID, 303)
    page = write(colleague, url, "Autre chose.", 422)
    assert "Nadia Lambert a écrit ce compte rendu" in page
    assert "Autre chose." in page, "what was typed stays"
    shown = colleague.browser().get(f"{url}/compte-rendu", status=303)
    assert shown.location.endswith(url)
    assert (contact(agent).author_name, contact(agent).summary) == ("Nadia Lambert", SAID)
    write(agent, url, f"{SAID} Dès lundi.", 303)
    assert contact(agent).summary == f"{SAID} Dès lundi."


def test_nobody_takes_it_away_by_undoing_the_appointment(federation: Federation) -> None:
    agent = federation.agent()
    reception = federation.member(federation.platform, "receptionist", "Julie Skalski")
    appointment = an_appointment(agent, a_file(agent))
    url = f"/rendez-vous/{appointment.id}"
    agent.browser().post(f"{url}/presence", {"back": "day"}, status=303)
    write(agent, url, SAID, 303)
    browser = reception.browser()
    browser.post(f"{url}/retour", {"back": "day"}, status=303)
    assert "Le compte rendu est écrit" in browser.get("/ma-journee").get_data(as_text=True)
    assert (state_of(agent, appointment), contact(agent).summary) == ("came", SAID)
    agent.browser().post(f"{url}/retour", {"back": "day"}, status=303)
    assert state_of(agent, appointment) == "planned", "its author may, the same day"
    assert contact(agent).summary == SAID


def test_undoing_the_outcome_keeps_what_was_written_until_another_is_chosen(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    appointment, browser = an_appointment(agent, person), agent.browser()
    url = f"/rendez-vous/{appointment.id}"
    browser.post(f"{url}/presence", {"back": "day"}, status=303)
    write(agent, url, SAID, 303)
    browser.post(f"{url}/retour", {"back": "appointment"}, status=303)
    assert reload(agent, person).last_contact_on is None
    page = unescape(browser.get(url).get_data(as_text=True))
    assert SAID in page
    assert "Le compte rendu est gardé" in page
    assert SAID in browser.get(f"{url}/compte-rendu").get_data(as_text=True), "and in the form, to be sent again"
    browser.post(f"{url}/presence", {"back": "day"}, status=303)
    assert reload(agent, person).last_contact_on == today()
    assert (contact(agent).summary, contact(agent).outcome) == (SAID, "reached")


def test_a_kept_report_follows_to_an_absence_and_can_be_written_on(federation: Federation) -> None:
    agent = federation.agent()
    appointment, browser = an_appointment(agent, a_file(agent)), agent.browser()
    url = f"/rendez-vous/{appointment.id}"
    browser.post(f"{url}/presence", status=303)
    write(agent, url, SAID, 303)
    for step, outcome in (("retour", "unfiled"), ("absence", "absent"), ("retour", "unfiled")):
        browser.post(f"{url}/{step}", status=303)
        assert (contact(agent).summary, contact(agent).outcome) == (SAID, outcome)
    write(agent, url, f"{SAID} Dès lundi.", 303)
    assert (contact(agent).summary, contact(agent).outcome) == (f"{SAID} Dès lundi.", "reached")


def test_a_kept_report_is_neither_contact_nor_attempt(federation: Federation) -> None:
    agent = federation.agent()
    appointment, browser = an_appointment(agent, a_file(agent)), agent.browser()
    browser.post(f"/rendez-vous/{appointment.id}/presence", status=303)
    write(agent, f"/rendez-vous/{appointment.id}", SAID, 303)
    browser.post(f"/rendez-vous/{appointment.id}/retour", status=303)
    with agent.at_work() as session:
        found = without_contact(session, agent.membership.id, days=0)
        assert [last for _person, last, _coming in found] == [None]


NOTE, CORRECT, READ = "Noter l'entretien", "Corriger", "Lire le compte rendu"


def the_act_of(member: Member, appointment: Appointment, where: str) -> str:
    """What a page proposes first for an appointment."""
    page = unescape(member.browser().get(where).get_data(as_text=True))
    _before, row = page.split(f'id="appointment-{appointment.id}"', 1)
    act = row.split('<div class="act">', 1)[1].split("</li>", 1)[0]
    return next((label for label in (NOTE, CORRECT, READ) if label in act), "")


def test_a_written_report_is_corrected_by_its_author_and_read_by_others_wherever_an_act_is_proposed(
    federation: Federation,
) -> None:
    agent, colleague = federation.agent(), federation.member(federation.platform, "agent", "Luc Delhaye")
    person = a_file(agent)
    appointment = an_appointment(agent, person)
    url, file = f"/rendez-vous/{appointment.id}", f"/personnes/{person.id}"
    team = f"/agenda?view=day&agent={agent.membership.id}"
    browser = agent.browser()
    browser.post(f"{url}/presence", {"back": "day"}, status=303)
    assert {the_act_of(agent, appointment, where) for where in ("/ma-journee", team, file, url)} == {NOTE}
    assert {the_act_of(colleague, appointment, where) for where in (team, file, url)} == {NOTE}
    write(agent, url, SAID, 303)
    assert {the_act_of(agent, appointment, where) for where in ("/ma-journee", team, file, url)} == {CORRECT}
    assert {the_act_of(colleague, appointment, where) for where in (team, file)} == {READ}
    assert the_act_of(colleague, appointment, url) == "", "that page shows it"
    assert "Corriger le compte rendu" in browser.get(f"{url}/compte-rendu").get_data(as_text=True)
