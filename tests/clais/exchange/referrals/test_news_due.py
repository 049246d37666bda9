"""After an acceptance too, the receiver gives news in time; silence is flagged on both sides and closes nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select

from clais import clock
from clais.clock import now, today
from clais.dates import noon_of
from clais.exchange.referrals.actions import cancel, move, post_message, take_back
from clais.exchange.referrals.delays import Promise, days_without_news
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.queries import sent_referral
from clais.exchange.referrals.reminding import begin_clocks, next_clock_at, next_reminder_at, remind
from tests.clais.exchange.referrals.test_announcements import lines_of, mails_of, run
from tests.support.federation import Federation, Member
from tests.support.referrals import a_participant, a_person, a_referral


def accepted(agent: Member, officer: Member) -> Referral:
    referral = a_referral(agent, a_person(agent))
    for step in ("receive", "accept"):
        with officer.at_work() as session:
            move(session, officer.actor, referral, step)
    return standing(agent, referral)


def standing(agent: Member, referral: Referral) -> Referral:
    with agent.at_work() as session:
        found = sent_referral(session, referral.id)
        assert found is not None
        return found


@contextmanager
def days_later(days: int) -> Iterator[None]:
    with clock.set_to(noon_of(today() + timedelta(days=days))):
        yield


def test_news_are_due_a_week_after_the_acceptance_then_a_month_after_the_last(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = accepted(agent, officer)
    assert referral.last_news_on == today()
    assert referral.news_due_on == Promise().news_after(today(), is_first=True)
    with officer.at_work() as session:
        post_message(session, officer.actor, referral, "Elle commence lundi.")
    assert standing(agent, referral).news_due_on == Promise().news_after(today())


def test_nothing_that_the_sender_does_counts_as_news(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = accepted(agent, officer)
    with days_later(5), agent.at_work() as session:
        post_message(session, agent.actor, referral, "Comment cela se passe-t-il ?")
    assert standing(agent, referral).news_due_on == referral.news_due_on


@pytest.mark.parametrize("end", ["hold", "complete", "fail", "cancel", "take_back"])
def test_on_hold_over_or_not_accepted_any_more_nobody_waits_for_news(federation: Federation, end: str) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = accepted(agent, officer)
    reasons = {"complete": "hired", "fail": "other"}
    if end in {"hold", "complete"}:
        with officer.at_work() as session:
            move(session, officer.actor, referral, "start")
    mover = agent if end == "cancel" else officer
    with mover.at_work() as session:
        if end == "cancel":
            cancel(session, agent.actor, referral, "other", "Voilà.")
        elif end == "take_back":
            take_back(session, officer.actor, referral, "La mauvaise ligne.")
        else:
            move(session, officer.actor, referral, end, reason=reasons.get(end), comment="Voilà.")
    found = standing(agent, referral)
    assert (found.last_news_on, found.news_due_on) == (None, None)
    if end == "hold":
        with officer.at_work() as session:
            move(session, officer.actor, referral, "resume")
        assert standing(agent, referral).news_due_on == Promise().news_after(today())


def test_the_figures_are_settings_of_the_receiver() -> None:
    promise = Promise.of({"first_news_days": 3, "news_days": 14})
    assert (promise.first_news, promise.news) == (3, 14)


def test_only_those_who_answer_are_reminded_once_for_each_day_it_was_due_by(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    trainer = federation.member(federation.support_centre, "trainer", "Rosa Pirlot")
    referral = accepted(agent, officer)
    assert run(federation, federation.support_centre, remind) == 0
    with days_later(12):
        assert run(federation, federation.support_centre, remind) == 1
    with days_later(13):
        assert run(federation, federation.support_centre, remind) == 0
        (line,) = lines_of(officer)
        (mail,) = mails_of(officer)
        assert referral.reference in line
        assert f"/a-traiter/{referral.id}" in mail.body
        assert "Marchetti" not in line + mail.subject + mail.body
        assert (lines_of(trainer), lines_of(agent)) == ([], [])
        with officer.at_work() as session:
            post_message(session, officer.actor, referral, "Elle a commencé.")
    with days_later(14):
        assert run(federation, federation.support_centre, remind) == 0
    with days_later(55):
        assert run(federation, federation.support_centre, remind) == 1


def test_the_worker_wakes_when_the_next_news_are_late(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = accepted(agent, officer)
    assert referral.news_due_on is not None
    with officer.at_work() as session:
        woken = next_reminder_at(session)
        assert woken is not None
        with clock.set_to(woken):
            assert referral.news_due_on < today()
            assert next_reminder_at(session) is None


def test_what_was_accepted_before_there_were_such_days_counts_from_today(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = accepted(agent, officer)
    with officer.at_work() as session:
        row = session.scalars(select(Referral).where(Referral.to_tenant_id == officer.tenant.id)).one()
        row.last_news_on = row.news_due_on = None
    with officer.at_work() as session:
        assert next_clock_at(session) is not None
    assert run(federation, federation.support_centre, begin_clocks) == 1
    with officer.at_work() as session:
        assert next_clock_at(session) is None
    assert standing(agent, referral).news_due_on == Promise().news_after(today())


def test_silence_is_flagged_on_both_sides_until_news_come_and_closes_nothing(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = accepted(agent, officer)
    sender_pages = ("/ma-journee", "/relais?group=running&news=late", f"/relais/{referral.id}")
    inbox = "/a-traiter?group=silent"
    for address in (*sender_pages[:1], sender_pages[2]):
        assert "Sans nouvelles" not in agent.browser().get(address).get_data(as_text=True)
    with days_later(38):
        for address in sender_pages:
            assert "Sans nouvelles depuis 38 jours" in agent.browser().get(address).get_data(as_text=True), address
        page = officer.browser().get(inbox).get_data(as_text=True)
        assert "Nouvelles attendues" in page
        assert "Donner des nouvelles" in page
        desk = officer.browser()
        assert "Donner des nouvelles" in desk.get(f"/a-traiter/{referral.id}").get_data(as_text=True)
        desk.post(f"/a-traiter/{referral.id}/messages", {"text": "Tout va bien."}, status=303)
        for address in sender_pages:
            assert "Sans nouvelles" not in agent.browser().get(address).get_data(as_text=True), address
        assert referral.reference not in officer.browser().get(inbox).get_data(as_text=True)
    assert standing(agent, referral).state == "accepted"


def test_the_list_and_the_page_of_participants_say_that_news_are_awaited(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    participant = a_participant(agent, officer)
    pages = ("/participants", f"/participants/{participant.id}")
    for address in pages:
        assert "Nouvelles attendues" not in officer.browser().get(address).get_data(as_text=True)
    with days_later(38):
        for address in pages:
            assert "Nouvelles attendues" in officer.browser().get(address).get_data(as_text=True), address


def test_where_the_consent_is_over_nobody_waits_for_news(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = accepted(agent, officer)
    with clock.set_to(referral.consent_until + timedelta(hours=1)):
        assert days_without_news(referral) is None
        assert "Sans nouvelles" not in agent.browser().get("/ma-journee").get_data(as_text=True)
    assert now() < referral.consent_until
