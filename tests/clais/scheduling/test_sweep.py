"""The sweep finds what nobody made due, says so, and leaves alone what somebody did."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, delete, select, text

from clais import clock
from clais.clock import now
from clais.database import Scope, unit_of_work
from clais.due.models import Due
from clais.messaging.actions import post_mail
from clais.registry.queries import every_tenant
from clais.scheduling import sweep
from clais.scheduling.models import JobRun
from clais.scheduling.sweep import EVERY, FEWEST_TURNS, SWEEP, run_sweep
from config.diagnosis import database
from config.diagnosis.finding import ATTENTION, OK
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person, a_referral
from tests.support.work import context_of, due_of, forget_due, run_due

LATER = timedelta(hours=1)


def post(member: Member) -> None:
    with member.at_work() as session:
        post_mail(session, "a@example.be", "Avis", "Texte", "one")


def sweep_all(app: Flask, ahead: timedelta = LATER) -> int:
    """Sweep until each tenant had its turn, as of `ahead` from now; how many were forgotten."""
    engine, forgotten = context_of(app).engine, 0
    with unit_of_work(engine, Scope()) as session:
        session.execute(delete(JobRun).where(JobRun.job == SWEEP))
    turns = FEWEST_TURNS
    for turn in range(turns + 1):
        with clock.set_to(now() + ahead + turn * EVERY), app.app_context():
            found = run_sweep(context_of(app))
        assert found is not None
        assert found.failures == 0
        forgotten += found.forgotten
    return forgotten


@pytest.fixture
def swept(federation: Federation, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The house with the places of this test alone, where what was left undone is due already."""
    own = federation.basin.id
    monkeypatch.setattr(
        sweep, "every_tenant", lambda session: [one for one in every_tenant(session) if one.basin_id == own]
    )
    sweep_all(federation.app, timedelta())
    return federation.app


def test_a_mail_that_nobody_made_due_is_found_counted_and_said(
    federation: Federation, engine: Engine, swept: Flask
) -> None:
    agent = federation.agent()
    with unit_of_work(engine, Scope()) as session:
        session.execute(delete(Due).where((Due.failures > 0) | (Due.at < now() - timedelta(minutes=5))))
    run_due(swept, "trail.seal", ahead=LATER)
    post(agent)
    forget_due(swept, agent.tenant)  # As if the act had not said it.
    assert sweep_all(swept) == 1
    with agent.at_work() as session:
        assert "mail.send" in {row.job for row in due_of(session, agent.tenant)}
    with engine.connect() as connection, connection.begin():
        found = database.due(connection)
    assert (found.level, "oubliés" in found.text) == (ATTENTION, True)


def test_what_an_act_made_due_was_not_forgotten(federation: Federation, swept: Flask) -> None:
    post(federation.agent())
    assert sweep_all(swept) == 0


def test_news_that_nobody_made_due_is_found_too(federation: Federation, swept: Flask) -> None:
    agent, officer = federation.agent(), federation.officer()
    a_referral(agent, a_person(agent))
    run_due(swept, "trail.seal", ahead=LATER)
    forget_due(swept, officer.tenant)
    assert sweep_all(swept) == 1
    with officer.at_work() as session:
        assert "referral.announce" in {row.job for row in due_of(session, officer.tenant)}


def test_a_term_to_come_is_planned_and_was_not_forgotten(federation: Federation, swept: Flask) -> None:
    agent = federation.agent()
    a_referral(agent, a_person(agent))
    run_due(swept, "trail.seal", ahead=LATER)
    run_due(swept, "referral.announce")
    forget_due(swept, agent.tenant)
    assert sweep_all(swept) == 0
    with agent.at_work() as session:
        planned = {row.job: row.at for row in due_of(session, agent.tenant)}
    assert planned["referral.lapse"] > now() + timedelta(days=1)


def test_a_turn_is_taken_once_in_the_whole_installation(swept: Flask) -> None:
    context, moment = context_of(swept), now() + timedelta(days=1)
    with swept.app_context():
        assert run_sweep(context, moment) is not None
        assert run_sweep(context, moment) is None


def test_the_doctor_is_content_when_all_is_done_in_time(engine: Engine, swept: Flask) -> None:
    context = context_of(swept)
    with unit_of_work(context.engine, Scope()) as session:
        session.execute(delete(Due))
        session.execute(delete(JobRun).where(JobRun.job == SWEEP))
    with engine.connect() as connection, connection.begin():
        assert database.due(connection).level == OK


def test_the_doctor_says_what_waits_and_what_fails(federation: Federation, engine: Engine) -> None:
    forget_due(federation.app)
    agent = federation.agent()
    post(agent)
    for values, word in (("at = now() - interval '11 minutes'", "attendent"), ("failures = 3", "échouent")):
        with agent.at_work() as session:
            session.execute(text(f"UPDATE due SET {values} WHERE tenant_id = :here"), {"here": agent.tenant.id})
        with engine.connect() as connection, connection.begin():
            assert word in database.due(connection).text
    with agent.at_work() as session:
        assert session.scalars(select(Due).where(Due.tenant_id == agent.tenant.id)).all()
