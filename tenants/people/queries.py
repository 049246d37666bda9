from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Protocol
from uuid import UUID

from sqlalchemy import Integer, Select, Text, Uuid, bindparam, func, select, tuple_
from sqlalchemy.orm import load_only

from clais.database import ScopedSession
from clais.registry.models import PostalCode, Tenant
from clais.registry.queries import localities
from clais.text import fold
from tenants.people.matching import duplicates
from tenants.people.matching.duplicates import Identity, Match
from tenants.people.matching.keys import identity_of, shared_keys
from tenants.people.matching.names import SearchText, compact
from tenants.people.models import Person, PersonKey, RecentlyOpened
from tenants.people.workflow import OPEN_STAGES, STAGE

PAGE = 25
_ON_A_LINE = load_only(
    Person.reference,
    Person.family_name,
    Person.given_names,
    Person.sort_name,
    Person.birth_date,
    Person.birth_year,
    Person.postal_code,
    Person.locality,
    Person.status,
    Person.stage,
    Person.last_contact_on,
    raiseload=True,
)
"""The columns of a list, of the forty that a file has."""
FOUND = 20
"""The most files that a search shows; a longer search narrows them."""
LAST_CHARACTER = "\U0010ffff"
"""It sorts after every other character, and no key contains it."""
MOST_ORDERED = 120
MOST_COMPARED = 300
"""Of more files that share a key, only the newest are compared: such a common key says little."""


def _own(session: ScopedSession) -> Select[Person]:
    # Row level security adds the tenant too. The condition lets a sharded database ask one shard only.
    return select(Person).where(Person.tenant_id == session.scope.tenant_id)


def people_after(
    session: ScopedSession,
    after: tuple[str, UUID] | None = None,
    *,
    stage: str | None = None,
    referent_id: UUID | None = None,
    limit: int = PAGE,
) -> list[Person]:
    """One page of files by name, after the (sort_name, id) of the page before; one more row means that a page follows.

    Without `stage`, every open file. Keyset pagination: the hundredth page costs what the first does.
    """
    page = _page(of_stage=bool(stage), of_referent=referent_id is not None)
    if after is not None:
        page = page.where(tuple_(Person.sort_name, Person.id) > after)
    values = {"here": session.scope.tenant_id, "stage": stage, "referent": referent_id, "most": limit + 1}
    return list(session.scalars(page, values))


@cache
def _page(*, of_stage: bool, of_referent: bool) -> Select[Person]:
    # Built once: the list is opened all day, and building the statement costs a part of its execution.
    page = select(Person).where(Person.tenant_id == bindparam("here", type_=Uuid()))
    page = page.where(Person.stage == bindparam("stage") if of_stage else Person.stage.in_(OPEN_STAGES))
    if of_referent:
        page = page.where(Person.referent_id == bindparam("referent", type_=Uuid()))
    page = page.options(_ON_A_LINE).order_by(Person.sort_name, Person.id)
    return page.limit(bindparam("most", type_=Integer()))


def people_matching(
    session: ScopedSession,
    query: SearchText,
    limit: int = FOUND,
    *,
    hashed_number: str | None = None,
    brief: bool = False,
) -> list[Person]:
    """The files that match the whole search, by name: starts of names, a phone, a reference, a birth date or year.

    `hashed_number` is the hash of the typed national number (`keys.number_hash`); `brief` reads the columns of a list
    only. Of more than MOST_ORDERED matches, only those nearest to the first typed word are sorted.
    """
    wanted = [("name", word) for word in query.words]
    if query.phone:
        wanted.append(("phone", query.phone))
    if query.reference:
        wanted.append(("reference", query.reference))
    if query.birth_date:
        wanted.append(("birth", query.birth_date.isoformat()))
    if query.birth_year:
        wanted.append(("birth", str(query.birth_year)))
    if hashed_number:
        wanted.append(("number", hashed_number))
    if not wanted:
        return []
    found = _people_with_keys(tuple(kind for kind, _start in wanted), brief=brief)
    values = {"here": session.scope.tenant_id, "most": limit}
    for place, (_kind, start) in enumerate(wanted):
        values |= {f"start_{place}": start, f"end_{place}": start + LAST_CHARACTER}
    return list(session.scalars(found, values))


@lru_cache(maxsize=200)
def _people_with_keys(kinds: tuple[str, ...], *, brief: bool) -> Select[Person]:
    # The index of the keys narrows them before any file is read: « mar » matches a tenth of a large platform.
    nearest, *others = (_person_ids_with_key(kind, place) for place, kind in enumerate(kinds))
    for person_ids in others:
        nearest = nearest.where(PersonKey.person_id.in_(person_ids))
    nearest = nearest.order_by(PersonKey.key, PersonKey.person_id).limit(MOST_ORDERED)
    found = select(Person).where(Person.tenant_id == bindparam("here", type_=Uuid()), Person.id.in_(nearest))
    found = found.order_by(Person.sort_name, Person.id).limit(bindparam("most", type_=Integer()))
    return found.options(_ON_A_LINE) if brief else found


def _person_ids_with_key(kind: str, place: int) -> Select[UUID]:
    return select(PersonKey.person_id).where(
        PersonKey.tenant_id == bindparam("here", type_=Uuid()),
        PersonKey.kind == kind,
        # A range, not LIKE: a cached generic plan cannot turn a LIKE parameter into a range of the index.
        PersonKey.key.between(bindparam(f"start_{place}", type_=Text()), bindparam(f"end_{place}", type_=Text())),
    )


def probable_duplicates(
    session: ScopedSession, identity: Identity, *, excluding: UUID | None = None, limit: int = 6
) -> list[Match[Person]]:
    """The files of this tenant that may be the same person, likeliest first, each with its reasons.

    `identity.national_number` is `keys.number_hash` of the number. Another tenant's files are never compared.
    """
    keys = shared_keys(identity)
    if not keys:
        return []
    person_ids = select(PersonKey.person_id).where(
        PersonKey.tenant_id == session.scope.tenant_id, tuple_(PersonKey.kind, PersonKey.key).in_(sorted(keys))
    )
    found = _own(session).where(Person.id.in_(person_ids))
    if excluding is not None:
        found = found.where(Person.id != excluding)
    people = list(session.scalars(found.order_by(Person.id.desc()).limit(MOST_COMPARED)))
    numbers = _number_keys(session, people) if identity.national_number else {}
    matches = duplicates.probable_duplicates(
        identity, [(person, identity_of(person, numbers.get(person.id))) for person in people]
    )
    return matches[:limit]


def _number_keys(session: ScopedSession, people: Sequence[Person]) -> dict[UUID, str]:
    if not people:
        return {}
    rows = session.execute(
        select(PersonKey.person_id, PersonKey.key).where(
            PersonKey.tenant_id == session.scope.tenant_id,
            PersonKey.kind == "number",
            PersonKey.person_id.in_([person.id for person in people]),
        )
    )
    return {row.person_id: row.key for row in rows}


def national_number_authorisation(session: ScopedSession) -> str | None:
    """The reference of the authorisation under which the tenant at work keeps national numbers; None without one."""
    return (
        session.scalar(select(Tenant.national_number_authorisation).where(Tenant.id == session.scope.tenant_id)) or None
    )


def localities_matching(session: ScopedSession, text: str, limit: int = 12) -> list[PostalCode]:
    """The localities whose postal code or name starts with the typed text."""
    folded = fold(text)
    found = select(PostalCode).order_by(PostalCode.code, PostalCode.locality).limit(limit)
    code, _space, name = folded.partition(" ") if folded[:1].isdigit() else ("", "", folded)
    if not folded:
        return []
    if code:
        found = found.where(PostalCode.code.startswith(code, autoescape=True))
    if name:
        found = found.where(PostalCode.search_key.startswith(name, autoescape=True))
    return list(session.scalars(found))


def place_of(session: ScopedSession, postal_code: str | None, locality: str | None) -> tuple[str | None, str | None]:
    """The locality and the NIS code of its municipality, as far as the registry knows them.

    Without a locality, that of the postal code when it has only one; the NIS code when all the matches are in one
    municipality.
    """
    if not postal_code:
        return locality, None
    known = localities(session, postal_code)
    named = [row for row in known if locality and compact(row.locality) == compact(locality)]
    if not locality and len({row.locality for row in known}) == 1:
        named = known[:1]
    municipalities = {row.nis_code for row in named or known}
    return (
        named[0].locality if named else locality,
        municipalities.pop() if len(municipalities) == 1 else None,
    )


def people_by_id(session: ScopedSession, ids: Sequence[UUID]) -> dict[UUID, Person]:
    """Several files at once, by key."""
    return {person.id: person for person in session.scalars(_own(session).where(Person.id.in_(ids)))} if ids else {}


def recently_opened(session: ScopedSession, membership_id: UUID, limit: int = 6) -> list[Person]:
    """The files a member opened last, newest first."""
    return list(
        session.scalars(
            _own(session)
            .options(_ON_A_LINE)
            .join(
                RecentlyOpened, (RecentlyOpened.tenant_id == Person.tenant_id) & (RecentlyOpened.person_id == Person.id)
            )
            .where(RecentlyOpened.membership_id == membership_id)
            .order_by(RecentlyOpened.opened_at.desc())
            .limit(limit)
        )
    )


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the path on the screen: `state` is past, here or ahead; `since` when it was reached."""

    code: str
    state: str
    since: datetime | None


class StageMove(Protocol):
    """A move to a stage: which one, and when."""

    @property
    def target(self) -> str: ...
    @property
    def happened_at(self) -> datetime: ...


def stage_steps(person: Person, changes: Sequence[StageMove]) -> list[Step]:
    """The path of a person: each stage, when it was last reached, and the present one. `changes` are newest first.

    The path of a closed file has only the stages that it went through.
    """
    reached = {change.target: change.happened_at for change in reversed(changes)}
    reached.setdefault("registered", person.created_at)
    order = [code for code in STAGE.states if person.stage != "closed" or code in reached or code == "closed"]
    here = order.index(person.stage)
    return [
        Step(code, "past" if index < here else "here" if index == here else "ahead", reached.get(code))
        for index, code in enumerate(order)
    ]


def number_of_files(session: ScopedSession) -> int:
    """How many files the current tenant has, closed ones included."""
    return session.scalar(select(func.count()).where(Person.tenant_id == session.scope.tenant_id)) or 0


def open_files_of(session: ScopedSession) -> dict[UUID, int]:
    """Membership → the number of open files of which they are the referent."""
    rows = session.execute(
        select(Person.referent_id, func.count())
        .where(
            Person.tenant_id == session.scope.tenant_id,
            Person.stage.in_(OPEN_STAGES),
            Person.referent_id.is_not(None),
        )
        .group_by(Person.referent_id)
    )
    return {referent_id: number for referent_id, number in rows if referent_id is not None}
