"""What is missing is asked for and answered in words; the clock of the answer stands meanwhile."""

from datetime import timedelta

import pytest

from clais import clock
from clais.clock import today
from clais.dates import noon_of, working_days_after, working_days_between
from clais.exchange.referrals.actions import cancel, move
from clais.exchange.referrals.jobs import lapse_unanswered
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.reminding import remind
from clais.workflow import Refused
from tests.clais.exchange.referrals.test_announcements import lines_of, run
from tests.clais.exchange.referrals.test_news_due import days_later, standing
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person, a_referral

QUESTION = "Quel est le niveau de français ?"


def received(agent: Member, officer: Member) -> Referral:
    referral = a_referral(agent, a_person(agent))
    with officer.at_work() as session:
        move(session, officer.actor, referral, "receive")
    return standing(agent, referral)


def asked(agent: Member, officer: Member) -> Referral:
    referral = received(agent, officer)
    with officer.at_work() as session:
        move(session, officer.actor, referral, "ask_missing", comment=QUESTION)
    return standing(agent, referral)


@pytest.mark.parametrize("end", ["supply", "go_on"])
def test_the_day_of_the_answer_is_put_off_by_the_working_days_of_the_pause(federation: Federation, end: str) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = asked(agent, officer)
    assert (referral.state, referral.asked_on) == ("incomplete", today())
    assert referral.answer_due_on is not None
    mover = agent if end == "supply" else officer
    with days_later(20), mover.at_work() as session:
        move(session, mover.actor, referral, end, comment="A2, testé en octobre.")
        pause = working_days_between(referral.asked_on or today(), today())
    found = standing(agent, referral)
    assert pause > 10
    assert (found.state, found.asked_on) == ("received", None)
    assert found.answer_due_on == working_days_after(referral.answer_due_on, pause)


def test_nothing_is_asked_once_the_answer_is_late(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = received(agent, officer)
    assert referral.answer_due_on is not None
    with clock.set_to(noon_of(referral.answer_due_on + timedelta(days=1))):
        assert "Demander ce qui manque" not in officer.browser().get(f"/a-traiter/{referral.id}").get_data(as_text=True)
        with officer.at_work() as session, pytest.raises(Refused, match="too_late"):
            move(session, officer.actor, referral, "ask_missing", comment=QUESTION)


def test_it_does_not_lapse_and_the_coordinator_hears_once_that_it_waits(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    coordinator = federation.member(federation.platform, "coordinator", "Paul Henin")
    referral = asked(agent, officer)
    for days in (40, 41):
        with days_later(days):
            run(federation, federation.platform, lapse_unanswered)
            run(federation, federation.platform, remind)
            run(federation, federation.support_centre, remind)
    assert standing(agent, referral).state == "incomplete"
    (line,) = lines_of(coordinator)
    assert referral.reference in line
    assert lines_of(officer) == []


def test_who_cancels_meanwhile_is_asked_no_more(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = asked(agent, officer)
    with agent.at_work() as session:
        cancel(session, agent.actor, referral, "other", "Voilà.")
    assert standing(agent, referral).asked_on is None


def test_each_side_reads_what_it_has_to_do(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = received(agent, officer)
    desk, office = officer.browser(), agent.browser()
    address = f"/a-traiter/{referral.id}/complement"
    assert "Dites ce qui manque" in desk.post(address, {"ask_missing-comment": ""}, status=422).get_data(as_text=True)
    desk.post(address, {"ask_missing-comment": QUESTION}, status=303)
    assert referral.reference not in desk.get("/a-traiter").get_data(as_text=True)
    assert "Incomplet" in desk.get("/a-traiter?group=incomplete").get_data(as_text=True)
    assert "suspendu" in desk.get(f"/a-traiter/{referral.id}").get_data(as_text=True)
    assert QUESTION in office.get("/ma-journee").get_data(as_text=True)
    assert "votre réponse" in office.get("/relais?group=waiting").get_data(as_text=True)
    assert QUESTION in office.get(f"/relais/{referral.id}").get_data(as_text=True)
    answer = f"/relais/{referral.id}/complement"
    page = office.post(answer, {"answer": ""}, status=422).get_data(as_text=True)
    assert "Écrivez ce qui était demandé" in page
    office.post(answer, {"answer": "A2, testé en octobre."}, status=303)
    assert QUESTION not in office.get("/ma-journee").get_data(as_text=True)
    assert "A2, testé en octobre." in desk.get(f"/a-traiter/{referral.id}").get_data(as_text=True)
    assert standing(agent, referral).state == "received"
