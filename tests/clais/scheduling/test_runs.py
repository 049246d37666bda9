import threading
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from clais.actor import Actor
from clais.clock import now
from clais.database import Scope, ScopedSession, new_id, unit_of_work
from clais.feature.job import Job
from clais.messaging.actions import post_mail
from clais.messaging.models import OutboxMessage
from clais.registry.models import Tenant
from clais.scheduling import runs
from clais.scheduling.models import JobRun
from clais.scheduling.runs import LEASE, JobContext, claim_slot, keep_slot, run_slot
from tests.support.federation import Federation

NOON = datetime(2031, 3, 4, 12, 0, 7, tzinfo=UTC)


def context(engine: Engine) -> JobContext:
    return JobContext(engine, frozenset({"referral.lapse"}), "Système", lambda _actor: nullcontext())


def job_of(function: Callable[[ScopedSession, Actor], object], every: timedelta = timedelta(minutes=5)) -> Job:
    return Job(f"test.{new_id()}", function, every)


def runs_of(engine: Engine, one: Job) -> list[JobRun]:
    with unit_of_work(engine, Scope()) as session:
        return list(session.scalars(select(JobRun).where(JobRun.job == one.name)))


def test_a_slot_is_the_same_for_every_moment_in_it() -> None:
    one = job_of(lambda _session, _actor: None)
    slot = datetime(2031, 3, 4, 12, 0, tzinfo=UTC)
    assert {one.slot(NOON), one.slot(slot), one.slot(slot + timedelta(minutes=4, seconds=59))} == {slot}
    assert one.slot(slot + timedelta(minutes=5)) == slot + timedelta(minutes=5)


def test_each_open_tenant_gets_one_run_in_its_own_scope_as_the_system(federation: Federation, engine: Engine) -> None:
    seen: dict[str, tuple[Scope, Actor]] = {}

    def note(session: ScopedSession, actor: Actor) -> None:
        seen[actor.tenant_slug] = (session.scope, actor)

    with unit_of_work(engine, Scope(administers=True)) as session:
        session.get_one(Tenant, federation.other_platform.id).state = "suspended"
    assert run_slot(context(engine), job_of(note), NOON) == 0
    scope, actor = seen[federation.platform.slug]
    assert scope == Scope(tenant_id=federation.platform.id, basin_id=federation.basin.id)
    assert (actor.role, actor.display_name, actor.may("referral.lapse")) == ("system", "Système", True)
    assert federation.support_centre.slug in seen
    assert federation.other_platform.slug not in seen


@pytest.mark.parametrize("state", ["open", "suspended", "closed"])
def test_a_job_that_is_owed_to_people_runs_whatever_the_state_of_the_tenant(
    federation: Federation, engine: Engine, state: str
) -> None:
    seen: set[str] = set()
    one = Job(
        f"test.{new_id()}",
        lambda _session, actor: seen.add(actor.tenant_slug),
        timedelta(minutes=5),
        in_every_state=True,
    )
    with unit_of_work(engine, Scope(administers=True)) as session:
        session.get_one(Tenant, federation.support_centre.id).state = state
    assert run_slot(context(engine), one, NOON) == 0
    assert {federation.support_centre.slug, federation.platform.slug} <= seen


def test_a_slot_is_run_once_even_when_eight_ask_at_once(federation: Federation, engine: Engine) -> None:
    began = threading.Barrier(8)
    times: list[str] = []
    answers: list[int | None] = []
    one = job_of(lambda _session, actor: times.append(actor.tenant_slug))

    def ask() -> None:
        began.wait()
        answers.append(run_slot(context(engine), one, NOON))

    threads = [threading.Thread(target=ask) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers, key=str) == [0, *[None] * 7]
    assert times.count(federation.platform.slug) == 1
    assert run_slot(context(engine), one, NOON + timedelta(minutes=5)) == 0


class Killed(BaseException):
    """What a job does not outlive."""


def die(_session: ScopedSession, _actor: Actor) -> None:
    raise Killed


def silent_for(engine: Engine, one: Job, silence: timedelta) -> None:
    """Let the runs of a job have said for so long that they go on."""
    with unit_of_work(engine, Scope()) as session:
        session.execute(update(JobRun).where(JobRun.job == one.name).values(started_at=now() - silence))


def test_a_slot_whose_worker_was_killed_is_run_again_after_a_while(federation: Federation, engine: Engine) -> None:
    seen: list[str] = []
    dying = job_of(die, timedelta(days=1))
    living = Job(dying.name, lambda _session, actor: seen.append(actor.tenant_slug), dying.every)
    with pytest.raises(Killed):
        run_slot(context(engine), dying, NOON)
    assert run_slot(context(engine), living, NOON) is None, "it may still be running"
    silent_for(engine, living, LEASE + timedelta(minutes=1))
    assert run_slot(context(engine), living, NOON) == 0
    assert seen.count(federation.platform.slug) == 1
    (run,) = runs_of(engine, living)
    assert run.finished_at is not None
    silent_for(engine, living, LEASE * 2)
    assert run_slot(context(engine), living, NOON) is None, "what ended is not run again"


@pytest.mark.usefixtures("federation")
def test_a_long_run_says_that_it_goes_on(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "LEASE", timedelta(0))
    kept: list[str] = []
    monkeypatch.setattr(runs, "keep_slot", lambda _engine, name, _slot: kept.append(name))
    one = job_of(lambda _session, _actor: None)
    run_slot(context(engine), one, NOON)
    assert len(kept) >= 3, "the tenants of the federation"


def test_a_run_that_goes_on_keeps_its_slot(engine: Engine) -> None:
    one = job_of(lambda _session, _actor: None)
    slot = one.slot(NOON)
    assert claim_slot(engine, one.name, timedelta(days=1), slot)
    silent_for(engine, one, LEASE * 2)
    keep_slot(engine, one.name, slot)
    assert not claim_slot(engine, one.name, timedelta(days=1), slot)
    silent_for(engine, one, LEASE * 2)
    assert claim_slot(engine, one.name, timedelta(days=1), slot)


def test_a_failing_tenant_is_rolled_back_and_counted_and_the_others_are_served(
    federation: Federation, engine: Engine, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail_in_one(session: ScopedSession, actor: Actor) -> None:
        post_mail(session, "a@example.be", "Bonjour", "Texte", "from a job")
        session.flush()
        if actor.tenant_id == federation.platform.id:
            raise RuntimeError("Madame Secrète")

    one = job_of(fail_in_one)
    assert run_slot(context(engine), one, NOON) == 1
    (run,) = runs_of(engine, one)
    assert (run.failures, run.finished_at is not None) == (1, True)
    for member, count in ((federation.agent(), 0), (federation.other_agent(), 1)):
        with member.at_work() as session:
            assert len(session.scalars(select(OutboxMessage)).all()) == count
    printed = capfd.readouterr()
    assert "Secrète" not in printed.out + printed.err


def test_old_runs_are_forgotten(engine: Engine) -> None:
    one = job_of(lambda _session, _actor: None, every=timedelta(seconds=1))
    run_slot(context(engine), one, NOON)
    run_slot(context(engine), one, NOON + timedelta(seconds=2000))
    assert len(runs_of(engine, one)) == 1


def test_the_work_of_a_job_without_a_scope_is_an_error(engine: Engine) -> None:
    with Session(engine) as session, pytest.raises(DBAPIError):
        session.scalars(select(OutboxMessage)).all()
