"""The files that a search finds, in this order: what fits as typed, a name with a locality, names nearly so."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, Select, Uuid, bindparam, select

from clais.audit.listings import record_search
from clais.database import ScopedSession
from clais.encryption import Keyring
from clais.exchange.referrals.models import Referral
from clais.searching.keys import (
    MOST_ORDERED,
    Key,
    KeyTable,
    Kinds,
    Sought,
    by_name,
    by_name_and_place,
    kinds_of,
    owners_near,
    owners_with,
    values_of,
)
from clais.searching.typed import SearchText
from tenants.people.matching.keys import number_hash
from tenants.people.models import Person, PersonKey
from tenants.people.queries import ON_A_LINE

FOUND = 20
"""The most files that a search shows; a longer search narrows them."""
MOST_PROPOSED = 8
"""The most files that are proposed while one types."""
_KEYS = KeyTable(PersonKey, PersonKey.person_id)


@dataclass(frozen=True, slots=True)
class Found:
    """The files of a search by name. `nearly`: none fits as typed; `more`: others fit too."""

    people: Sequence[Person] = ()
    nearly: bool = False
    more: bool = False

    @property
    def alone(self) -> Person | None:
        """The one file that fits as typed."""
        return self.people[0] if len(self.people) == 1 and not self.nearly else None


def search(
    session: ScopedSession,
    query: SearchText,
    keyring: Keyring,
    limit: int = FOUND,
    *,
    referrals: bool = False,
) -> Found:
    """The files that match the whole search, with the columns of a list. Four statements at most, and usually one.

    `referrals` says whether the actor may read referrals, and so find a file by the number of one.
    """
    number = query.national_number
    hashed_number = number_hash(keyring, session, number) if number else None
    people = people_matching(session, query, limit + 1, hashed_number=hashed_number, brief=True, referrals=referrals)
    nearly = False
    if not people and query.words and not query.referral:
        facts = _facts(query, hashed_number)
        people = _people(session, by_name_and_place(query, facts), limit + 1, brief=True)
        if not people:
            people, nearly = _people_near(session, query, facts, limit + 1), True
    return Found(people[:limit], nearly and bool(people), len(people) > limit)


def people_matching(
    session: ScopedSession,
    query: SearchText,
    limit: int = FOUND,
    *,
    hashed_number: str | None = None,
    brief: bool = False,
    referrals: bool = False,
) -> list[Person]:
    """The files that match the whole search as it is typed, by name: starts of names, and every fact beside them.

    `hashed_number` is the hash of the typed national number (`keys.number_hash`); `brief` reads the columns of a list
    only; `referrals` as for `search`. Of more than MOST_ORDERED matches, only those nearest to the first typed word are
    sorted.
    """
    record_search(session)
    facts = _facts(query, hashed_number)
    if query.participant or (query.referral and not referrals):
        return []  # A platform never sees the centre's numbers.
    if query.referral:
        return _people_of_referral(session, query, facts, limit)
    return _people(session, by_name(query, facts), limit, brief=brief)


def _facts(query: SearchText, hashed_number: str | None) -> list[Key]:
    facts = {
        "phone": query.phone,
        "reference": query.reference,
        "email": query.email,
        "birth": query.birth_date.isoformat() if query.birth_date else None,
        "number": hashed_number,
        "place": query.postal_code,
    }
    found = [(kind, start) for kind, start in facts.items() if start]
    return [*found, ("birth", str(query.birth_year))] if query.birth_year else found


def _people(session: ScopedSession, sought: Sequence[Sought], limit: int, *, brief: bool) -> list[Person]:
    if not sought:
        return []
    values = {"here": session.scope.tenant_id, "most": limit, **values_of(sought)}
    return list(session.scalars(_people_with_keys(kinds_of(sought), brief=brief), values))


@lru_cache(maxsize=300)
def _people_with_keys(kinds: Kinds, *, brief: bool) -> Select[Person]:
    found = _named(owners_with(_KEYS, kinds)).limit(bindparam("most", type_=Integer()))
    return found.options(ON_A_LINE) if brief else found


def _named(owners: Any) -> Select[Person]:
    found = select(Person).where(Person.tenant_id == bindparam("here", type_=Uuid()), Person.id.in_(owners))
    return found.order_by(Person.sort_name, Person.id)


def _people_near(session: ScopedSession, query: SearchText, facts: Sequence[Key], limit: int) -> list[Person]:
    near = _named(owners_near(session, _KEYS, query, facts)).options(ON_A_LINE).limit(limit)
    return list(session.scalars(near, {"here": session.scope.tenant_id}))


def _people_of_referral(session: ScopedSession, query: SearchText, facts: Sequence[Key], limit: int) -> list[Person]:
    sent = select(Referral.person_id).where(
        Referral.tenant_id == session.scope.tenant_id, Referral.reference == query.referral
    )
    people = list(session.scalars(_named(sent).limit(limit), {"here": session.scope.tenant_id}))
    if not people or not (facts or query.words):
        return people
    others = {person.id for person in _people(session, by_name(query, facts), MOST_ORDERED, brief=True)}
    return [person for person in people if person.id in others]
