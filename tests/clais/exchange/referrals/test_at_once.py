"""Two people at once on the two sides of one referral."""

from threading import Event, Thread

import pytest
from sqlalchemy import select

from clais.exchange.referrals import actions
from clais.exchange.referrals.locking import Gone
from clais.exchange.referrals.models import Referral, ReferralEvent, ReferralMessage
from clais.exchange.referrals.queries import received_referral, sent_referral
from clais.workflow import Refused
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person, a_referral


def withdraw_in_thread(agent: Member, referral: Referral, begun: Event) -> Thread:
    def run() -> None:
        with agent.at_work() as session:
            mine = sent_referral(session, referral.id)
            assert mine is not None
            begun.set()
            actions.withdraw(session, agent.actor, mine)

    thread = Thread(target=run)
    thread.start()
    return thread


@pytest.mark.parametrize("act", ["message", "move"])
def test_what_the_receiver_writes_while_the_consent_is_withdrawn_closes_too(federation: Federation, act: str) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent))
    begun = Event()
    with officer.at_work() as session:
        seen = received_referral(session, referral.id)
        assert seen is not None
        if act == "message":
            actions.post_message(session, officer.actor, seen, "Bonjour")
        else:
            actions.move(session, officer.actor, seen, "receive")
        thread = withdraw_in_thread(agent, referral, begun)
        assert begun.wait(5)
        thread.join(0.3)
        assert thread.is_alive()
    thread.join(10)
    with officer.at_work() as session:
        for table in (Referral, ReferralEvent, ReferralMessage):
            assert session.scalars(select(table).where(table.to_tenant_id == officer.tenant.id)).all() == []


def test_an_answer_that_comes_after_the_withdrawal_finds_nothing(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent))
    with officer.at_work() as session:
        seen = received_referral(session, referral.id)
        assert seen is not None
        with agent.at_work() as other:
            actions.withdraw(other, agent.actor, referral)
        with pytest.raises(Gone):
            actions.move(session, officer.actor, seen, "receive")
        with pytest.raises(Gone):
            actions.post_message(session, officer.actor, seen, "Bonjour")


def test_two_officers_answer_and_the_second_is_told(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent))
    with officer.at_work() as session:
        actions.move(session, officer.actor, referral, "receive")
        actions.move(session, officer.actor, referral, "decline", reason="session_full")
    with officer.at_work() as session, pytest.raises(Refused):
        actions.move(session, officer.actor, referral, "accept")
