"""What is so of a person from a day on, and what was so before. The card follows, in the same transaction."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now
from clais.database import ScopedSession
from clais.encryption import Keyring
from tenants.people import dated
from tenants.people.actions import StaleCard, lock_file
from tenants.people.matching.keys import write_keys
from tenants.people.models import Person
from tenants.people.queries import place_of
from tenants.people.rules import periods
from tenants.people.rules.periods import History
from tenants.people.withheld import in_clear, precise_status, replaces, says_the_same, seal_status, take_out_of_clear


def begin(
    session: ScopedSession,
    actor: Actor,
    person: Person,
    fact: str,
    value: Mapping[str, Any],
    since: date,
    *,
    version: int,
    keyring: Keyring,
) -> bool:
    """What is so from a day on; what was so until then ends the day before. False when it was so already.

    Raises StaleCard when someone saved the file since `version`, or Overlap.
    """
    placed = _placed(session, fact, value)
    act = lambda known: periods.begin(known, since, placed)  # noqa: E731 - as in the others.
    if not _write(session, actor, person, fact, act, version, keyring, typed=value.get("status")):
        return False
    record(session, "situation.begin", "person", person.id, person_id=person.id, details={"fields": [fact]})
    return True


def correct(
    session: ScopedSession,
    actor: Actor,
    person: Person,
    fact: str,
    number: int,
    value: Mapping[str, Any],
    since: date | None,
    *,
    version: int,
    keyring: Keyring,
) -> bool:
    """One period, by its number from 0, as it really was. Gives and raises what `begin` does."""
    placed = _placed(session, fact, value)
    act = _of_one(number, lambda known: periods.correct(known, number, since, placed))
    if not _write(session, actor, person, fact, act, version, keyring, typed=value.get("status")):
        return False
    record(session, "situation.correct", "person", person.id, person_id=person.id, details={"fields": [fact]})
    return True


def insert(
    session: ScopedSession,
    actor: Actor,
    person: Person,
    fact: str,
    value: Mapping[str, Any],
    since: date | None,
    until: date,
    *,
    version: int,
    keyring: Keyring,
) -> bool:
    """A period that was forgotten. Gives and raises what `begin` does, and OutOfOrder."""
    placed = _placed(session, fact, value)
    act = lambda known: periods.insert(known, since, until, placed)  # noqa: E731 - as in the others.
    if not _write(session, actor, person, fact, act, version, keyring):
        return False
    record(session, "situation.insert", "person", person.id, person_id=person.id, details={"fields": [fact]})
    return True


def remove(
    session: ScopedSession, actor: Actor, person: Person, fact: str, number: int, *, version: int, keyring: Keyring
) -> bool:
    """Take away a period that never was; the one before goes on in its place. Gives and raises what `begin` does."""
    act = _of_one(number, lambda known: periods.remove(known, number))
    if not _write(session, actor, person, fact, act, version, keyring):
        return False
    record(session, "situation.remove", "person", person.id, person_id=person.id, details={"fields": [fact]})
    return True


def _write(
    session: ScopedSession,
    actor: Actor,
    person: Person,
    fact: str,
    act: Callable[[History], History],
    version: int,
    keyring: Keyring,
    *,
    typed: str | None = None,
) -> bool:
    lock_file(session, person)
    if person.version != version:
        raise StaleCard
    take_out_of_clear(keyring, person)
    former = precise_status(keyring, person)
    stored = dated.stored_periods(session, person.id)
    before = dated.history_of(person, fact, stored)
    after = act(before)
    # Of a status that tells of health the present one alone is kept, sealed: its history says « other ».
    is_present = bool(typed) and bool(after) and after[-1].value == {fact: in_clear(typed)}
    present = typed if is_present and replaces(keyring, person, typed) else former
    if after == before:
        if not (is_present and says_the_same(person, typed)):
            return False
        # A change also when it is none: else the answer would tell which status was sealed.
        seal_status(keyring, person, present)
        person.updated_at = now()
        return True
    dated.bring_in_line(session, person, fact, after)
    if fact == dated.STATUS:
        seal_status(keyring, person, present if in_clear(present) == person.status else person.status)
    dated.store(session, person, fact, stored.get(fact, ()), after)
    dated.note_periods(session, actor, person, fact, before, after)
    if fact == dated.ADDRESS:
        write_keys(session, person, keyring)
    return True


def _of_one(number: int, act: Callable[[History], History]) -> Callable[[History], History]:
    """An act on one period. Raises StaleCard when there is none of this number: the page showed another history."""

    def run(known: History) -> History:
        if number >= len(known):
            raise StaleCard
        return act(known)

    return run


def _placed(session: ScopedSession, fact: str, value: Mapping[str, Any]) -> dict[str, Any]:
    """The value without what it does not say; an address with the locality that its postal code has."""
    said = dict(value)
    if fact == dated.STATUS:
        said["status"] = in_clear(said.get("status"))
    if fact == dated.ADDRESS:
        said["locality"], _nis_code = place_of(session, said.get("postal_code"), said.get("locality"))
    return {name: answer for name, answer in said.items() if answer not in (None, [], "")}
