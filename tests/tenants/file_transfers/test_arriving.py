"""A platform that is offered a file looks into it, takes it over or refuses it; the other side closes its own."""

from datetime import timedelta

from sqlalchemy import select

from clais import clock
from clais.clock import now
from clais.dates import end_of
from clais.exchange.referrals.announcing import announce
from clais.exchange.referrals.jobs import lapse_unanswered
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.reminding import remind
from tenants.agenda.models import Appointment
from tenants.exits.models import PersonExit
from tenants.file_transfers.actions import CLOSE
from tenants.file_transfers.models import FileArrival
from tenants.follow_up.models import Note
from tenants.orientation.queries import current_plan, plan_content
from tenants.people.matching.keys import put_keys
from tenants.people.models import Person
from tests.clais.exchange.referrals.test_announcements import lines_of, run
from tests.support.federation import Federation, Member
from tests.support.file_transfers import looked_at, offered, with_plan
from tests.support.referrals import a_person
from tests.support.work import run_due
from tests.tenants.agenda.days import an_appointment
from tests.tenants.people.newcomers import words


def the_only_person(member: Member) -> Person:
    with member.at_work() as session:
        return session.scalars(select(Person)).one()


def registered(member: Member) -> Person:
    """The same person on this side, whom the check for duplicates finds."""
    person = a_person(member)
    with member.at_work() as session:
        put_keys(session, session.get_one(Person, (person.tenant_id, person.id)), member.federation.keyring)
    return person


def state_of(member: Member, referral: Referral) -> str:
    with member.at_work() as session:
        return session.get_one(Referral, (referral.tenant_id, referral.id)).state


def stage_of(member: Member, person: Person) -> str:
    with member.at_work() as session:
        return session.get_one(Person, (person.tenant_id, person.id)).stage


def test_the_need_comes_before_the_name(federation: Federation) -> None:
    agent, taker = federation.agent(), federation.other_agent()
    referral = offered(agent, a_person(agent), federation.other_platform)
    browser = taker.browser()
    leads = federation.member(federation.other_platform, "coordinator", "Ann Coppens").browser()
    for reader, page in ((browser, "/transferts"), (browser, f"/transferts/{referral.id}"), (leads, "/ma-journee")):
        told = words(reader.get(page))
        assert "Marchetti" not in told
        assert f"Farciennes {federation.tag}" in told
    assert "Elle a déménagé." in words(browser.get(f"/transferts/{referral.id}"))
    browser.post(f"/transferts/{referral.id}/reception", status=303)
    assert "Sofia Marchetti" in words(browser.get(f"/transferts/{referral.id}"))
    assert state_of(agent, referral) == "received"


def test_taken_over_it_is_a_file_here_and_is_closed_there(federation: Federation) -> None:
    agent, taker = federation.agent(), federation.other_agent()
    person = a_person(agent)
    with_plan(agent, person)
    appointment = an_appointment(agent, person, now() + timedelta(days=3))
    referral = offered(agent, person, federation.other_platform)
    looked_at(taker, referral)
    form = {"take_over-manner": "paper", "take_over-referent": str(taker.membership.id)}
    taker.browser().post(f"/transferts/{referral.id}/reprise", form, status=303)
    theirs = the_only_person(taker)
    assert (theirs.family_name, theirs.phone, theirs.postal_code, theirs.street) == (
        "Marchetti", "+32470123456", "6240", "Rue du Puits",
    )  # fmt: skip
    assert (theirs.referent_id, theirs.stage, theirs.status) == (
        taker.membership.id,
        "registered",
        "integration_income",
    )
    assert state_of(agent, referral) == "handed_over"
    run_due(federation.app, CLOSE)
    assert stage_of(agent, person) == "closed"
    with agent.at_work() as session:
        left = session.scalars(select(PersonExit)).one()
        assert (left.reason, left.result) == ("handed_over", "unknown")
        assert session.get_one(Appointment, (appointment.tenant_id, appointment.id)).state == "cancelled"
        assert current_plan(session, person.id) is None
    assert "Dossier repris" in words(taker.browser().get(f"/personnes/{theirs.id}/fil"))


def test_what_was_left_to_do_becomes_a_plan_in_a_click(federation: Federation) -> None:
    agent, taker = federation.agent(), federation.other_agent()
    person = a_person(agent)
    with_plan(agent, person)
    referral = offered(agent, person, federation.other_platform)
    looked_at(taker, referral)
    browser = taker.browser()
    browser.post(f"/transferts/{referral.id}/reprise", {"take_over-manner": "paper"}, status=303)
    browser.post(f"/transferts/{referral.id}/plan", status=303)
    with taker.at_work() as session:
        plan = current_plan(session, session.scalars(select(Person.id)).one())
        assert plan is not None
        content = [(objective.text, [step.text for step in steps]) for objective, steps in plan_content(session, plan)]
    assert content == [("Parler assez", ["Passer le test de français"]), ("Un permis", [])]
    browser.post(f"/transferts/{referral.id}/plan", status=409)


def test_who_has_a_file_here_gets_no_second_one(federation: Federation) -> None:
    agent, taker = federation.agent(), federation.other_agent()
    known = registered(taker)
    referral = offered(agent, a_person(agent), federation.other_platform)
    looked_at(taker, referral)
    url, browser = f"/transferts/{referral.id}/reprise", taker.browser()
    asked = words(browser.post(url, {"take_over-manner": "paper"}, status=422))
    assert known.reference in asked
    assert state_of(agent, referral) == "received"
    browser.post(url, {"take_over-into": str(known.id), "take_over-compared": str(known.id)}, status=303)
    assert the_only_person(taker).id == known.id
    with taker.at_work() as session:
        assert session.scalars(select(FileArrival.person_id)).one() == known.id


def test_who_is_somebody_else_gets_a_file(federation: Federation) -> None:
    agent, taker = federation.agent(), federation.other_agent()
    known = registered(taker)
    referral = offered(agent, a_person(agent), federation.other_platform)
    looked_at(taker, referral)
    url, browser = f"/transferts/{referral.id}/reprise", taker.browser()
    another = {"take_over-manner": "spoken", "take_over-into": "another"}
    browser.post(url, another, status=422)  # Nobody looked at the file that is alike.
    browser.post(url, another | {"take_over-compared": str(known.id)}, status=303)
    with taker.at_work() as session:
        assert len(session.scalars(select(Person)).all()) == 2


def test_a_refusal_says_why_and_the_file_stays_open(federation: Federation) -> None:
    agent, taker = federation.agent(), federation.other_agent()
    person = a_person(agent)
    referral = offered(agent, person, federation.other_platform)
    looked_at(taker, referral)
    browser = taker.browser()
    browser.post(f"/transferts/{referral.id}/refus", {}, status=422)
    browser.post(f"/transferts/{referral.id}/refus", {"refuse-reason": "lives_elsewhere"}, status=303)
    run_due(federation.app, CLOSE)
    assert stage_of(agent, person) == "registered"
    assert "N'habite pas ici" in words(agent.browser().get(f"/relais/{referral.id}"))
    browser.post(f"/transferts/{referral.id}/reprise", {"take_over-manner": "paper"}, status=409)


def test_a_file_that_is_called_back_is_not_taken_over(federation: Federation) -> None:
    agent, taker = federation.agent(), federation.other_agent()
    referral = offered(agent, a_person(agent), federation.other_platform)
    looked_at(taker, referral)
    agent.browser().post(f"/relais/{referral.id}/annulation", {"reason": "other"}, status=303)
    told = words(taker.browser().post(f"/transferts/{referral.id}/reprise", {"take_over-manner": "paper"}, status=409))
    assert "Annulé" in told
    with taker.at_work() as session:
        assert session.scalars(select(Person)).all() == []


def test_a_withdrawn_agreement_shows_nothing_any_more(federation: Federation) -> None:
    agent, taker = federation.agent(), federation.other_agent()
    referral = offered(agent, a_person(agent), federation.other_platform)
    looked_at(taker, referral)
    agent.browser().post(f"/relais/{referral.id}/retrait", {}, status=303)
    taker.browser().get(f"/transferts/{referral.id}", status=404)
    taker.browser().post(f"/transferts/{referral.id}/reprise", {"take_over-manner": "paper"}, status=404)
    assert referral.reference not in words(taker.browser().get("/transferts"))
    with taker.at_work() as session:
        assert session.scalars(select(Person)).all() == []


def test_after_two_weeks_the_offer_lapses_and_nobody_is_closed(federation: Federation) -> None:
    agent, taker = federation.agent(), federation.other_agent()
    person = a_person(agent)
    referral = offered(agent, person, federation.other_platform)
    run(federation, federation.platform, lapse_unanswered)
    assert state_of(agent, referral) == "requested"
    with clock.set_to(now() + timedelta(days=15)):
        run(federation, federation.platform, lapse_unanswered)
        assert state_of(agent, referral) == "lapsed"
        taker.browser().post(f"/transferts/{referral.id}/reception", status=409)
    assert stage_of(agent, person) != "closed"


def test_who_may_answer_is_told_once(federation: Federation) -> None:
    agent, taker = federation.agent(), federation.other_agent()
    referral = offered(agent, a_person(agent), federation.other_platform)
    for _again in range(2):
        run(federation, federation.other_platform, announce)
    (line,) = lines_of(taker)
    assert referral.reference in line
    assert "Marchetti" not in line
    shown = taker.browser().get(f"/relais/{referral.id}", status=302)
    assert str(shown.location).endswith(f"/transferts/{referral.id}")


def test_whoever_comes_back_stays_open(federation: Federation) -> None:
    """A file that was closed since it was given on, and opened again, is not closed a second time."""
    agent, taker = federation.agent(), federation.other_agent()
    person = a_person(agent)
    referral = offered(agent, person, federation.other_platform)
    looked_at(taker, referral)
    taker.browser().post(f"/transferts/{referral.id}/reprise", {"take_over-manner": "paper"}, status=303)
    run_due(federation.app, CLOSE)
    agent.browser().post(f"/personnes/{person.id}/etapes", {"transition": "reopen"}, status=303)
    run_due(federation.app, CLOSE)
    assert stage_of(agent, person) == "in_intake"


def test_shared_notes_go_on_and_say_where_they_come_from(federation: Federation) -> None:
    agent, taker = federation.agent(), federation.other_agent()
    person = a_person(agent)
    with agent.at_work() as session:
        note = Note(
            person_id=person.id, text="Préfère le matin.", note_class="shareable",
            author_id=agent.membership.id, author_name="Nadia", readers=[],
        )  # fmt: skip
        session.add(note)
        session.flush()
        code = f"note.{note.id.hex}"
    referral = offered(agent, person, federation.other_platform, ("name", "phone", code))
    looked_at(taker, referral)
    taker.browser().post(f"/transferts/{referral.id}/reprise", {"take_over-manner": "paper"}, status=303)
    with taker.at_work() as session:
        text = session.scalars(select(Note.text)).one()
    assert "Préfère le matin." in text
    assert "Farciennes" in text


def test_each_side_takes_its_own_steps_alone(federation: Federation) -> None:
    """Whoever offers does not take over, whoever is offered does not call back, and the centre reads none of it."""
    agent, taker = federation.agent(), federation.other_agent()
    referral = offered(agent, a_person(agent), federation.other_platform)
    for act in ("reception", "reprise", "refus", "messages", "plan"):
        agent.browser().post(f"/transferts/{referral.id}/{act}", status=404)
    agent.browser().get(f"/transferts/{referral.id}", status=404)
    for act in ("annulation", "retrait", "messages"):
        taker.browser().post(f"/relais/{referral.id}/{act}", status=404)
    officer = federation.officer().browser()
    officer.get(f"/a-traiter/{referral.id}", status=404)
    officer.get(f"/transferts/{referral.id}", status=403)
    assert state_of(agent, referral) == "requested"


def test_what_is_sensitive_is_for_who_reads_that_of_files(federation: Federation) -> None:
    agent, taker = federation.agent(), federation.other_agent()
    coordinator = federation.member(federation.other_platform, "coordinator", "Ann Coppens")
    person = a_person(agent, status="sickness")
    referral = offered(agent, person, federation.other_platform, ("name", "phone", "status"))
    looked_at(taker, referral)
    url = f"/transferts/{referral.id}"
    assert "1 donnée sensible" in words(taker.browser().get(url))
    assert "1 donnée sensible" not in words(coordinator.browser().get(url))


def test_whoever_may_answer_is_reminded_before_the_offer_lapses(federation: Federation) -> None:
    agent, taker = federation.agent(), federation.other_agent()
    referral = offered(agent, a_person(agent), federation.other_platform)
    run(federation, federation.other_platform, remind)
    assert lines_of(taker) == []
    assert referral.answer_due_on is not None
    with clock.set_to(end_of(referral.answer_due_on) - timedelta(hours=12)):
        for _again in range(2):
            run(federation, federation.other_platform, remind)
    (line,) = lines_of(taker)
    assert referral.reference in line
