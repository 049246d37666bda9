"""Someone without a given name (« - » on the card) is called by the family name on every page, and never « - »."""

import re
from datetime import time, timedelta

import pytest

from clais.clock import today
from clais.dates import moment_of
from tenants.orientation.actions.plans import NewObjective, NewStep, start_plan
from tenants.people.models import Person
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person, a_referral, a_scheme
from tests.tenants.agenda.days import an_appointment
from tests.tenants.people.newcomers import words

DASH = re.compile(r"(?<![\w-])- (?:Sukarno|est d['’]accord|le demande)|avec -")


def a_plan(agent: Member, person: Person) -> None:
    with agent.at_work() as session:
        objectives = [NewObjective("Parler assez", "languages", (NewStep("Appeler l'école", "agent", None),))]
        kept = session.get_one(Person, (person.tenant_id, person.id))
        start_plan(session, kept, agent.actor, goal="Un emploi", objectives=objectives)


@pytest.fixture
def nameless(federation: Federation) -> tuple[Member, Person, dict[str, str]]:
    """Someone with a plan, an appointment today and a referral; and the pages that name them."""
    agent = federation.agent()
    person = a_person(agent, "Sukarno", "-", last_contact_on=today() - timedelta(days=60))
    a_plan(agent, person)
    appointment = an_appointment(agent, person, moment_of(today(), time(9)))
    scheme, scheme_session = a_scheme(federation.officer())
    referral = a_referral(agent, person, scheme, scheme_session)
    another, _session = a_scheme(federation.officer(), name="Un autre dispositif")
    file = f"/personnes/{person.id}"
    pages = {
        "list": "/personnes", "file": file, "card": f"{file}/carte", "edit": f"{file}/coordonnees",
        "thread": f"{file}/fil", "notes": f"{file}/notes", "contact": f"{file}/contacts/nouveau",
        "reception": f"{file}/accueils/nouveau", "bilan": f"{file}/bilans/nouveau", "wishes": f"{file}/metiers",
        "decision": f"{file}/orientations/nouvelle", "destination": f"{file}/orienter", "plan": f"{file}/plan",
        "print": f"{file}/plan/imprimer", "plan change": f"{file}/plan/modification",
        "evaluation": f"{file}/plan/evaluation", "letter": f"{file}/relais/nouveau?scheme={another.id}",
        "booking": f"{file}/rendez-vous/nouveau", "appointment": f"/rendez-vous/{appointment.id}",
        "report": f"/rendez-vous/{appointment.id}/compte-rendu", "agenda": "/agenda", "day": "/ma-journee",
        "silent": "/sans-contact", "referrals": "/relais?group=waiting", "referral": f"/relais/{referral.id}",
    }  # fmt: skip
    return agent, person, pages


def test_every_page_calls_them_by_the_family_name(nameless: tuple[Member, Person, dict[str, str]]) -> None:
    agent, _person, pages = nameless
    browser = agent.browser()
    read = {name: words(browser.get(address)) for name, address in pages.items()}
    assert [name for name, page in read.items() if "Sukarno" not in page] == []
    assert {name: found[0] for name, page in read.items() if (found := DASH.search(page))} == {}
    assert "Sukarno est d'accord à l'écran" in read["letter"]
