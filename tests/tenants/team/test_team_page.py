"""The coordinator's page: newcomers with a proposed agent and the reasons, agents by stages, absences to cover."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, update

from clais.audit.models import AuditEvent
from clais.clock import now, today
from clais.database import new_id
from clais.dates import working_days_after
from clais.identity.models import Membership
from tenants.agenda.models import Appointment
from tenants.orientation.models import ActionPlan
from tenants.people.models import HandOver, Person
from tenants.team.actions.members import note_absence
from tenants.team.actions.newcomers import note_wishes
from tests.clais.exchange.referrals.test_announcements import lines_of, mails_of
from tests.support.federation import Browser, Federation, Member
from tests.support.referrals import a_person
from tests.support.statements import shapes
from tests.tenants.agenda.days import an_appointment
from tests.tenants.people.newcomers import words
from tests.tenants.team.teams import a_coordinator, a_newcomer, an_agent, referent_of, with_pattern


def newcomers_part(page: str) -> str:
    return page.partition('id="newcomers"')[2].partition("</section>")[0]


def entrust(browser: Browser, person: Person, to: Member, status: int = 303, **more: str) -> str:
    form = {"referent": str(to.membership.id), "_version": "None", "_submission": str(new_id()), **more}
    return words(browser.post(f"/equipe/nouveaux/{person.id}", form, status=status))


def test_a_newcomer_is_proposed_to_an_agent_with_the_reasons(federation: Federation) -> None:
    paul = a_coordinator(federation)
    an_agent(federation, "Nadia Lambert")
    luc = an_agent(federation, "Luc Delhaye", languages=["ar"], ceiling=45)
    person = a_newcomer(luc, languages=[{"language": "ar", "spoken": "native"}])
    with luc.at_work() as session:
        session.get_one(Person, (person.tenant_id, person.id)).stage_since = today() - timedelta(1)
    page = newcomers_part(words(paul.browser().get("/equipe")))
    assert "Nassim Haddad" in page
    assert "depuis hier" in page
    assert "Pourquoi Luc Delhaye" in page
    assert "parle arabe" in page
    assert "0 dossiers sur 45" in page or "0 dossier sur 45" in page
    assert "Confier à Luc" in page
    assert referent_of(luc, person) is None, "looking gives nothing"


def test_one_click_gives_the_file_and_tells_who_has_it(federation: Federation) -> None:
    paul, luc = a_coordinator(federation), an_agent(federation, "Luc Delhaye")
    person, browser = a_newcomer(luc), paul.browser()
    page = newcomers_part(browser.get("/equipe").get_data(as_text=True))
    form = page.partition(f"/equipe/nouveaux/{person.id}")[2].partition("</form>")[0]
    sent = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form))
    browser.post(f"/equipe/nouveaux/{person.id}", sent, status=303)
    assert referent_of(luc, person) is not None
    given_to = luc if referent_of(luc, person) == luc.membership.id else paul
    assert len(lines_of(given_to)) == len(mails_of(given_to)) == (given_to is luc)
    assert "Chaque dossier ouvert a un référent." in words(browser.get("/equipe"))
    # The second of two clicks.
    browser.post(f"/equipe/nouveaux/{person.id}", sent, status=303)
    with luc.at_work() as session:
        assert len(session.scalars(select(HandOver)).all()) == 1


def test_all_newcomers_are_given_as_proposed_in_one_click(federation: Federation) -> None:
    paul = a_coordinator(federation)
    with_pattern(paul, takes_newcomers=False)
    luc, nadia = an_agent(federation, "Luc Delhaye"), an_agent(federation, "Nadia Lambert")
    people = [a_newcomer(luc, f"Famille{letter}") for letter in "ABCD"]
    browser = paul.browser()
    page = browser.get("/equipe").get_data(as_text=True)
    assert "Confier les 4 comme proposé" in page
    proposals = re.findall(r'name="proposals" value="([^"]+)"', page)
    assert len(proposals) == 4
    entrust(browser, people[0], nadia)
    answer = browser.post("/equipe/nouveaux", {"proposals": proposals, "_submission": str(new_id())}, status=303)
    said = words(browser.get(answer.location))
    assert "3 dossiers confiés." in said
    assert "1 dossier n'a pas été confié" in said, "a colleague gave it meanwhile"
    proposed = {text.split(" ")[0]: text.split(" ")[1] for text in proposals}
    found = {str(person.id): str(referent_of(luc, person)) for person in people}
    assert found == {**proposed, str(people[0].id): str(nadia.membership.id)}
    assert set(proposed.values()) == {str(luc.membership.id), str(nadia.membership.id)}, "each takes some"


def test_to_pass_a_ceiling_is_asked_and_on_record(federation: Federation) -> None:
    paul = a_coordinator(federation)
    luc = an_agent(federation, "Luc Delhaye", ceiling=1)
    a_person(luc)
    person, browser = a_newcomer(luc), paul.browser()
    asked = entrust(browser, person, luc, status=422)
    assert "1 dossier sur 1" in asked
    assert "Oui, un dossier au-dessus du plafond" in asked
    assert referent_of(luc, person) is None
    entrust(browser, person, luc, above_ceiling="true")
    assert referent_of(luc, person) == luc.membership.id
    with paul.at_work() as session:
        found = session.scalars(select(AuditEvent).where(AuditEvent.verb == "team.pass_ceiling")).all()
        assert [(event.subject_id, event.person_id) for event in found] == [(luc.membership.id, person.id)]


def test_who_is_full_is_not_given_newcomers_with_the_others(federation: Federation) -> None:
    paul = a_coordinator(federation)
    with_pattern(paul, ceiling=1)
    a_person(paul)
    people = [a_newcomer(paul, name) for name in ("Un", "Deux")]
    browser = paul.browser()
    page = browser.get("/equipe").get_data(as_text=True)
    assert 'name="proposals"' not in page
    assert "plafond atteint" in page
    pairs = [f"{person.id} {paul.membership.id} None" for person in people]
    browser.post("/equipe/nouveaux", {"proposals": pairs}, status=303)
    assert [referent_of(paul, person) for person in people] == [None, None]


def test_who_chooses_after_a_colleague_is_told_who_has_the_file(federation: Federation) -> None:
    paul, luc, nadia = a_coordinator(federation), an_agent(federation, "Luc Delhaye"), an_agent(federation, "Nadia L")
    person, browser = a_newcomer(luc), paul.browser()
    entrust(browser, person, luc)
    told = entrust(browser, person, nadia, status=409)
    assert "Luc Delhaye" in told
    assert "Nadia L" in told
    assert referent_of(luc, person) == luc.membership.id


def test_whom_a_person_asks_for_comes_first_and_whom_they_refuse_last(federation: Federation) -> None:
    paul = a_coordinator(federation)
    agents = [an_agent(federation, name) for name in ("Anna", "Bruno", "Carla")]
    person, browser = a_newcomer(paul), paul.browser()
    form = {"asked": str(agents[2].membership.id), "not_again": str(agents[0].membership.id)}
    desk = federation.member(federation.platform, "receptionist", "Julie Skalski").browser()
    desk.post(f"/equipe/souhaits/{person.id}", form, status=303)
    page = words(browser.get(f"/equipe/nouveaux/{person.id}"))
    order = [page.index(f'value="{agent.membership.id}"') for agent in agents]
    assert order[2] < order[1] < order[0]
    assert "demandé·e par la personne" in page
    assert "la personne préfère quelqu'un d'autre" in page
    desk.post(f"/equipe/souhaits/{person.id}", {}, status=303)
    assert (
        "demandé·e"
        not in words(browser.get(f"/equipe/nouveaux/{person.id}")).partition("<form")[2].partition("Dans l'ordre")[0]
    )


def rows_of(browser: Browser, url: str) -> int:
    """How many files the list behind a number has."""
    page = browser.client.get(url).get_data(as_text=True)
    return len(re.findall(r'scope="row" class="who"', page.partition("<tbody")[2]))


def test_every_number_is_that_of_the_list_that_it_opens(federation: Federation) -> None:
    paul, luc = a_coordinator(federation), an_agent(federation, "Luc Delhaye", ceiling=3)
    gone = an_agent(federation, "Inès Partie")
    stages = ("registered", "in_intake", "in_orientation", "in_follow_up", "closed")
    for member in (paul, luc, gone):
        for place, stage in enumerate(stages):
            contact = today() - timedelta(days=29 + place) if place else None
            person = a_person(member, f"De {stage}", last_contact_on=contact)
            with member.at_work() as session:
                session.execute(update(Person).where(Person.id == person.id).values(stage=stage))
    a_newcomer(luc)
    late = a_person(luc, "Enretard", last_contact_on=today())
    with luc.at_work() as session:
        for days in (3, 9):
            session.add(ActionPlan(person_id=late.id, goal="Un emploi", review_on=today() - timedelta(days)))
    with gone.at_work() as session:
        session.execute(update(Membership).where(Membership.id == gone.membership.id).values(ended_at=now()))
    browser = paul.browser()
    matrix = browser.get("/equipe").get_data(as_text=True).partition('class="matrix')[2]
    numbers = re.findall(r'<td[^>]*><a href="([^"]+)">(\d+)<', matrix)
    assert len(numbers) > 12
    for url, number in numbers:
        assert rows_of(browser, url.replace("&amp;", "&")) == int(number), url
    loads = re.findall(r'<a href="([^"]+)"><span class="load">(\d+)', matrix)
    assert [int(number) for _url, number in loads] == [5, 4, 5, 14]
    for url, number in loads:
        assert rows_of(browser, url.replace("&amp;", "&")) == int(number), url
    assert "5 dossiers sur 3" in words(browser.get("/equipe"))


def test_an_absence_says_what_falls_into_it(federation: Federation) -> None:
    paul, luc = a_coordinator(federation), an_agent(federation, "Luc Delhaye")
    first = working_days_after(today(), 3)
    person = a_person(luc)
    an_appointment(luc, person, now() + timedelta(days=(first - today()).days))
    an_appointment(luc, person, now() + timedelta(days=(first - today()).days + 30))
    with luc.at_work() as session:
        session.add(ActionPlan(person_id=person.id, goal="Un emploi", review_on=first))
        note_absence(session, luc.actor, luc.membership, starts_on=first, ends_on=first, kind="leave")
        assert len(session.scalars(select(Appointment)).all()) == 2
    page = words(paul.browser().get("/equipe"))
    assert "1 rendez-vous, 1 plan à évaluer" in page
    assert "1 absence à couvrir" in page


@pytest.mark.parametrize("newcomers", [1, 9])
def test_the_page_costs_at_most_six_statements_whoever_waits(
    federation: Federation, engine: Engine, newcomers: int
) -> None:
    paul = a_coordinator(federation)
    for number in range(newcomers):
        member = an_agent(federation, f"Agent {number}", ceiling=2)
        person = a_newcomer(member, f"Famille {number}")
        a_person(member, f"Suivie {number}")
        with member.at_work() as session:
            note_wishes(session, member.actor, person, asked=[member.membership.id], not_again=[])
            day = today() + timedelta(days=1)
            note_absence(session, member.actor, member.membership, starts_on=day, ends_on=day, kind="leave")
    browser = paul.browser()
    browser.get("/equipe")
    assert len(shapes(engine, browser, "/equipe")) <= 6


def test_nobody_but_a_coordinator_hands_out_files(federation: Federation) -> None:
    luc = an_agent(federation, "Luc Delhaye")
    person, browser = a_newcomer(luc), luc.browser()
    browser.get("/equipe", status=403)
    browser.get(f"/equipe/nouveaux/{person.id}", status=403)
    browser.post(f"/equipe/nouveaux/{person.id}", {"referent": str(luc.membership.id)}, status=403)
    assert referent_of(luc, person) is None


def test_newcomers_and_members_of_another_platform_do_not_exist(federation: Federation) -> None:
    paul, other = a_coordinator(federation), federation.other_agent()
    theirs, ours = a_newcomer(other), a_newcomer(paul)
    browser = paul.browser()
    assert str(theirs.id) not in browser.get("/equipe").get_data(as_text=True)
    browser.get(f"/equipe/nouveaux/{theirs.id}", status=404)
    entrust(browser, ours, other, status=422)
    browser.post("/equipe/nouveaux", {"proposals": [f"{theirs.id} {paul.membership.id} None"]}, status=404)
    browser.get(f"/equipe/membres/{other.membership.id}", status=404)
    assert referent_of(other, theirs) is None
