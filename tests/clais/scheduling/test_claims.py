"""What is due runs once, wherever there are workers, and again when it failed or its worker died."""

import threading
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from structlog.testing import capture_logs

from clais import clock
from clais.actor import Actor
from clais.clock import now
from clais.database import NIL, Scope, ScopedSession, new_id, unit_of_work
from clais.due.actions import make_due
from clais.due.models import Due
from clais.feature.job import Job
from clais.messaging.actions import post_mail
from clais.messaging.models import OutboxMessage
from clais.registry.models import Tenant
from clais.scheduling import claims
from clais.scheduling.claims import LEASE, LONGEST_PAUSE, claim, keep_claimed, run_claimed
from clais.scheduling.runs import JobContext
from tests.support.federation import Federation

Work = Callable[[ScopedSession, Actor], object]


def context(engine: Engine) -> JobContext:
    return JobContext(engine, frozenset(), "Système", lambda _actor: nullcontext())


def a_job(work: Work = lambda _session, _actor: None, **options: object) -> Job:
    return Job(f"test.{new_id()}", work, next_at=options.pop("next_at", lambda _session: None), **options)  # type: ignore[arg-type]


def due_now(federation: Federation, *jobs: Job) -> None:
    with federation.agent().at_work() as session:
        make_due(session, *(job.name for job in jobs))


def rows_of(engine: Engine, job: Job) -> list[Due]:
    with unit_of_work(engine, Scope()) as session:
        return list(session.scalars(select(Due).where(Due.job == job.name).order_by(Due.at)))


def run(engine: Engine, job: Job) -> bool | None:
    """Whether the job succeeded where it is due; None when it is due nowhere."""
    taken = claim(engine, [job.name])
    return None if taken is None else run_claimed(context(engine), {job.name: job}, taken)


def test_a_due_job_runs_in_its_tenants_scope_and_no_longer_is(federation: Federation, engine: Engine) -> None:
    seen: list[tuple[Scope, str]] = []
    job = a_job(lambda session, actor: seen.append((session.scope, actor.role)))
    due_now(federation, job)
    assert run(engine, job) is True
    assert seen == [(Scope(tenant_id=federation.platform.id, basin_id=federation.basin.id), "system")]
    assert rows_of(engine, job) == []
    assert run(engine, job) is None


def test_what_several_acts_made_due_is_one_run(federation: Federation, engine: Engine) -> None:
    times: list[str] = []
    job = a_job(lambda _session, actor: times.append(actor.tenant_slug))
    for _act in range(4):
        due_now(federation, job)
    assert run(engine, job) is True
    assert (run(engine, job), times) == (None, [federation.platform.slug])


def test_of_many_who_ask_at_once_one_gets_it(federation: Federation, engine: Engine) -> None:
    job = a_job()
    for _act in range(3):
        due_now(federation, job)
    began = threading.Barrier(6)
    taken = []

    def ask() -> None:
        began.wait()
        taken.append(claim(engine, [job.name]))

    threads = [threading.Thread(target=ask) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = [row for one in taken if one for row in one.rows]
    assert sorted(rows) == sorted(row.id for row in rows_of(engine, job))
    assert len(set(rows)) == len(rows) == 3


def test_what_becomes_due_while_the_job_runs_runs_it_again(federation: Federation, engine: Engine) -> None:
    times: list[int] = []

    def act_meanwhile(_session: ScopedSession, _actor: Actor) -> None:
        times.append(1)
        if len(times) == 1:
            due_now(federation, job)

    job = a_job(act_meanwhile)
    due_now(federation, job)
    assert [run(engine, job) for _turn in range(3)] == [True, True, None]


def test_a_claim_ends_by_itself_unless_it_is_kept(federation: Federation, engine: Engine) -> None:
    job = a_job()
    due_now(federation, job)
    taken = claim(engine, [job.name])
    assert taken is not None
    assert claim(engine, [job.name]) is None
    with clock.set_to(now() + LEASE * 0.8):
        keep_claimed(engine, [taken])
    with clock.set_to(now() + LEASE * 1.5):
        assert claim(engine, [job.name]) is None, "it was kept"
    with clock.set_to(now() + LEASE * 2):
        again = claim(engine, [job.name])
    assert again is not None
    assert again.rows == taken.rows


def test_a_failure_takes_back_what_the_job_wrote_and_is_tried_again_later_each_time(
    federation: Federation, engine: Engine
) -> None:
    def fail(session: ScopedSession, _actor: Actor) -> None:
        post_mail(session, "a@example.be", "Bonjour", "Texte", "from a job")
        session.flush()
        raise RuntimeError("Madame Secrète")

    job = a_job(fail)
    due_now(federation, job)
    pauses = []
    with capture_logs() as logs, clock.set_to(now()):
        for _try in range(12):
            (row,) = rows_of(engine, job)
            with clock.set_to(max(row.at, now())):
                assert run(engine, job) is False
                (row,) = rows_of(engine, job)
                pauses.append(row.at - now())
    assert pauses[:4] == [timedelta(seconds=5 * 2**number) for number in range(4)]
    assert pauses[-1] == LONGEST_PAUSE
    assert rows_of(engine, job)[0].failures == 12
    with federation.agent().at_work() as session:
        assert session.scalars(select(OutboxMessage)).all() == []
    assert [line["event"] for line in logs] == ["job failed"] * 12
    assert "Secrète" not in str(logs)


def test_what_a_job_wrote_and_the_end_of_its_claim_are_one_transaction(
    federation: Federation, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = a_job(lambda session, _actor: post_mail(session, "a@example.be", "Bonjour", "Texte", "from a job"))
    due_now(federation, job)

    def die(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(claims, "_finish", die)
        taken = claim(engine, [job.name])
        assert taken is not None
        with pytest.raises(KeyboardInterrupt):
            run_claimed(context(engine), {job.name: job}, taken)
    with federation.agent().at_work() as session:
        assert session.scalars(select(OutboxMessage)).all() == []
    assert [row.id for row in rows_of(engine, job)] == list(taken.rows)


def test_a_job_is_planned_once_for_when_it_has_something_to_do(federation: Federation, engine: Engine) -> None:
    tomorrow = now() + timedelta(days=1)
    job = a_job(next_at=lambda _session: tomorrow)
    for _turn in range(3):
        due_now(federation, job)
        assert run(engine, job) is True
        assert [row.at for row in rows_of(engine, job)] == [tomorrow]
    assert run(engine, job) is None
    with clock.set_to(tomorrow + timedelta(seconds=1)):
        assert run(engine, job) is True


def test_a_job_that_is_never_done_lets_others_have_their_turn(federation: Federation, engine: Engine) -> None:
    job, other = a_job(next_at=lambda _session: now() - timedelta(days=1)), a_job()
    due_now(federation, job)
    assert run(engine, job) is True
    due_now(federation, other)
    taken = claim(engine, [job.name, other.name])
    assert taken is not None
    assert taken.job == other.name


@pytest.mark.parametrize(("in_every_state", "ran"), [(True, 1), (False, 0)])
def test_a_tenant_that_is_not_open_has_only_what_is_owed_to_people(
    federation: Federation, engine: Engine, *, in_every_state: bool, ran: int
) -> None:
    times: list[int] = []
    job = a_job(lambda _session, _actor: times.append(1), in_every_state=in_every_state)
    due_now(federation, job)
    with unit_of_work(engine, Scope(administers=True)) as session:
        session.get_one(Tenant, federation.platform.id).state = "suspended"
    assert run(engine, job) is True
    assert (len(times), rows_of(engine, job)) == (ran, [])


def test_what_has_no_tenant_runs_in_the_scope_that_has_none(engine: Engine) -> None:
    seen: list[Scope] = []
    job = a_job(lambda session, _actor: seen.append(session.scope), outside_tenants=True)
    with unit_of_work(engine, Scope()) as session:
        make_due(session, job.name, tenant_id=NIL)
    assert run(engine, job) is True
    assert seen == [Scope()]


def test_a_job_runs_by_the_clock_or_when_it_is_due() -> None:
    for options in ({}, {"every": timedelta(hours=1), "next_at": lambda _session: None}):
        with pytest.raises(ValueError, match="by the clock or when it is due"):
            Job("test.wrong", lambda _session, _actor: None, **options)  # type: ignore[arg-type]
