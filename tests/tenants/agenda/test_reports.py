"""What was said in an interview is its author's: nobody writes over it, and nobody takes it away."""

from sqlalchemy import select

from clais.web.conflicts import version_of
from tenants.follow_up.models import Contact
from tests.support.federation import Federation, Member
from tests.tenants.agenda.days import a_file, an_appointment, state_of

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
