"""What is sealed: every record, once, in the order of the transactions; by one writer, who can only add."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import ProgrammingError

from clais.audit import sealing
from clais.audit.actions import SEAL, record
from clais.audit.heads import Head, Heads
from clais.audit.models import AuditEvent, AuditSeal
from clais.audit.sealing import last_seal, next_seal, seal_events
from clais.audit.seals import ids_of
from clais.audit.verification import Fault
from clais.database import NIL, Scope, ScopedSession, new_id, unit_of_work
from clais.database.transactions import next_transaction
from tests.clais.audit.conftest import Trail
from tests.support.federation import Federation
from tests.support.processes import wait_until
from tests.support.work import run_due


def covered(trail: Trail) -> list[UUID]:
    """The records that have a seal, in the order of the seals."""
    with trail.session() as session:
        own = select(AuditSeal).where(AuditSeal.tenant_id == trail.tenant_id).order_by(AuditSeal.number)
        return [one for seal in session.scalars(own) for one in ids_of(seal)]


@pytest.fixture
def late(trail: Trail) -> Iterator[tuple[Trail, ScopedSession, UUID]]:
    """A transaction that has written a record and is not over, while younger ones are."""
    subject = new_id()
    with trail.agent.at_work() as session:
        record(session, "person.edit", "person", subject)
        session.flush()
        trail.write(3)
        yield trail, session, subject


def event_of(trail: Trail, subject: UUID) -> UUID:
    """The record about a subject."""
    with trail.session() as session:
        own = AuditEvent.tenant_id == trail.tenant_id
        return session.scalars(select(AuditEvent.id).where(own, AuditEvent.subject_id == subject)).one()


def seal_once(trail: Trail) -> None:
    """What one run of the sealer does."""
    with trail.session() as session:
        seal_events(session, trail.keys, trail.heads)


def test_what_a_long_transaction_wrote_is_sealed_when_it_is_over(late: tuple[Trail, ScopedSession, UUID]) -> None:
    trail, running, subject = late
    seal_once(trail)
    before = covered(trail)
    running.commit()
    trail.seal()
    assert event_of(trail, subject) not in before
    assert covered(trail) == trail.ids()
    assert trail.verify().broken is None


def test_a_sealer_that_does_not_wait_for_running_transactions_is_found(
    late: tuple[Trail, ScopedSession, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    trail, running, subject = late
    monkeypatch.setattr(sealing, "oldest_running", next_transaction)
    seal_once(trail)
    running.commit()
    trail.seal()
    missed = event_of(trail, subject)
    assert missed not in covered(trail)
    found = trail.verify().broken
    assert found is not None
    assert (found.fault, found.event_id) == (Fault.INSERTED, missed)


def test_two_who_seal_at_once_make_one_chain(trail: Trail) -> None:
    trail.write(30)
    together = Barrier(4)

    def seal() -> None:
        together.wait()
        seal_once(trail)

    threads = [Thread(target=seal) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    trail.seal()
    assert list(trail.numbers()) == list(range(1, len(trail.numbers()) + 1))
    assert covered(trail) == trail.ids()
    assert trail.verify().broken is None


def test_the_second_of_two_with_the_same_number_gives_up(trail: Trail) -> None:
    trail.write(2)
    with trail.session() as second:

        def ready() -> bool:
            """A transaction of another test on this server may hold it up for a moment."""
            second.rollback()
            return next_seal(second, trail.keys, last_seal(second)) is not None

        wait_until(ready, 20, "there is something to seal")
        seal = next_seal(second, trail.keys, last_seal(second))
        second.rollback()
        trail.seal()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sealing, "next_seal", lambda *_given: seal)
            assert seal_events(second, trail.keys, trail.heads) == 0
    assert trail.verify().broken is None


def test_a_run_seals_in_several_batches_and_one_transaction_may_lie_in_two(
    trail: Trail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "BATCH", 7)
    with trail.agent.at_work() as session:
        for _time in range(20):
            record(session, "person.read", "person", new_id())
    trail.seal()
    assert len(trail.numbers()) >= 3
    assert covered(trail) == trail.ids()
    assert trail.verify().broken is None


@pytest.mark.parametrize("table", ["audit_event", "audit_seal"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_application_can_only_add(sealed: Trail, table: str, statement: str) -> None:
    with sealed.session() as session, pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text(statement.format(table)))


def test_the_seals_of_another_tenant_are_not_there(sealed: Trail) -> None:
    other = Scope(tenant_id=sealed.agent.federation.other_platform.id)
    with ScopedSession(sealed.agent.federation.engine, other) as session:
        assert session.scalar(select(func.count()).select_from(AuditSeal)) == 0


def test_the_worker_seals_every_tenant_and_what_belongs_to_none(
    federation: Federation, superuser: Engine, trail: Trail
) -> None:
    trail.write(2)
    with unit_of_work(federation.engine, Scope()) as session:
        record(session, "sign_in.fail", "user_account", NIL)
    with superuser.begin() as connection:
        connection.execute(text("UPDATE tenant SET state = 'closed' WHERE id = :id"), {"id": trail.tenant_id})
    run_due(federation.app, SEAL, ahead=timedelta(minutes=2))
    heads = Heads(federation.app.extensions["clais"].settings["trail_heads"]).read()
    assert trail.tenant_id in heads
    assert NIL in heads
    assert heads[trail.tenant_id].number == trail.numbers()[-1]


def test_the_file_of_heads_is_closed_to_others_and_replaced_as_a_whole(tmp_path: Path) -> None:
    heads = Heads(tmp_path / "trail" / "heads.json")
    first, second = new_id(), new_id()
    heads.keep(first, Head(1, b"a"))
    heads.keep(second, Head(2, b"b"))
    heads.keep(first, Head(3, b"c"))
    assert heads.read() == {first: Head(3, b"c"), second: Head(2, b"b")}
    assert heads.path.stat().st_mode & 0o077 == 0
    heads.keep(first, None)
    assert heads.read() == {second: Head(2, b"b")}
    heads.path.write_text("[1]")
    with pytest.raises(ValueError, match="not a file of heads"):
        heads.read()


def begin_anew(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """The server is another one: its transactions have low numbers again."""
    monkeypatch.setattr(sealing, "oldest_running", lambda _session: number)


def test_a_backup_that_is_put_back_on_another_server_is_sealed_on(
    sealed: Trail, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = "WHERE tenant_id = :tenant AND id = :id"
    left = sealed.write(2)  # Written before the backup, and not sealed then.
    with monkeypatch.context() as patch:
        begin_anew(patch, 900)
        sealed.tamper(f"UPDATE audit_event SET transaction_id = '700' {own}", id=sealed.write()[0])
        seal_once(sealed)
        assert sorted(covered(sealed)) == sorted(sealed.ids())
        assert sealed.verify().broken is None
        begin_anew(patch, 1000)
        sealed.tamper(f"UPDATE audit_event SET transaction_id = '950' {own}", id=sealed.write()[0])
        seal_once(sealed)
        assert sorted(covered(sealed)) == sorted(sealed.ids())
        assert sealed.verify().broken is None
    # The numbers of the new server reach those of the old one: nothing is sealed twice.
    sealed.write(3)
    sealed.seal()
    assert sorted(covered(sealed)) == sorted(sealed.ids())
    verdict = sealed.verify()
    assert (verdict.broken, verdict.waiting_since, left[0] in covered(sealed)) == (None, None, True)
    sealed.tamper(f"DELETE FROM audit_event {own}", id=left[0])
    assert sealed.verify().broken is not None


def test_a_backup_without_seals_that_is_put_back_on_another_server_is_sealed(trail: Trail) -> None:
    first, _second = trail.write(2)
    trail.tamper(
        "UPDATE audit_event SET transaction_id = '9000000000000000000' WHERE tenant_id = :tenant AND id = :id", id=first
    )
    seal_once(trail)
    assert sorted(covered(trail)) == sorted(trail.ids())
    trail.write(2)
    trail.seal()
    assert sorted(covered(trail)) == sorted(trail.ids())
    assert trail.verify().broken is None
