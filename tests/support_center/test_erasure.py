"""What a centre copied is erased when the consent ends: wherever the centre stands, whatever is written meanwhile."""

from threading import Thread

import pytest
from sqlalchemy import Engine, select

from clais.actor import Actor
from clais.database import Scope, unit_of_work
from clais.exchange.referrals import actions as referral_actions
from clais.exchange.referrals.locking import Gone
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.waking import APPLY_WITHDRAWALS
from clais.registry.models import Tenant
from support_center.routing import actions
from support_center.routing.jobs import apply_withdrawals
from support_center.routing.models import Enrolment, Participant
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person, a_referral, a_scheme
from tests.support.work import run_due


def a_participant(agent: Member, officer: Member) -> tuple[Referral, Participant]:
    """Someone who finished: their seat is theirs until the consent ends."""
    scheme, seats = a_scheme(officer)
    referral = a_referral(agent, a_person(agent), scheme, seats)
    with officer.at_work() as session:
        referral_actions.move(session, officer.actor, referral, "receive")
        participant = actions.accept(session, officer.actor, referral, officer.federation.keyring, scheme_session=seats)
        referral_actions.move(session, officer.actor, referral, "start")
        actions.report(session, officer.actor, referral, "complete", reason="hired")
    return referral, participant


def withdraw(agent: Member, referral: Referral) -> None:
    with agent.at_work() as session:
        referral_actions.withdraw(session, agent.actor, referral)


def erase(federation: Federation) -> None:
    """What the worker does in the centre."""
    centre = federation.support_centre
    permissions = federation.app.extensions["clais"].permissions.of("system")
    system = Actor("Système", permissions, tenant_id=centre.id, basin_id=centre.basin_id)
    with unit_of_work(federation.engine, Scope(centre.id, centre.basin_id), system) as session:
        apply_withdrawals(session, system)


def stored(officer: Member, participant: Participant) -> tuple[bytes | None, list[str | None]]:
    """What is left of someone: the copy of the parcel, and the notes."""
    with officer.at_work() as session:
        row = session.get_one(Participant, (officer.tenant.id, participant.id))
        notes = select(Enrolment.progress_note).where(Enrolment.participant_id == participant.id)
        return row.sealed, list(session.scalars(notes))


@pytest.mark.parametrize("state", ["suspended", "closed"])
def test_a_centre_that_no_longer_works_forgets_all_the_same(federation: Federation, engine: Engine, state: str) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral, participant = a_participant(agent, officer)
    withdraw(agent, referral)
    with unit_of_work(engine, Scope(administers=True)) as session:
        session.get_one(Tenant, federation.support_centre.id).state = state
    assert stored(officer, participant)[0]
    run_due(federation.app, APPLY_WITHDRAWALS)
    assert stored(officer, participant)[0] is None


def test_a_note_that_is_being_written_is_erased_with_the_rest(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral, participant = a_participant(agent, officer)
    with officer.at_work() as session:
        mine = session.get_one(Participant, (officer.tenant.id, participant.id))
        actions.note_progress(session, mine, "Elle a appelé")
        withdraw(agent, referral)
        erasure = Thread(target=erase, args=(federation,))
        erasure.start()
        erasure.join(0.5)
        assert erasure.is_alive()
    erasure.join(20)
    assert stored(officer, participant) == (None, [None])


def note_too_late(federation: Federation) -> list[str | None]:
    """Open a record, have it erased, then write; what is noted at the end."""
    agent, officer = federation.agent(), federation.officer()
    referral, participant = a_participant(agent, officer)
    with officer.at_work() as session:
        mine = session.get_one(Participant, (officer.tenant.id, participant.id))
        withdraw(agent, referral)
        erasure = Thread(target=erase, args=(federation,))
        erasure.start()
        erasure.join(20)
        assert not erasure.is_alive()
        try:
            actions.note_progress(session, mine, "Elle a appelé")
        except Gone:
            session.rollback()
    return stored(officer, participant)[1]


def test_a_note_that_comes_after_the_erasure_finds_nobody(federation: Federation) -> None:
    assert note_too_late(federation) == [None]


def test_the_check_can_fail_without_the_lock_the_note_would_stay(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "lock_participant", lambda *_given: None)
    assert note_too_late(federation) == ["Elle a appelé"]
