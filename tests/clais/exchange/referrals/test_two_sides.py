"""A referral on both sides of the border: what is agreed is seen, what is withdrawn is gone, nobody else sees
anything.
"""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, text, update
from sqlalchemy.exc import DBAPIError

from clais import clock
from clais.clock import now
from clais.exchange.referrals import actions
from clais.exchange.referrals.lists import inbox
from clais.exchange.referrals.locking import Gone, lock
from clais.exchange.referrals.models import Consent, Parcel, Referral, ReferralEvent, ReferralMessage, Withdrawal
from clais.exchange.referrals.presentation import path_of
from clais.exchange.referrals.queries import (
    consent_of,
    parcel_of,
    received_referral,
    sent_referral,
    thread,
    withdrawals,
)
from clais.sealing import unseal
from clais.workflow import Refused
from tests.support.federation import Federation
from tests.support.referrals import TICKED, a_person, a_referral, a_scheme

CROSSING = (Referral, Parcel, ReferralEvent, ReferralMessage)


def test_the_receiver_sees_exactly_the_agreed_fields(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer)
    referral = a_referral(agent, a_person(agent), scheme, scheme_session)
    with officer.at_work() as session:
        line = next(line for line in inbox(session) if line.referral.id == referral.id)
        assert line.fields == set(TICKED)
        assert (line.referral.age_band, line.referral.sex) == ("30_34", "woman")
        parcel = parcel_of(session, line.referral)
        assert parcel is not None
        assert set(unseal(federation.keyring, parcel)) == set(parcel.fields) == set(TICKED)
        assert "Sofia" not in parcel.consent_text
        assert consent_of(session, line.referral) is None


def test_age_band_and_sex_travel_only_with_age_and_sex(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent), ticked=("name", "status", "phone"))
    with officer.at_work() as session:
        seen = received_referral(session, referral.id)
        assert seen is not None
        assert (seen.age_band, seen.sex) == (None, None)


def test_a_withdrawal_is_in_force_on_the_next_statement_and_names_nobody(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent))
    with officer.at_work() as session:
        seen = received_referral(session, referral.id)
        assert seen is not None
        actions.move(session, officer.actor, seen, "receive")
        actions.post_message(session, officer.actor, seen, "Quand est-elle libre ?")
    with agent.at_work() as session:
        mine = sent_referral(session, referral.id)
        assert mine is not None
        actions.withdraw(session, agent.actor, mine, "Sofia a changé d'avis")
    with officer.at_work() as session:
        for table in CROSSING:
            assert session.scalars(select(table).where(table.to_tenant_id == officer.tenant.id)).all() == []
        withdrawn = withdrawals(session)
        assert [row.reference for row in withdrawn] == [referral.reference]
    with agent.at_work() as session:
        mine = sent_referral(session, referral.id)
        assert mine is not None
        assert mine.state == "withdrawn"
        consent = consent_of(session, mine)
        assert consent is not None
        assert consent.withdrawn_at is not None
        assert consent.withdrawal_note == "Sofia a changé d'avis"
        assert len(thread(session, mine)) == 4


@pytest.mark.parametrize("state", ["declined", "completed", "failed", "cancelled"])
def test_a_consent_can_be_withdrawn_after_the_end_too(federation: Federation, state: str) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent))
    ways = {
        "declined": [("receive", None), ("decline", "session_full")],
        "completed": [("receive", None), ("accept", None), ("start", None), ("complete", "hired")],
        "failed": [("receive", None), ("accept", None), ("fail", "did_not_come")],
        "cancelled": [],
    }
    for transition, reason in ways[state]:
        with officer.at_work() as session:
            actions.move(session, officer.actor, referral, transition, reason=reason)
    with agent.at_work() as session:
        if state == "cancelled":
            actions.cancel(session, agent.actor, referral, "found_work")
        actions.withdraw(session, agent.actor, referral)
    with officer.at_work() as session:
        assert received_referral(session, referral.id) is None


def test_an_expired_consent_closes_everything(federation: Federation, superuser: Engine) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent), days=0)
    with officer.at_work() as session:
        assert received_referral(session, referral.id) is not None
    with superuser.begin() as connection:
        for name, column in (("referral", "id"), ("parcel", "referral_id"), ("referral_event", "referral_id")):
            connection.execute(
                text(f"UPDATE {name} SET consent_until = now() WHERE {column} = :id"), {"id": referral.id}
            )
    with officer.at_work() as session:
        for table in CROSSING:
            assert session.scalars(select(table).where(table.to_tenant_id == officer.tenant.id)).all() == []
        with pytest.raises(Gone):
            actions.move(session, officer.actor, referral, "receive")


def test_a_third_tenant_sees_nothing(federation: Federation) -> None:
    agent, other = federation.agent(), federation.other_agent()
    referral = a_referral(agent, a_person(agent))
    with other.at_work() as session:
        for table in (*CROSSING, Consent, Withdrawal):
            assert session.scalars(select(table)).all() == []
        assert sent_referral(session, referral.id) is None
        with pytest.raises(Gone):
            lock(session, referral)


@pytest.mark.parametrize(
    "change",
    [
        "tenant_id = to_tenant_id",
        "to_tenant_id = tenant_id",
        "consent_until = now() + interval '9 years'",
        "purpose = 'autre'",
    ],
)
def test_the_database_refuses_the_receiver_what_was_agreed(federation: Federation, change: str) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent))
    with officer.at_work() as session:
        with pytest.raises(DBAPIError) as refused:
            session.execute(text(f"UPDATE referral SET {change} WHERE id = :id"), {"id": referral.id})
        assert refused.value.orig is not None
        assert getattr(refused.value.orig, "sqlstate", "") == "42501"
        session.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE parcel SET sealed = ''",
        "DELETE FROM parcel",
        "DELETE FROM referral",
        "UPDATE referral_event SET comment = ''",
    ],
)
def test_nobody_rewrites_or_deletes_what_was_sent(federation: Federation, statement: str) -> None:
    agent = federation.agent()
    a_referral(agent, a_person(agent))
    with agent.at_work() as session:
        with pytest.raises(DBAPIError) as refused:
            session.execute(text(statement))
        assert getattr(refused.value.orig, "sqlstate", "") == "42501"
        session.rollback()


def test_the_receiver_cannot_withdraw_nor_the_sender_answer(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent))
    with officer.at_work() as session, pytest.raises(Refused):
        actions.withdraw(session, officer.actor, referral)
    with agent.at_work() as session, pytest.raises(Refused):
        actions.move(session, agent.actor, referral, "receive")
    with officer.at_work() as session:
        with pytest.raises(DBAPIError):
            session.execute(update(Referral).where(Referral.id == referral.id).values(withdrawn_at=now()))
        session.rollback()


def test_the_path_ends_where_the_referral_ended(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent))
    with officer.at_work() as session:
        actions.move(session, officer.actor, referral, "receive")
        seen = actions.move(session, officer.actor, referral, "decline", reason="not_eligible", comment="Sous contrat")
        events = [line.event for line in thread(session, seen) if line.event]
        assert [step.code for step in path_of(seen, events)] == ["requested", "received", "declined"]
        assert seen.reason == "not_eligible"


def test_what_was_taken_back_is_not_on_the_path_and_moves_no_date(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent))
    received_at = now() + timedelta(hours=1)
    with clock.set_to(received_at), officer.at_work() as session:
        actions.move(session, officer.actor, referral, "receive")
    with clock.set_to(received_at + timedelta(hours=1)), officer.at_work() as session:
        actions.move(session, officer.actor, referral, "accept")
    with clock.set_to(received_at + timedelta(hours=2)), officer.at_work() as session:
        actions.take_back(session, officer.actor, referral, "Mauvaise ligne")
    for last in (None, "withdraw"):
        with clock.set_to(received_at + timedelta(hours=3)), agent.at_work() as session:
            seen = session.get_one(Referral, (referral.tenant_id, referral.id))
            if last is not None:
                seen = actions.withdraw(session, agent.actor, seen)
            events = [line.event for line in thread(session, seen) if line.event]
            steps = path_of(seen, events)
        reached = [step.code for step in steps if step.since is not None]
        assert reached == ["requested", "received", *(["withdrawn"] if last else [])]
        assert "accepted" not in [step.code for step in steps if step.state != "ahead"]
        assert next(step.since for step in steps if step.code == "received") == received_at


def test_the_database_refuses_that_a_referral_is_about_somebody_else_than_its_consent(federation: Federation) -> None:
    """Two files of the sender become one with their consents, so it is looked at when the transaction ends."""
    agent, officer = federation.agent(), federation.officer()
    referral, other = a_referral(agent, a_person(agent)), a_person(agent, "Haddad")
    for who in (officer, agent):
        with who.at_work() as session:
            changed = text("UPDATE referral SET person_id = :person WHERE id = :id")
            session.execute(changed, {"person": other.id, "id": referral.id})
            with pytest.raises(DBAPIError) as refused:
                session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
            assert getattr(refused.value.orig, "sqlstate", "") == "23503"
            session.rollback()
