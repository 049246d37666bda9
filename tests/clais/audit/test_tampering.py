"""Whoever edits, deletes, reorders or inserts records, or cuts the end off, is found: the first bad one is named."""

from collections import namedtuple
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import false

from clais.audit import verification
from clais.audit.models import AuditEvent, AuditSeal
from clais.audit.seals import SealingKeys, canonical_json
from clais.audit.verification import Broken, Fault, check_seal
from clais.clock import now
from clais.database import NIL
from clais.encryption import Keyring
from tests.clais.audit.conftest import Trail

EVENT = "tenant_id = :tenant AND id = :id"


def broken(trail: Trail) -> tuple[Fault, object] | None:
    """What the verifier names first: the fault, and the record or the number of the seal."""
    found = trail.verify().broken
    return (found.fault, found.event_id or found.seal) if found else None


def test_a_trail_that_nobody_touched_is_whole(sealed: Trail) -> None:
    verdict = sealed.verify()
    assert verdict.broken is None
    assert verdict.events == len(sealed.ids())
    assert verdict.seals == verdict.newest == len(sealed.numbers())
    assert sealed.verify(latest=1).seals == 1


@pytest.mark.parametrize("place", [0, 7, 14])
def test_an_edited_record_is_named(sealed: Trail, place: int) -> None:
    event = sealed.ids()[place]
    sealed.tamper(f"UPDATE audit_event SET actor_name = 'Personne' WHERE {EVENT}", id=event)
    found = sealed.verify().broken
    assert found is not None
    assert (found.fault, found.event_id) == (Fault.EDITED, event)
    assert found.at is not None
    assert now() - found.at < timedelta(minutes=5)


def test_a_deleted_record_is_named(sealed: Trail) -> None:
    event = sealed.ids()[6]
    sealed.tamper(f"DELETE FROM audit_event WHERE {EVENT}", id=event)
    assert broken(sealed) == (Fault.DELETED, event)


def test_the_first_of_several_is_named(sealed: Trail) -> None:
    ids = sealed.ids()
    sealed.tamper(f"DELETE FROM audit_event WHERE {EVENT}", id=ids[11])
    sealed.tamper(f"UPDATE audit_event SET verb = 'x' WHERE {EVENT}", id=ids[3])
    assert broken(sealed) == (Fault.EDITED, ids[3])


def test_two_records_that_change_places_are_found(sealed: Trail) -> None:
    first, second = sealed.ids()[2:4]
    swap = (
        "UPDATE audit_event SET happened_at = CASE id WHEN :first THEN "
        "(SELECT happened_at FROM audit_event WHERE tenant_id = :tenant AND id = :second) ELSE "
        "(SELECT happened_at FROM audit_event WHERE tenant_id = :tenant AND id = :first) END "
        "WHERE tenant_id = :tenant AND id IN (:first, :second)"
    )
    sealed.tamper(swap, first=first, second=second)
    assert broken(sealed) == (Fault.EDITED, first)


def test_two_seals_that_change_places_are_found(sealed: Trail) -> None:
    for source, target in ((2, -2), (1, 2), (-2, 1)):
        sealed.tamper(
            "UPDATE audit_seal SET number = :target WHERE tenant_id = :tenant AND number = :source",
            source=source,
            target=target,
        )
    assert broken(sealed) == (Fault.SEAL_EDITED, 1)


@pytest.mark.parametrize(
    ("column", "value"),
    [("links", "substring(links FROM 33)"), ("last_at", "now()"), ("era", "1"), ("sealed_at", "now()")],
)
def test_an_edited_seal_is_found(sealed: Trail, column: str, value: str) -> None:
    sealed.tamper(f"UPDATE audit_seal SET {column} = {value} WHERE tenant_id = :tenant AND number = 2")
    assert broken(sealed) == (Fault.SEAL_EDITED, 2)


def test_a_missing_seal_is_found(sealed: Trail) -> None:
    sealed.tamper("DELETE FROM audit_seal WHERE tenant_id = :tenant AND number = 2")
    assert broken(sealed) == (Fault.SEAL_MISSING, 2)


COPY = (
    "INSERT INTO audit_event (tenant_id, id, happened_at, user_id, membership_id, actor_name, verb, subject_type, "
    "subject_id, details, transaction_id) SELECT tenant_id, :id, happened_at, user_id, membership_id, actor_name, "
    "verb, subject_type, subject_id, details, {number} FROM audit_event WHERE tenant_id = :tenant LIMIT 1"
)
NEVER = "'9000000000000000000'::xid8"
"""A number that no transaction reaches."""


@pytest.mark.parametrize(
    ("number", "slipped_in"),
    [("transaction_id", UUID(int=7)), (NEVER, UUID(int=7)), ("'0'", NIL), ("'0'", UUID(int=7))],
)
def test_a_record_that_is_slipped_in_is_named(sealed: Trail, number: str, slipped_in: UUID) -> None:
    sealed.tamper(COPY.format(number=number), id=slipped_in)
    assert broken(sealed) == (Fault.INSERTED, slipped_in)
    sealed.write(3)
    sealed.seal()
    assert broken(sealed) == (Fault.INSERTED, slipped_in)


@pytest.mark.parametrize("latest", [None, 1])
def test_a_record_that_is_moved_where_no_seal_comes_is_named(sealed: Trail, latest: int | None) -> None:
    moved = sealed.write(3)[1]
    sealed.tamper(f"UPDATE audit_event SET transaction_id = {NEVER} WHERE {EVENT}", id=moved)
    sealed.seal()
    found = sealed.verify(latest=latest).broken
    assert found is not None
    assert (found.fault, found.event_id) == (Fault.INSERTED, moved)


def test_a_verifier_that_looks_only_where_seals_come_is_found(sealed: Trail, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed.tamper(COPY.format(number=NEVER), id=UUID(int=7))
    assert broken(sealed) is not None
    monkeypatch.setattr(verification, "no_transaction_yet", lambda _column: false())
    assert broken(sealed) is None


def cut(trail: Trail, first: int, *tables: str) -> None:
    """Cut the end off, from a seal on."""
    trail.tamper(
        "DELETE FROM audit_event e USING audit_seal s WHERE e.tenant_id = :tenant AND s.tenant_id = :tenant "
        "AND s.number = :first - 1 AND (e.transaction_id, e.id) > (s.transaction_id, s.last_id)",
        *(f"DELETE FROM {table} WHERE tenant_id = :tenant AND number >= :first" for table in tables),
        first=first,
    )


def test_an_end_that_is_cut_off_is_found(sealed: Trail) -> None:
    first_gone = sealed.ids()[-5]
    cut(sealed, sealed.numbers()[-1])
    assert broken(sealed) == (Fault.DELETED, first_gone)


def test_an_end_that_is_cut_off_with_its_seals_is_found(sealed: Trail) -> None:
    last = sealed.numbers()[-1]
    cut(sealed, last, "audit_seal")
    assert broken(sealed) == (Fault.TAIL_CUT, last)
    # Also when the sealer goes on: what the file knows is not overwritten.
    for _time in range(2):
        sealed.write(2)
        sealed.seal()
    assert broken(sealed) == (Fault.TAIL_REWRITTEN, last)
    sealed.heads.keep(sealed.tenant_id, None)
    assert broken(sealed) is None


def test_a_trail_that_is_gone_altogether_is_found(sealed: Trail) -> None:
    last = sealed.numbers()[-1]
    sealed.tamper(
        "DELETE FROM audit_event WHERE tenant_id = :tenant", "DELETE FROM audit_seal WHERE tenant_id = :tenant"
    )
    assert broken(sealed) == (Fault.TAIL_CUT, last)


def test_who_has_other_keys_cannot_make_a_chain(sealed: Trail) -> None:
    forger = Keyring({sealed.keys.current: bytes(32)}, sealed.keys.current, bytes(31) + b"1")
    sealed.tamper("DELETE FROM audit_seal WHERE tenant_id = :tenant")
    event = sealed.ids()[4]
    sealed.tamper(f"UPDATE audit_event SET actor_name = 'Personne' WHERE {EVENT}", id=event)
    Trail(sealed.agent, SealingKeys(forger), sealed.heads, sealed.superuser).seal()
    assert broken(sealed) == (Fault.SEAL_EDITED, 1)


def test_a_key_that_is_not_there_is_said(sealed: Trail) -> None:
    other = Keyring({"other": bytes(32)}, "other", bytes(31) + b"1")
    trail = Trail(sealed.agent, SealingKeys(other), sealed.heads, sealed.superuser)
    assert broken(trail) == (Fault.KEY_MISSING, 1)


def test_a_rotated_keyring_goes_on(sealed: Trail) -> None:
    rotated = Trail(sealed.agent, SealingKeys(sealed.keys.keyring.rotated()), sealed.heads, sealed.superuser)
    rotated.write(2)
    rotated.seal()
    assert broken(rotated) is None
    assert broken(sealed) == (Fault.KEY_MISSING, sealed.numbers()[-1])


COLUMNS = sorted(column.name for column in AuditEvent.__table__.columns if column.name != "id")


def changed(value: Any) -> Any:
    """Another value of the same type, as near as can be."""
    match value:
        case None:
            return ""
        case str():
            return value + " "
        case int():
            return value + 1
        case UUID():
            return UUID(int=value.int ^ 1)
        case datetime():
            return value + timedelta(microseconds=1)
    return [*value, UUID(int=1)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(place=st.integers(0, 5), column=st.sampled_from(COLUMNS))
def test_any_column_of_any_record_that_is_changed_is_found(
    listed: tuple[Trail, Any, Any], place: int, column: str
) -> None:
    trail, seal, events = listed
    event = sorted(events.values(), key=lambda row: row.transaction_id)[place]
    values = event._asdict()
    altered = f'{{"more": 0, {values[column][1:]}' if column == "details" else changed(values[column])
    tampered: Any = namedtuple("Altered", values)(**{**values, column: altered})  # noqa: PYI024 - as a row of the database.
    found = check_seal(seal, {**events, event.id: tampered}, trail.keys, b"", 1)
    assert found is not None
    assert (found.fault, found.event_id) == (Fault.EDITED, event.id)


@pytest.fixture
def listed(trail: Trail) -> tuple[Trail, AuditSeal, verification.Events]:
    """One seal and its records, which have a value in every column."""
    trail.write(6, zero=0)
    trail.tamper("UPDATE audit_event SET request_id = 'r', listed = ARRAY[id] WHERE tenant_id = :tenant")
    trail.seal()
    with trail.session() as session:
        seal = next(verification._seals(session, 1))
        events = verification._events_of(session, trail.ids())
    assert check_seal(seal, events, trail.keys, b"", 1) is None
    return trail, seal, events


@pytest.mark.parametrize(
    ("one", "other"),
    [('{"a": 0}', '{"a": 0.0}'), ('{"a": 0.1}', '{"a": 0.1000000000000000055}'), ('{"a": 1}', '{"a": "1"}')],
)
def test_details_that_a_float_would_take_for_the_same_are_told_apart(one: str, other: str) -> None:
    assert canonical_json(one) != canonical_json(other)
    assert canonical_json('{"b": 1, "a": [2]}') == canonical_json('{"a":[2],"b":1}')


def test_a_verifier_that_looks_at_the_seals_only_is_found(sealed: Trail, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed.tamper(f"UPDATE audit_event SET actor_name = 'Personne' WHERE {EVENT}", id=sealed.ids()[3])
    assert broken(sealed) is not None
    monkeypatch.setattr(verification, "links_of", lambda _seal: ())
    assert broken(sealed) is None


def test_records_that_wait_for_their_seal_too_long_are_said(sealed: Trail) -> None:
    assert not sealed.verify().is_behind()
    event = sealed.write()[0]
    assert not sealed.verify().is_behind()
    sealed.tamper(f"UPDATE audit_event SET happened_at = now() - interval '11 minutes' WHERE {EVENT}", id=event)
    verdict = sealed.verify()
    assert (verdict.is_behind(), verdict.broken) == (True, None)
    sealed.seal()
    assert not sealed.verify().is_behind()


def test_the_latest_seals_alone_tell_of_their_own_records(sealed: Trail) -> None:
    event = sealed.ids()[-1]
    sealed.tamper(f"DELETE FROM audit_event WHERE {EVENT}", id=event)
    found = sealed.verify(latest=1).broken
    assert isinstance(found, Broken)
    assert (found.fault, found.event_id) == (Fault.DELETED, event)
