"""The dated facts of a person: what was so, since when, and what changed.

The card says what is so today, for lists, searches and parcels. Its history is written here together with it, in one
transaction. Where a card and its newest period differ (a fact that never changed here, a row written before there were
periods), the card is right, and what it says is the newest period.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, bindparam, delete, select

from clais.actor import Actor
from clais.clock import now, today
from clais.database import HERE, ScopedSession
from tenants.people import queries
from tenants.people.models import Person, PersonChange, PersonPeriod
from tenants.people.rules.periods import History, Period, begin, correct
from tenants.people.standing import people_by_id

STATUS, ADDRESS, SCHOOLING = "status", "address", "schooling"
ON_THE_CARD = {
    STATUS: ("status",),
    ADDRESS: ("street", "street_number", "box", "postal_code", "locality"),
    SCHOOLING: ("schooling", "schooling_note"),
}
"""Dated fact → the columns of the card that say what is so today. Other facts are in no column."""
SINCE = "status_since"
OF_PERIODS = "periods."
"""Before the name of a dated fact among what changed: its periods, and not what the card says."""
UNSAID = frozenset({"national_number"})
"""What changed is on record without a value."""

Stored = Mapping[str, Sequence[PersonPeriod]]

_PERIODS = (
    select(PersonPeriod)
    .where(PersonPeriod.tenant_id == HERE, PersonPeriod.person_id == bindparam("person", type_=Uuid()))
    .order_by(PersonPeriod.fact, PersonPeriod.since.asc().nulls_first())
)


def stored_periods(session: ScopedSession, person_id: UUID) -> dict[str, list[PersonPeriod]]:
    """Fact → its stored periods, the oldest first."""
    found: dict[str, list[PersonPeriod]] = {}
    for row in session.scalars(_PERIODS, {"here": session.scope.tenant_id, "person": person_id}):
        found.setdefault(row.fact, []).append(row)
    return found


def history_of(person: Person, fact: str, stored: Stored) -> History:
    """The periods of one fact of a person, as the card and the stored ones have it."""
    return held(fact, stored.get(fact, ()), card_value(person, fact), card_since(person, fact))


def held(fact: str, stored: Sequence[PersonPeriod], value: Any, since: date | None) -> History:
    """The stored periods, with what the card says as the last one."""
    history: History = tuple(Period(row.since, row.value) for row in stored)
    if fact not in ON_THE_CARD or same_on_card(fact, history[-1].value if history else None, value):
        return history
    if history and (since is None or since <= (history[-1].since or date.min)):
        return correct(history, len(history) - 1, history[-1].since, value)
    return begin(history, since, value)


def card_value(person: Person, fact: str) -> dict[str, Any] | None:
    """What the card says of a dated fact; None when it says nothing."""
    return _value({name: getattr(person, name) for name in ON_THE_CARD.get(fact, ())})


def _value(said: Mapping[str, Any]) -> dict[str, Any] | None:
    return {name: value for name, value in said.items() if value is not None} or None


def card_since(person: Person, fact: str) -> date | None:
    """Since when, where the card says so."""
    return person.status_since if fact == STATUS else None


def same_on_card(fact: str, value: Any, said: Any) -> bool:
    """Whether a period says what the card says; what is on no card may be said beside it."""
    return _said(fact, value) == _said(fact, said)


def said_otherwise(session: ScopedSession, one: UUID, other: UUID) -> ColumnElement[bool]:
    """The condition for periods of facts of which the cards of two files say different things."""
    cards = people_by_id(session, (one, other), every_file=True)
    said = [{fact: (card_value(card, fact), card_since(card, fact)) for fact in ON_THE_CARD} for card in cards.values()]
    return PersonPeriod.fact.in_([fact for fact in ON_THE_CARD if any(each[fact] != said[0][fact] for each in said)])


def undecided(person: Person, facts: Mapping[str, Any]) -> bool:
    """Whether a card with these facts could be a change from a day on, or the correction of what was never so.

    Only the agent knows. What is added where nothing stood is no change, nor is what begins on a day that they say.
    """
    for fact, columns in ON_THE_CARD.items():
        dated = fact == STATUS and facts.get("status_since", person.status_since) != person.status_since
        replaced = any(
            getattr(person, name) is not None and facts.get(name, getattr(person, name)) != getattr(person, name)
            for name in columns
        )
        if replaced and not dated:
            return True
    return False


def follow_card(session: ScopedSession, person: Person, before: Mapping[str, Any], *, corrects: bool) -> None:
    """Write the history of what changed on a card. `before` has what the changed columns said.

    What changed is so from the day that the card says, or from today on; with `corrects` it was so all along.
    Raises Overlap when it would begin before an earlier period ends.
    """
    changed = [
        fact for fact, columns in ON_THE_CARD.items() if {*columns, *([SINCE] if fact == STATUS else [])} & set(before)
    ]
    stored = stored_periods(session, person.id) if changed else {}
    for fact in changed:
        rows, said = stored.get(fact, ()), before.get(SINCE, person.status_since) if fact == STATUS else None
        known = held(fact, rows, _value({name: _former(person, before, name) for name in ON_THE_CARD[fact]}), said)
        history = _followed(fact, known, person, corrects=corrects, dated=fact == STATUS and SINCE in before)
        store(session, person, fact, rows, history)
        if fact == STATUS:
            person.status_since = history[-1].since if person.status else None


def _former(person: Person, before: Mapping[str, Any], name: str) -> Any:
    return before[name] if name in before else getattr(person, name)


def _followed(fact: str, known: History, person: Person, *, corrects: bool, dated: bool) -> History:
    """The history `known`, with what the card says now; `dated` when the card says since when."""
    value, said = card_value(person, fact), person.status_since if fact == STATUS else None
    if not known:
        return begin(known, said, value)
    present, last = known[-1], len(known) - 1
    before = present.since or date.min
    replaced = any(old != (value or {}).get(name) for name, old in _said(fact, present.value).items())
    # What is said beside the card, such as the country of a certificate, is of the same certificate.
    beside = {name: old for name, old in (present.value or {}).items() if name not in ON_THE_CARD[fact]}
    corrected = None if value is None else beside | value
    if dated and said and (replaced or present.value is None) and not corrects:
        return begin(known, said, value) if said > before else correct(known, last, said, corrected)
    if corrects or (present.value is not None and not replaced):
        return correct(known, last, said if fact == STATUS else present.since, corrected)
    return begin(known, max(today(), before), value)


def store(session: ScopedSession, person: Person, fact: str, stored: Sequence[PersonPeriod], history: History) -> None:
    """Keep the history of a fact, of which `stored` are the rows until now."""
    kept = {row.since: row for row in stored}
    gone = [kept.pop(since).id for since in set(kept) - {one.since for one in history}]
    if gone:
        here = PersonPeriod.tenant_id == session.scope.tenant_id
        session.execute(delete(PersonPeriod).where(here, PersonPeriod.id.in_(gone)))
    for one in history:
        if one.since in kept:
            kept[one.since].value = one.value
        else:
            session.add(PersonPeriod(person_id=person.id, fact=fact, since=one.since, value=one.value))


def bring_in_line(session: ScopedSession, person: Person, fact: str, history: History) -> None:
    """Let the card say what the last period says. The card gets a new version, also when it does not have the fact."""
    last = history[-1] if history else Period(None, None)
    for name in ON_THE_CARD.get(fact, ()):
        setattr(person, name, (last.value or {}).get(name))
    if fact == STATUS:
        person.status_since = last.since if last.value else None
    if fact == ADDRESS:
        person.locality, person.nis_code = queries.place_of(session, person.postal_code, person.locality)
    person.updated_at = now()


def note_changes(session: ScopedSession, actor: Actor, person: Person, changes: Mapping[str, tuple[Any, Any]]) -> None:
    """Keep what changed on a file, with what it said before: fact → (before, after)."""
    facts = {
        name: {} if name in UNSAID else {"before": _plain(before), "after": _plain(after)}
        for name, (before, after) in changes.items()
    }
    if facts:
        session.add(PersonChange(person_id=person.id, facts=facts, changed_by=actor.display_name))


def note_periods(session: ScopedSession, actor: Actor, person: Person, fact: str, *histories: History) -> None:
    """Keep the history of a fact before and after it changed."""
    before, after = ([[_plain(one.since), one.value] for one in history] for history in histories)
    note_changes(session, actor, person, {f"{OF_PERIODS}{fact}": (before, after)})


def _said(fact: str, value: Any) -> dict[str, Any]:
    return {name: old for name, old in (value or {}).items() if name in ON_THE_CARD[fact]}


def _plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    return value.isoformat() if isinstance(value, date) else value
