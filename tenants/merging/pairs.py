"""The pairs of files that look like one person's: found file by file once a card is written, never all at once."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, delete, insert, or_, select, tuple_

from clais.clock import now
from clais.database import ScopedSession, new_id
from clais.due.actions import make_due
from tenants.merging.models import ProbableDuplicate
from tenants.people.choices import BINDING
from tenants.people.matching import duplicates
from tenants.people.matching.duplicates import Match
from tenants.people.matching.keys import COMPARE, COMPARED, identity_of, mark_compared
from tenants.people.models import Person, PersonKey, ToldApart
from tenants.people.queries import number_keys, probable_duplicates
from tenants.people.standing import people_by_id

STRENGTHS = {"certain": 0, "probable": 1}
"""How sure a match is → its place in the queue; what is only possible is asked at the desk, and not here."""
BATCH = 20
"""How many files are compared in one transaction."""
PAGE = 20
MOST_DECIDED = 10


@dataclass(frozen=True, slots=True)
class Pair:
    """Two files of the queue, why they look alike, and what was said at the desk about them."""

    one: Person
    match: Match[Person]
    said: ToldApart | None


def not_compared(session: ScopedSession, limit: int = BATCH) -> Sequence[Person]:
    """The files that were not compared with the others as their card is now."""
    here = session.scope.tenant_id
    # Read once into a table of its own: asked for each file, it would cost most when all were compared.
    compared = select(PersonKey.person_id).where(PersonKey.tenant_id == here, PersonKey.kind == COMPARED)
    waiting = select(Person).where(Person.tenant_id == here, Person.id.not_in(compared))
    return session.scalars(waiting.order_by(Person.id).limit(limit)).all()


def compare_some(session: ScopedSession) -> int:
    """Find again what looks like some files that wait for it. Gives how many are compared as their card is now.

    Nothing is held while they are compared, which takes a while: nobody who saves a card waits for it. What was found
    is then written at once, of the cards that are still the same and that nobody else holds. The others are left for
    the next time.
    """
    waiting = not_compared(session)
    read = {person.id: person.version for person in waiting}
    numbers, apart = number_keys(session, waiting), _apart(session, read)
    found = {person: _likely(session, person, numbers.get(person.id), apart[person.id]) for person in waiting}
    others = {match.key.id for matches in found.values() for match in matches}
    held = _hold_unchanged(session, {*read, *others})
    done = {
        person: matches
        for person, matches in found.items()
        if held.get(person.id) == read[person.id] and all(match.key.id in held for match in matches)
    }
    _replace(session, done)
    mark_compared(session, done)
    return len(done)


def _likely(session: ScopedSession, person: Person, number: str | None, apart: Collection[UUID]) -> list[Match[Person]]:
    found = probable_duplicates(session, identity_of(person, number), excluding=person.id, apart=apart)
    return [match for match in found if match.likelihood in STRENGTHS]


def _apart(session: ScopedSession, people: Collection[UUID]) -> Mapping[UUID, Collection[UUID]]:
    """Of each of some files, those that were told apart from it."""
    standing = (ToldApart.tenant_id == session.scope.tenant_id, ToldApart.ended_at.is_(None))
    binding = (ToldApart.person_id.in_(people), ToldApart.cause.in_(BINDING))
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for one, other in session.execute(select(ToldApart.person_id, ToldApart.other_id).where(*standing, *binding)):
        found[one].add(other)
    return found


def _hold_unchanged(session: ScopedSession, people: Collection[UUID]) -> dict[UUID, int]:
    """Hold those of some files that still stand and that nobody else holds: key → the version of the card.

    No other process writes a pair of two of them meanwhile.
    """
    cards = select(Person.id, Person.version).where(Person.tenant_id == session.scope.tenant_id, Person.id.in_(people))
    held = cards.order_by(Person.id).with_for_update(key_share=True, skip_locked=True)
    return {row.id: row.version for row in session.execute(held)}


def _replace(session: ScopedSession, found: Mapping[Person, Sequence[Match[Person]]]) -> None:
    """Put what looks like some files into the queue, in the place of what did before."""
    people = [person.id for person in found]
    theirs = or_(ProbableDuplicate.person_id.in_(people), ProbableDuplicate.other_id.in_(people))
    session.execute(delete(ProbableDuplicate).where(ProbableDuplicate.tenant_id == session.scope.tenant_id, theirs))
    # Asked again, as they are held now: they may have been told apart meanwhile.
    apart, rows = _apart(session, people), {}
    for person, matches in found.items():
        for row in (_row(session, person, match) for match in matches if match.key.id not in apart[person.id]):
            rows[row["person_id"], row["other_id"]] = row
    if rows:
        session.execute(insert(ProbableDuplicate), list(rows.values()))


def _row(session: ScopedSession, person: Person, match: Match[Person]) -> dict[str, object]:
    one, other = sorted((person.id, match.key.id))
    keys = {"tenant_id": session.scope.tenant_id, "id": new_id(), "person_id": one, "other_id": other}
    return {**keys, "strength": STRENGTHS[match.likelihood], "found_at": now()}


def forget_pairs(session: ScopedSession, *people: UUID) -> None:
    """Take out of the queue the pairs that name all of these files."""
    mine = [_named(person_id) for person_id in people]
    session.execute(delete(ProbableDuplicate).where(ProbableDuplicate.tenant_id == session.scope.tenant_id, *mine))


def compare_again(session: ScopedSession, *people: UUID) -> None:
    """Let the worker compare some files anew."""
    marks = (PersonKey.tenant_id == session.scope.tenant_id, PersonKey.kind == COMPARED)
    session.execute(delete(PersonKey).where(*marks, PersonKey.person_id.in_(people)))
    make_due(session, COMPARE)


def page(session: ScopedSession, after: tuple[int, UUID] | None = None) -> tuple[list[Pair], ProbableDuplicate | None]:
    """One page of the queue, the surest first, each pair with why; and its last row when others follow.

    Only the last page is empty: one on which no pair is to be decided about any more is passed over.
    """
    rows = select(ProbableDuplicate).where(ProbableDuplicate.tenant_id == session.scope.tenant_id)
    order = (ProbableDuplicate.strength, ProbableDuplicate.id)
    if after is not None:
        rows = rows.where(tuple_(*order) > after)
    found = session.scalars(rows.order_by(*order).limit(PAGE + 1)).all()
    shown, last = found[:PAGE], found[PAGE - 1] if len(found) > PAGE else None
    files = people_by_id(session, [key for row in shown for key in (row.person_id, row.other_id)])
    numbers = number_keys(session, list(files.values()))
    said = _said(session, shown)
    both = [(files.get(row.person_id), files.get(row.other_id)) for row in shown]
    pairs = [_pair(one, other, numbers, said) for one, other in both if one is not None and other is not None]
    standing = [pair for pair in pairs if pair is not None]
    return page(session, (last.strength, last.id)) if last is not None and not standing else (standing, last)


def first_pair(session: ScopedSession) -> Pair | None:
    """The pair of the queue that is decided about next."""
    return next(iter(page(session)[0]), None)


def _pair(
    one: Person, other: Person, numbers: dict[UUID, str], said: dict[tuple[UUID, UUID], ToldApart]
) -> Pair | None:
    """What two files have in common; None once a card says something else, and the worker has not come yet."""
    decided = said.get((one.id, other.id))
    if decided is not None and decided.cause in BINDING:
        return None
    identities = [identity_of(file, numbers.get(file.id)) for file in (one, other)]
    match = next(iter(duplicates.probable_duplicates(identities[0], [(other, identities[1])])), None)
    return Pair(one, match, decided) if match is not None else None


def _said(session: ScopedSession, found: Sequence[ProbableDuplicate]) -> dict[tuple[UUID, UUID], ToldApart]:
    """What was said about some pairs, at the desk or by a coordinator."""
    wanted = [(row.person_id, row.other_id) for row in found]
    if not wanted:
        return {}
    standing = (ToldApart.tenant_id == session.scope.tenant_id, ToldApart.ended_at.is_(None))
    rows = select(ToldApart).where(*standing, tuple_(ToldApart.person_id, ToldApart.other_id).in_(wanted))
    return {(row.person_id, row.other_id): row for row in session.scalars(rows)}


def lately_decided(session: ScopedSession) -> list[tuple[Person, Person, ToldApart]]:
    """The last pairs that a coordinator told apart: each can be taken back."""
    # Each of the two files has its row about the other: that of the older one stands for both.
    here = (ToldApart.tenant_id == session.scope.tenant_id, ToldApart.ended_at.is_(None))
    rows = select(ToldApart).where(*here, ToldApart.cause == "decided", ToldApart.person_id < ToldApart.other_id)
    found = session.scalars(rows.order_by(ToldApart.decided_at.desc(), ToldApart.id.desc()).limit(MOST_DECIDED)).all()
    files = people_by_id(session, [key for row in found for key in (row.person_id, row.other_id)])
    return [
        (files[row.person_id], files[row.other_id], row)
        for row in found
        if row.person_id in files and row.other_id in files
    ]


def _named(person_id: UUID) -> ColumnElement[bool]:
    return or_(ProbableDuplicate.person_id == person_id, ProbableDuplicate.other_id == person_id)
