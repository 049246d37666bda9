"""Who has not moved is reminded, then those above are told: each rung once, whatever becomes of the worker."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import select

from clais import clock
from clais.clock import today
from clais.dates import end_of, noon_of, working_days_after, working_days_before
from clais.exchange.referrals.actions import cancel, move
from clais.exchange.referrals.announcing import announce
from clais.exchange.referrals.jobs import lapse_unanswered
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.reminding import next_reminder_at, remind
from clais.messaging.models import OutboxMessage
from tests.clais.exchange.referrals.test_announcements import lines_of, mails_of, run, the_system
from tests.clais.exchange.referrals.test_news_due import standing
from tests.support.federation import Federation
from tests.support.referrals import a_person, a_referral

SOON = "prochain jour ouvrable"
LATE = "en retard"
RECEIPT = "accusé de réception"


@contextmanager
def on(day: date) -> Iterator[None]:
    with clock.set_to(noon_of(day)):
        yield


def test_those_who_answer_are_reminded_a_working_day_before_and_when_it_is_late_once_each(
    federation: Federation,
) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent))
    due = referral.answer_due_on
    assert due is not None
    with officer.at_work() as session:
        move(session, officer.actor, referral, "receive")
    with on(working_days_before(due, 2)):
        assert run(federation, federation.support_centre, remind) == 0
    with on(working_days_before(due, 1)):
        assert run(federation, federation.support_centre, remind) == 1
        assert run(federation, federation.support_centre, remind) == 0
    with on(due):
        assert run(federation, federation.support_centre, remind) == 0
    with on(working_days_after(due, 1)):
        assert run(federation, federation.support_centre, remind) == 1
        assert run(federation, federation.support_centre, remind) == 0
    lines = lines_of(officer)
    assert len(lines) == 2
    assert all(any(said in line for line in lines) for said in (SOON, LATE))
    assert len(mails_of(officer)) == 2


def test_a_receipt_that_is_late_is_told_and_who_acknowledged_hears_nothing(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    waits, received = (a_referral(agent, a_person(agent)) for _number in range(2))
    with officer.at_work() as session:
        move(session, officer.actor, received, "receive")
    assert waits.receive_due_on is not None
    with on(working_days_after(waits.receive_due_on, 1)):
        assert run(federation, federation.support_centre, remind) == 1
        assert run(federation, federation.support_centre, remind) == 0
    (line,) = lines_of(officer)
    assert RECEIPT in line
    assert waits.reference in line


def test_nobody_is_reminded_of_what_was_answered_or_cancelled(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    answered, cancelled = (a_referral(agent, a_person(agent)) for _number in range(2))
    for step in ("receive", "accept"):
        with officer.at_work() as session:
            move(session, officer.actor, answered, step)
    with agent.at_work() as session:
        cancel(session, agent.actor, cancelled, "other", "Voilà.")
    assert answered.answer_due_on is not None
    with on(working_days_after(answered.answer_due_on, 4)):
        lines_before = lines_of(officer)
        run(federation, federation.support_centre, remind)
        assert [line for line in lines_of(officer) if line not in lines_before and "nouvelles" not in line] == []


def test_some_days_later_the_coordinators_hear_of_it_and_the_supervisors_how_many_there_are(
    federation: Federation,
) -> None:
    agent, officer = federation.agent(), federation.officer()
    coordinator = federation.member(federation.platform, "coordinator", "Paul Henin")
    supervisor = federation.member(federation.support_centre, "supervisor", "Paule Maes")
    referral = a_referral(agent, a_person(agent))
    due = referral.answer_due_on
    assert due is not None
    with on(working_days_after(due, 2)):
        for tenant in (federation.platform, federation.support_centre):
            run(federation, tenant, remind)
        assert (lines_of(coordinator), lines_of(supervisor)) == ([], [])
    for days in (3, 4):
        with on(working_days_after(due, days)):
            for tenant in (federation.platform, federation.support_centre):
                run(federation, tenant, remind)
    (line,), (mail,) = lines_of(coordinator), mails_of(coordinator)
    assert referral.reference in line
    assert f"/relais/{referral.id}" in mail.body
    (line,), (mail,) = lines_of(supervisor), mails_of(supervisor)
    for said in (line, mail.subject + mail.body):
        assert "1 relais" in said
        for unsaid in (referral.reference, str(referral.id), "Marchetti", "a-traiter"):
            assert unsaid not in said
    assert lines_of(officer) != []


def test_a_worker_killed_before_it_commits_leaves_nothing_and_the_next_run_tells_it_once(
    federation: Federation,
) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent))
    assert referral.answer_due_on is not None
    with on(working_days_after(referral.answer_due_on, 1)):
        with the_system(federation, federation.support_centre) as actor, officer.at_work() as session:
            assert remind(session, actor) == 2
            session.rollback()
        assert run(federation, federation.support_centre, remind) == 2
        assert run(federation, federation.support_centre, remind) == 0
    with officer.at_work() as session:
        mails = session.scalars(select(OutboxMessage).where(OutboxMessage.recipient == officer.email)).all()
    assert len(mails) == 1


def test_a_referral_that_lapses_says_sorry_and_shows_another_way(federation: Federation) -> None:
    agent = federation.agent()
    federation.officer()
    referral = a_referral(agent, a_person(agent))
    assert referral.answer_due_on is not None
    with on(working_days_after(referral.answer_due_on, 11)):
        run(federation, federation.platform, lapse_unanswered)
        run(federation, federation.platform, announce)
        assert any("désolés" in line for line in lines_of(agent))
        page = agent.browser().get(f"/relais/{referral.id}").get_data(as_text=True)
    assert standing(agent, referral).state == "lapsed"
    assert "Nous en sommes désolés" in page
    assert f"/personnes/{referral.person_id}/orienter" in page


@pytest.mark.parametrize("side", ["platform", "support_centre"])
def test_the_worker_looks_again_every_day_while_an_answer_is_awaited(federation: Federation, side: str) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent))
    member = agent if side == "platform" else officer
    with member.at_work() as session:
        assert session.scalars(select(Referral)).one().id == referral.id
        assert next_reminder_at(session) == end_of(today())
