"""Lists of presence: who is expected on a day, with a place for each signature; for its maker, for a day."""

from datetime import time, timedelta
from html import unescape

import pytest
from sqlalchemy import select

from clais import clock
from clais.audit.models import AuditEvent
from clais.clock import now, today
from clais.dates import moment_of
from clais.encryption import Keyring
from clais.sealing import unseal
from clais.web.routing import Application
from tenants.agenda.actions import cancel
from tenants.agenda.models import Appointment
from tenants.printing.actions import FORGET, KEPT
from tenants.printing.models import JointPrintout
from tests.support.federation import Federation, Member
from tests.support.printing import quickly
from tests.support.referrals import a_person
from tests.support.work import run_due
from tests.tenants.agenda.days import an_appointment
from tests.tenants.desk.visits import NAMES, comes


@pytest.fixture
def agent(federation: Federation) -> Member:
    return federation.agent()


def the_list(member: Member) -> JointPrintout:
    with member.at_work() as session:
        return session.scalars(select(JointPrintout).where(JointPrintout.tenant_id == member.tenant.id)).one()


def test_the_appointments_of_a_day_are_listed_by_hour_with_a_place_to_sign(
    app: Application, agent: Member, federation: Federation, keyring: Keyring
) -> None:
    luc = federation.member(federation.platform, "agent", "Luc Delhaye")
    day = today() + timedelta(days=3)
    names = ("Albin", "Brun", "Caro")
    people = {name: a_person(agent, name, "Ada") for name in names}
    an_appointment(agent, people["Brun"], moment_of(day, time(11)))
    an_appointment(agent, people["Albin"], moment_of(day, time(9)))
    an_appointment(luc, people["Caro"], moment_of(day, time(10)))
    gone = an_appointment(agent, people["Caro"], moment_of(day, time(15)))
    with agent.at_work() as session:
        cancel(session, session.get_one(Appointment, (gone.tenant_id, gone.id)), agent.actor)
    place = f"/agenda/presences?day={day:%Y-%m-%d}&agent={agent.membership.id}"
    assert "Liste de présence" in agent.browser().get(f"/agenda?view=day&day={day:%Y-%m-%d}").get_data(as_text=True)
    location = agent.browser().post(place, {}, status=303).location
    joint = the_list(agent)
    facts = unseal(keyring, joint)
    said = unescape(facts["texts"][0])
    assert said.index("Albin") < said.index("Brun")
    assert "Caro" not in said
    assert "15:00" not in said
    assert "<td></td></tr>" in said
    assert set(facts["people"]) == {str(people[name].id) for name in ("Albin", "Brun")}
    quickly(app)
    assert "Télécharger le PDF" in agent.browser().get(location).get_data(as_text=True)
    luc.browser().post(f"/imprimes/{joint.id}/fichier", {}, status=404)
    agent.browser().post(f"/imprimes/{joint.id}/fichier", {}, status=200)
    with agent.at_work() as session:
        verbs = session.scalars(select(AuditEvent.verb).where(AuditEvent.verb.startswith("joint_printout"))).all()
    assert sorted(verbs) == ["joint_printout.give", "joint_printout.open"]
    with clock.set_to(now() + KEPT + timedelta(minutes=1)):
        run_due(app, FORGET)
    agent.browser().post(f"/imprimes/{joint.id}/fichier", {}, status=404)


def test_the_permanence_of_today_has_who_is_expected_and_who_came_and_no_name_that_is_erased_tonight(
    agent: Member, federation: Federation, keyring: Keyring
) -> None:
    desk = federation.member(federation.platform, "receptionist", "Julie Skalski")
    an_appointment(agent, a_person(agent, "Albin", "Ada"), moment_of(today(), time(20)))
    comes(desk, names=NAMES | {"family_name": "Passant"})
    assert "Liste de présence" in desk.browser().get("/guichet").get_data(as_text=True)
    desk.browser().post("/guichet/presences", {}, status=303)
    said = unescape(unseal(keyring, the_list(desk))["texts"][0])
    assert "Ada Albin" in said
    assert "sans dossier" in said
    assert "Passant" not in said


def test_a_day_on_which_nobody_is_expected_has_no_list(agent: Member) -> None:
    browser = agent.browser()
    location = browser.post("/agenda/presences", {}, status=303).location
    assert "Personne n'est attendu" in unescape(browser.get(location).get_data(as_text=True))
