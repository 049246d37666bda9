"""Two files become one, and for a month two again."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now, today
from clais.database import EVERY_ROW, ScopedSession, new_id
from clais.dates import end_of
from clais.due.actions import make_due
from clais.encryption import Keyring
from clais.sealing import seal, unseal
from clais.searching.names import sort_key
from clais.workflow import Refused
from tenants.follow_up.queries import last_reached_on
from tenants.merging import queries
from tenants.merging.jobs import FORGET, GATHER, LATE_ROWS
from tenants.merging.models import FileMerge
from tenants.merging.moving import move, move_back
from tenants.merging.pairs import forget_pairs
from tenants.merging.rules.agreement import narrower
from tenants.merging.rules.facts import AGREEMENT, SEALED_STATUS, compared, group_of, taken
from tenants.merging.stored import as_stored, facts_of, from_stored, number_for
from tenants.people.actions import CARD, LONGEST_SORT_NAME, SPECIAL
from tenants.people.dated import note_changes
from tenants.people.matching.keys import drop_keys, write_keys
from tenants.people.models import Person
from tenants.people.standing import tell_apart
from tenants.people.withheld import precise_status, sealed_status, take_out_of_clear
from tenants.people.workflow import OPEN_STAGES

UNDO = timedelta(days=30)
ON_THE_CARD = frozenset({*CARD, *SPECIAL})
"""The facts of which it is told what they were before; of a status, what the card says of it."""


def merge(
    session: ScopedSession,
    actor: Actor,
    kept: Person,
    other: Person,
    chosen: Collection[str],
    keyring: Keyring,
    *,
    version: str,
) -> FileMerge:
    """Let `kept` stand for `other` too. `chosen` are the groups of facts that are taken from the other card.

    `version` is `version_of` the two as they were read. Raises Refused: `changed` when a card was saved since; `same`;
    `merged` or `left_out` when one of them does not stand any more; `told_apart`; `closed_file` when the kept
    file is closed and the other one is not.
    """
    hold(session, kept, other)
    refuse(session, kept, other)
    if version_of(kept, other) != version:
        raise Refused("changed")
    made = FileMerge(
        tenant_id=kept.tenant_id,
        id=new_id(),
        person_id=kept.id,
        merged_id=other.id,
        merged_reference=other.reference,
        merged_at=now(),
        merged_by=actor.display_name,
        undo_until=today() + UNDO,
    )
    for person in (kept, other):
        take_out_of_clear(keyring, person)
    facts = _take_facts(session, actor, kept, other, chosen, keyring)
    made.moved = move(session, other.id, kept.id)
    made.sealed = seal(keyring, facts, table=FileMerge.__tablename__, tenant_id=made.tenant_id, row_id=made.id)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError as error:
        raise Refused("merged") from error
    other.merged_into_id, other.left_out_at = kept.id, made.merged_at
    session.flush()
    drop_keys(session, other)
    forget_pairs(session, other.id)
    write_keys(session, kept, keyring)
    details = {"fields": sorted(set(facts) - {SEALED_STATUS}), "other": str(other.id)}
    record(session, "person.merge", "file_merge", made.id, person_id=kept.id, details=details)
    make_due(session, GATHER, at=now() + LATE_ROWS)
    make_due(session, FORGET, at=end_of(made.undo_until))
    session.flush()
    return made


def undo(session: ScopedSession, actor: Actor, made: FileMerge, keyring: Keyring) -> int:
    """Give both files back. What was written since stays with the file that was kept. Gives how many rows cannot go.

    Raises Refused: `undone`; `too_late`; `merged` when the kept file went into another one meanwhile; `left_out` when
    it was set aside; `followed` when a third one went into it since: facts taken from it are taken back first.
    """
    files = queries.files(session, made.person_id, made.merged_id)
    kept, other = files[made.person_id], files[made.merged_id]
    hold(session, kept, other)
    session.refresh(made, with_for_update=True)
    if made.undone_at is not None:
        raise Refused("undone")
    if made.moved is None or made.sealed is None or made.undo_until < today():
        raise Refused("too_late")
    if kept.merged_into_id is not None:
        raise Refused("merged")
    if kept.is_set_aside:
        raise Refused("left_out")
    if queries.is_followed(session, made):
        raise Refused("followed")
    left = move_back(session, made.moved, kept.id, other.id)
    _give_facts_back(session, actor, kept, unseal(keyring, made))
    reached = last_reached_on(session, kept.id, since=made.id)
    kept.last_contact_on = max(filter(None, (kept.last_contact_on, reached)), default=None)
    other.merged_into_id = other.left_out_at = None
    made.undone_at, made.undone_by = now(), actor.display_name
    made.moved = made.sealed = None
    session.flush()
    for person in (kept, other):
        write_keys(session, person, keyring)
    tell_apart(session, actor, kept.id, [other.id], "undone")
    record(session, "person.unmerge", "file_merge", made.id, person_id=kept.id, details={"other": str(other.id)})
    session.flush()
    return left


def version_of(kept: Person, other: Person) -> str:
    """Which two cards are compared, in which versions."""
    return "-".join(f"{person.id.hex}.{person.version}" for person in (kept, other))


def refuse(session: ScopedSession, kept: Person, other: Person) -> None:
    """Refuse two files that cannot become one. Raises Refused as `merge` does."""
    if kept.id == other.id:
        raise Refused("same")
    if kept.merged_into_id is not None or other.merged_into_id is not None:
        raise Refused("merged")
    if kept.is_set_aside or other.is_set_aside:
        raise Refused("left_out")
    if queries.decision(session, kept.id, other.id) is not None:
        raise Refused("told_apart")
    if kept.stage not in OPEN_STAGES and other.stage in OPEN_STAGES:
        raise Refused("closed_file")


def hold(session: ScopedSession, *people: Person) -> None:
    """Hold some files for this transaction, in the order of their keys, so that no two acts wait for each other."""
    rows = select(Person).where(
        Person.tenant_id == session.scope.tenant_id, Person.id.in_(sorted(person.id for person in people))
    )
    held = rows.order_by(Person.id).with_for_update(key_share=True)
    session.scalars(held.execution_options(populate_existing=True, **EVERY_ROW)).all()


def _take_facts(
    session: ScopedSession, actor: Actor, kept: Person, other: Person, chosen: Collection[str], keyring: Keyring
) -> dict[str, list[Any]]:
    """Put on the kept card what it takes over; gives fact → what it was and what it became, as it is stored."""
    theirs = facts_of(other, keyring)
    values = {name: theirs[name] for name in taken(compared(facts_of(kept, keyring), theirs), chosen.__contains__)}
    agreement = narrower(
        (kept.registration_consent_at, kept.registration_consent_manner),
        (other.registration_consent_at, other.registration_consent_manner),
    )
    values |= dict(zip(AGREEMENT, agreement, strict=True))
    values["last_contact_on"] = max(filter(None, (kept.last_contact_on, other.last_contact_on)), default=None)
    values["referent_id"] = kept.referent_id or other.referent_id
    if "status" in values:
        values[SEALED_STATUS] = sealed_status(keyring, kept.tenant_id, kept.id, precise_status(keyring, other))
    if "national_number" in values:
        values["national_number"] = number_for(kept, values["national_number"], keyring)
    return _put(session, actor, kept, values)


def _give_facts_back(session: ScopedSession, actor: Actor, kept: Person, facts: dict[str, list[Any]]) -> None:
    """Let each fact be what it was, unless somebody changed it since, or what belongs to it."""
    changed = {group_of(name) for name, (_was, became) in facts.items() if as_stored(kept, name) != became}
    own = {name: from_stored(name, was) for name, (was, _became) in facts.items() if group_of(name) not in changed}
    _put(session, actor, kept, own)


def _put(session: ScopedSession, actor: Actor, kept: Person, values: dict[str, Any]) -> dict[str, list[Any]]:
    """Write facts on a card, and tell what it said before. Gives fact → what it was and what it became, as stored."""
    before = {name: (getattr(kept, name), as_stored(kept, name)) for name in values}
    for name, value in values.items():
        setattr(kept, name, value)
    kept.sort_name = sort_key(kept.family_name, kept.given_names)[:LONGEST_SORT_NAME]
    changed = {name: [was, is_now] for name, (_said, was) in before.items() if (is_now := as_stored(kept, name)) != was}
    told = {name: (before[name][0], getattr(kept, name)) for name in sorted(changed) if name in ON_THE_CARD}
    note_changes(session, actor, kept, told)
    session.flush()
    return changed
