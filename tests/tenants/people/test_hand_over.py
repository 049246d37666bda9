"""A file that changes hands: the colleague is told, with a word, and what is new about it follows."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, text

from clais.clock import now, today
from clais.database import Scope, new_id, unit_of_work
from clais.exchange.referrals import actions as referral_actions
from clais.exchange.referrals.announcing import announce
from clais.exchange.referrals.jobs import lapse_unanswered
from clais.identity.actions import change_role, end_membership
from clais.identity.models import Membership
from clais.messaging.models import Notification
from tenants.orientation.actions import plans
from tenants.orientation.actions.plans import NewObjective, NewStep
from tenants.people.models import HandOver, Person
from tests.clais.exchange.referrals.test_announcements import lines_of, mails_of, run
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person, a_referral
from tests.support.statements import statements
from tests.tenants.agenda.days import an_appointment
from tests.tenants.people.newcomers import words


def hand(giver: Member, person: Person, to: Member, word: str = "") -> None:
    with giver.at_work() as session:
        referent = session.get_one(Person, (person.tenant_id, person.id)).referent_id
    form = {"referent": str(to.membership.id), "word": word, "_version": str(referent), "_submission": str(new_id())}
    giver.browser().post(f"/personnes/{person.id}/referent", form, status=303)


def leave(federation: Federation, member: Member) -> None:
    scope = Scope(member.tenant.id, member.tenant.basin_id, member.membership.user_id)
    with unit_of_work(federation.engine, scope) as session:
        end_membership(session, session.get_one(Membership, (member.tenant.id, member.membership.id)))


def test_the_colleague_is_told_on_the_screen_and_by_a_mail_that_names_nobody(federation: Federation) -> None:
    agent, luc = federation.agent(), federation.member(federation.platform, "agent", "Luc Dewit")
    person = a_person(agent)
    hand(agent, person, luc, "Elle préfère être appelée le matin.")
    (line,) = lines_of(luc)
    (mail,) = mails_of(luc)
    for said in (line, mail.subject, mail.body):
        assert "Marchetti" not in said
        assert "matin" not in said
    assert person.reference in line
    assert f"/{federation.platform.slug}/personnes/{person.id}" in mail.body
    assert lines_of(agent) == []
    for page in ("/notifications", "/ma-journee"):
        shown = words(luc.browser().get(page))
        assert "Sofia Marchetti" in shown, "the screen names the person"
        assert "Nadia Lambert\u00a0: «\u00a0Elle préfère être appelée le matin.\u00a0»" in shown
    assert re.search(rf'<a [^>]*href="[^"]*/personnes/{person.id}"[^>]*>Sofia Marchetti', shown), "the name is a link"


def test_without_a_word_the_colleague_is_told_who_gave_the_file(federation: Federation) -> None:
    agent, luc = federation.agent(), federation.member(federation.platform, "agent", "Luc Dewit")
    hand(agent, a_person(agent), luc)
    assert "(par Nadia Lambert)" in words(luc.browser().get("/notifications"))
    assert "(par Nadia Lambert)" in words(luc.browser().get("/ma-journee"))


def test_the_word_stays_on_the_thread_with_who_gave_it_to_whom(federation: Federation) -> None:
    agent, luc = federation.agent(), federation.member(federation.platform, "agent", "Luc Dewit")
    person = a_person(agent)
    hand(agent, person, luc, "Elle préfère être appelée le matin.")
    page = words(luc.browser().get(f"/personnes/{person.id}"))
    assert "Elle préfère être appelée le matin." in page
    assert "Confié à Luc Dewit par Nadia Lambert" in page


def test_who_had_the_file_is_told_that_a_colleague_took_it_over(federation: Federation) -> None:
    agent, luc = federation.agent(), federation.member(federation.platform, "agent", "Luc Dewit")
    person = a_person(agent)
    hand(luc, person, luc)
    assert lines_of(luc) == []
    (line,) = lines_of(agent)
    assert person.reference in line
    assert len(mails_of(agent)) == 1


@pytest.mark.parametrize("length", [500, 501])
def test_a_word_has_at_most_500_characters(federation: Federation, length: int) -> None:
    agent, luc = federation.agent(), federation.member(federation.platform, "agent", "Luc Dewit")
    person = a_person(agent)
    form = {"referent": str(luc.membership.id), "word": "é" * length, "_version": str(agent.membership.id)}
    agent.browser().post(f"/personnes/{person.id}/referent", form, status=303 if length == 500 else 422)
    with agent.at_work() as session:
        assert len(session.scalars(select(HandOver)).all()) == (length == 500)


def test_the_page_shows_how_busy_each_colleague_is_and_chooses_nobody(federation: Federation) -> None:
    agent, luc = federation.agent(), federation.member(federation.platform, "agent", "Luc Dewit")
    person = a_person(agent)
    an_appointment(luc, a_person(luc, "Diallo", "Mariama"))
    a_person(luc, "Lenoir", "Paul")
    page = words(agent.browser().get(f"/personnes/{person.id}/referent"))
    assert "2 dossiers ouverts, 1 rendez-vous cette semaine" in page
    assert " checked" not in page


def test_the_loads_of_ten_colleagues_cost_what_that_of_one_does(federation: Federation, engine: Engine) -> None:
    agent, browser = federation.agent(), federation.agent().browser()
    person = a_person(agent)
    asked = []
    for _round in range(2):
        federation.member(federation.platform, "agent", "Luc Dewit")
        browser.get(f"/personnes/{person.id}/referent")
        with statements(engine) as ran:
            browser.get(f"/personnes/{person.id}/referent")
        asked.append(len(ran))
        for number in range(9):
            a_person(federation.member(federation.platform, "agent", f"Agent {number}"), f"Lenoir{number}")
    assert asked[0] == asked[1]


def test_alone_one_is_told_that_nobody_else_could_take_the_file(federation: Federation) -> None:
    agent = federation.agent()
    page = words(agent.browser().get(f"/personnes/{a_person(agent).id}/referent"))
    assert "Personne d'autre" in page


def test_an_answer_after_the_hand_over_reaches_who_has_the_file_now(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    luc = federation.member(federation.platform, "agent", "Luc Dewit")
    person = a_person(agent)
    referral = a_referral(agent, person)
    hand(agent, person, luc)
    with officer.at_work() as session:
        referral_actions.move(session, officer.actor, referral, "receive")
        referral_actions.move(session, officer.actor, referral, "decline", reason="session_full")
    run(federation, federation.platform, announce)
    assert [line for line in lines_of(agent) if referral.reference in line] == []
    assert len([line for line in lines_of(luc) if referral.reference in line]) == 2
    assert f"/relais/{referral.id}" in luc.browser().get("/ma-journee").get_data(as_text=True)
    assert f"/relais/{referral.id}" not in agent.browser().get("/ma-journee").get_data(as_text=True)


def test_what_the_giver_did_not_read_goes_along_and_what_they_read_is_no_news(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    luc = federation.member(federation.platform, "agent", "Luc Dewit")
    person = a_person(agent)
    referral = a_referral(agent, person)
    with officer.at_work() as session:
        referral_actions.move(session, officer.actor, referral, "receive")
    run(federation, federation.platform, announce)
    agent.browser().get(f"/relais/{referral.id}")
    with officer.at_work() as session:
        referral_actions.post_message(session, officer.actor, referral, "Peut-elle venir mardi ?")
    run(federation, federation.platform, announce)
    hand(agent, person, luc)
    run(federation, federation.platform, announce)
    with luc.at_work() as session:
        rows = session.scalars(select(Notification).where(Notification.subject_type == "referral")).all()
    assert {(row.membership_id == luc.membership.id, row.read_at is None) for row in rows} == {
        (True, True),
        (True, False),
        (False, False),
    }
    unread = [row for row in rows if row.read_at is None]
    assert len(unread) == 1


def test_what_a_member_is_told_of_a_hand_over_is_theirs_alone(federation: Federation) -> None:
    coordinator = federation.member(federation.platform, "coordinator", "Paul Henin")
    agent, luc = federation.agent(), federation.member(federation.platform, "agent", "Luc Dewit")
    ines = federation.member(federation.platform, "agent", "Inès Brahimi")
    person = a_person(agent)
    for to in (luc, agent, ines):
        hand(coordinator, person, to)
    assert [line.partition("\u00a0:")[0] for line in lines_of(ines)] == ["Un dossier vous est confié"]
    assert [line.partition("\u00a0:")[0] for line in unread_of(agent)] == ["Un·e collègue reprend votre dossier"]


def unread_of(member: Member) -> list[str]:
    """What a member has not read."""
    with member.at_work() as session:
        mine = (Notification.membership_id == member.membership.id) & Notification.read_at.is_(None)
        return [row.text for row in session.scalars(select(Notification).where(mine))]


def test_what_the_coordinators_had_not_read_of_a_file_without_referent_goes_to_the_new_one(
    federation: Federation,
) -> None:
    agent, officer = federation.agent(), federation.officer()
    paul = federation.member(federation.platform, "coordinator", "Paul Henin")
    rosa = federation.member(federation.platform, "coordinator", "Rosa Conti")
    luc = federation.member(federation.platform, "agent", "Luc Dewit")
    person = a_person(agent)
    referral = a_referral(agent, person)
    leave(federation, agent)
    with officer.at_work() as session:
        referral_actions.move(session, officer.actor, referral, "receive")
    run(federation, federation.platform, announce)
    assert [len(unread_of(member)) for member in (paul, rosa, luc)] == [1, 1, 0]
    hand(paul, person, luc)
    run(federation, federation.platform, announce)
    assert [len(unread_of(member)) for member in (paul, rosa)] == [0, 0]
    assert len([line for line in unread_of(luc) if referral.reference in line]) == 1


@pytest.mark.parametrize("gone", ["left", "receptionist"])
def test_when_the_referent_is_gone_an_answer_reaches_the_coordinator(federation: Federation, gone: str) -> None:
    agent, officer = federation.agent(), federation.officer()
    paul = federation.member(federation.platform, "coordinator", "Paul Henin")
    colleague = federation.member(federation.platform, "agent", "Luc Dewit")
    person = a_person(agent)
    referral = a_referral(agent, person)
    if gone == "left":
        leave(federation, agent)
    else:
        scope = Scope(agent.tenant.id, agent.tenant.basin_id, agent.membership.user_id)
        with unit_of_work(federation.engine, scope) as session:
            change_role(session, session.get_one(Membership, (agent.tenant.id, agent.membership.id)), gone)
    with officer.at_work() as session:
        referral_actions.move(session, officer.actor, referral, "receive")
    assert run(federation, federation.platform, announce) == 1
    assert [referral.reference in line for line in lines_of(paul)] == [True]
    assert lines_of(colleague) == []
    day = words(paul.browser().get("/ma-journee"))
    assert f"/relais/{referral.id}" in day
    assert f"/personnes/{person.id}/referent" in day, "the file waits for a referent"


def test_without_a_coordinator_it_reaches_the_agents(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    colleague = federation.member(federation.platform, "agent", "Luc Dewit")
    desk = federation.member(federation.platform, "receptionist", "Julie Ska")
    referral = a_referral(agent, a_person(agent))
    leave(federation, agent)
    with officer.at_work() as session:
        referral_actions.move(session, officer.actor, referral, "receive")
    run(federation, federation.platform, announce)
    assert len(lines_of(colleague)) == 1
    assert lines_of(desk) == []


def test_a_late_answer_reaches_who_has_the_file_now(federation: Federation, superuser: Engine) -> None:
    agent, luc = federation.agent(), federation.member(federation.platform, "agent", "Luc Dewit")
    person = a_person(agent)
    referral = a_referral(agent, person)
    with superuser.begin() as connection:
        late = {"due": today() - timedelta(days=1), "id": referral.id}
        connection.execute(text("UPDATE referral SET answer_due_on = :due WHERE id = :id"), late)
    hand(agent, person, luc)
    run(federation, federation.platform, lapse_unanswered)
    assert len([line for line in lines_of(luc) if referral.reference in line]) == 1
    assert [line for line in lines_of(agent) if referral.reference in line] == []
    assert f"/relais/{referral.id}" in luc.browser().get("/ma-journee").get_data(as_text=True)


def test_the_appointments_of_someone_who_left_come_to_who_has_the_file(federation: Federation) -> None:
    agent, luc = federation.agent(), federation.member(federation.platform, "agent", "Luc Dewit")
    appointment = an_appointment(agent, a_person(luc), now() + timedelta(days=2))
    assert "est parti" not in words(luc.browser().get("/ma-journee"))
    leave(federation, agent)
    page = words(luc.browser().get("/ma-journee"))
    assert "est parti" in page
    assert f"/rendez-vous/{appointment.id}" in page


def test_the_late_steps_of_a_file_without_referent_come_to_the_coordinator(federation: Federation) -> None:
    agent = federation.agent()
    paul = federation.member(federation.platform, "coordinator", "Paul Henin")
    person = a_person(agent)
    with agent.at_work() as session:
        row = session.get_one(Person, (person.tenant_id, person.id))
        late = NewStep("Passer le test", "person", today() - timedelta(days=3))
        objective = NewObjective("Parler assez", "languages", (late,))
        plans.start_plan(session, row, agent.actor, goal="Un emploi", objectives=[objective])
    assert "Passer le test" not in words(paul.browser().get("/ma-journee"))
    leave(federation, agent)
    assert "Passer le test" in words(paul.browser().get("/ma-journee"))
