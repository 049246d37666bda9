"""An act says what it gives the worker to do, in its own transaction."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from clais.audit.actions import SEAL, record
from clais.clock import now
from clais.database import NIL, Scope, ScopedSession, new_id, unit_of_work
from clais.due.actions import make_due, make_due_soon
from clais.due.models import Due
from clais.exchange.referrals.actions import cancel, move, post_message, withdraw
from clais.exchange.referrals.models import Referral
from clais.messaging.actions import post_mail
from config.features import DUE_JOBS, FEATURES
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person, a_referral
from tests.support.work import forget_due

PARTIES = {
    "referral.announce": "both",
    "referral.lapse": "sender",
    "referral.close": "sender",
    "referral.remind": "both",
}
RECEIVER_JOBS = ("referral.announce", "referral.apply_withdrawals", "referral.remind")


@pytest.fixture(autouse=True)
def nothing_due(federation: Federation) -> None:
    forget_due(federation.app)


def due(engine: Engine) -> set[tuple[str, str]]:
    """Job and tenant's key of all that is due or planned, but the sealing of the trail, which everything makes due."""
    with unit_of_work(engine, Scope()) as session:
        return {(row.job, str(row.tenant_id)) for row in session.scalars(select(Due).where(Due.job != SEAL))}


def rows_of(engine: Engine, job: str) -> list[Due]:
    with unit_of_work(engine, Scope()) as session:
        return list(session.scalars(select(Due).where(Due.job == job)))


def _settled_agent(federation: Federation) -> Member:
    """An agent whose arrival has made nothing due any more."""
    agent = federation.agent()
    forget_due(federation.app)
    return agent


def test_a_new_colleague_hears_what_happened_before(federation: Federation, engine: Engine) -> None:
    assert ("referral.announce", str(federation.agent().tenant.id)) in due(engine)


def test_what_is_taken_back_makes_nothing_due(federation: Federation, engine: Engine) -> None:
    agent = _settled_agent(federation)
    with agent.at_work() as session:
        post_mail(session, "a@example.be", "Avis", "Texte", "one")
        session.rollback()
    assert due(engine) == set()
    with agent.at_work() as session:
        post_mail(session, "a@example.be", "Avis", "Texte", "one")
    assert ("mail.send", str(agent.tenant.id)) in due(engine)


def test_a_mail_that_was_posted_already_makes_nothing_due(federation: Federation, engine: Engine) -> None:
    agent = federation.agent()
    with agent.at_work() as session:
        post_mail(session, "a@example.be", "Avis", "Texte", "one")
    forget_due(federation.app)
    with agent.at_work() as session:
        assert not post_mail(session, "a@example.be", "Avis", "Texte", "one")
    assert due(engine) == set()


def test_an_act_that_says_it_ten_times_writes_it_once(federation: Federation, engine: Engine) -> None:
    agent = federation.agent()
    with agent.at_work() as session:
        for _time in range(10):
            make_due(session, "mail.send")
    assert len(rows_of(engine, "mail.send")) == 1
    with agent.at_work() as session:  # The next act says it anew: the job may be running already.
        make_due(session, "mail.send")
    assert len(rows_of(engine, "mail.send")) == 2


def test_what_every_request_gives_to_do_is_written_once_in_half_a_minute(
    federation: Federation, engine: Engine
) -> None:
    agent = federation.agent()
    for _request in range(5):
        with agent.at_work() as session:
            record(session, "person.read", "person", new_id())
    rows = [row for row in rows_of(engine, SEAL) if row.tenant_id == agent.tenant.id]
    assert 1 <= len(rows) <= 2
    assert all(timedelta() < row.at - now() <= timedelta(minutes=1) for row in rows)


def test_a_rollback_is_not_remembered_as_written(federation: Federation, engine: Engine) -> None:
    scope = Scope(tenant_id=federation.other_platform.id)  # Where nobody has done anything yet.
    with unit_of_work(engine, scope) as session:
        make_due_soon(session, "test.rollback")
        session.rollback()
    assert rows_of(engine, "test.rollback") == []
    for _act in range(2):
        with unit_of_work(engine, scope) as session:
            make_due_soon(session, "test.rollback")
    assert 1 <= len(rows_of(engine, "test.rollback")) <= 2


def test_a_savepoint_that_is_taken_back_is_written_again(federation: Federation, engine: Engine) -> None:
    agent = _settled_agent(federation)
    with agent.at_work() as session:
        savepoint = session.begin_nested()
        make_due(session, "mail.send")
        savepoint.rollback()
        make_due(session, "mail.send")
    assert due(engine) == {("mail.send", str(agent.tenant.id))}


Act = Callable[[ScopedSession, Member, Referral], object]
STEPS: dict[str, tuple[str, Act]] = {
    "received": ("officer", lambda session, who, one: move(session, who.actor, one, "receive")),
    "a message": ("officer", lambda session, who, one: post_message(session, who.actor, one, "Bonjour")),
    "called back": ("agent", lambda session, who, one: cancel(session, who.actor, one, "other")),
    "withdrawn": ("agent", lambda session, who, one: withdraw(session, who.actor, one)),
}


@pytest.mark.parametrize("step", STEPS)
def test_each_step_of_a_referral_wakes_the_jobs_of_both_parties(
    federation: Federation, engine: Engine, step: str
) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent))
    sender, receiver = str(agent.tenant.id), str(officer.tenant.id)
    wanted = {(job, sender) for job in PARTIES}
    wanted |= {(job, receiver) for job in RECEIVER_JOBS}
    assert wanted <= due(engine), "sending does too"
    forget_due(federation.app)
    side, act = STEPS[step]
    member = {"agent": agent, "officer": officer}[side]
    with member.at_work() as session:
        act(session, member, session.get_one(Referral, (referral.tenant_id, referral.id)))
    assert wanted <= due(engine)


def test_every_job_that_is_made_due_exists_and_every_other_is_found_by_the_sweep() -> None:
    jobs = {job.name: job for feature in FEATURES for job in feature.jobs}
    woken = {"mail.send", SEAL, *PARTIES, *RECEIVER_JOBS}
    woken |= {
        "caseload.forget_exports",
        "caseload.write_export",
        "printing.forget",
        "printing.make",
        "printing.make_joint",
        "desk.erase_names",
        "documents.scan",
        "drafts.forget",
        "eligibility.count_trials",
        "eligibility.spot",
        "file_transfer.close",
        "sensitive.erase",
        "instrument.count_files",
        "person.forget_merge",
        "person.find_duplicates",
        "person.gather_merged",
        "practice.tell",
        "quality.forget",
        "quality.forget_drafts",
        "seat.pass_on",
        "training.remind",
        "training.seat",
    }
    assert woken <= set(DUE_JOBS)
    assert {name for name in DUE_JOBS if jobs[name].swept} == set(DUE_JOBS) - woken


def test_nothing_that_is_due_names_a_person() -> None:
    assert set(Due.__table__.columns.keys()) == {
        "id", "job", "tenant_id", "at", "claimed_until", "failures", "created_at",
    }  # fmt: skip


def test_what_has_no_tenant_is_due_too(federation: Federation, engine: Engine) -> None:
    with unit_of_work(federation.engine, Scope()) as session:
        post_mail(session, "chantal@example.be", "Accès", "Texte", f"outside {new_id()}")
    assert ("mail.send", str(NIL)) in due(engine)
