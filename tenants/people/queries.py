from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Integer, Row, Select, Uuid, bindparam, func, or_, select, tuple_
from sqlalchemy.orm import load_only
from sqlalchemy.sql.base import ExecutableOption

from clais.audit.listings import record_listing
from clais.database import HERE, NIL, ScopedSession, among, built_once
from clais.registry.models import PostalCode, Tenant
from clais.registry.queries import localities
from clais.searching.names import compact
from clais.text import fold, full_name
from tenants.people.matching import duplicates
from tenants.people.matching.duplicates import Match
from tenants.people.matching.identity import Identity
from tenants.people.matching.keys import identity_of, shared_keys
from tenants.people.models import HandOver, Person, PersonKey, RecentlyOpened
from tenants.people.workflow import OPEN_STAGES, STAGE

PAGE = 25
ON_A_LINE = load_only(
    Person.reference,
    Person.family_name,
    Person.birth_name,
    Person.given_names,
    Person.sort_name,
    Person.birth_date,
    Person.birth_year,
    Person.sex,
    Person.postal_code,
    Person.locality,
    Person.status,
    Person.stage,
    Person.last_contact_on,
    raiseload=True,
)
"""The columns of a list, of the forty that a file has."""


ON_A_DAY = (
    Person.tenant_id,
    Person.id,
    Person.family_name,
    Person.given_names,
    Person.stage,
    Person.stage_since,
    Person.last_contact_on,
    Person.left_out_at,
)
"""The columns of someone for whom something waits."""


def on_a_day(card: Any = Person) -> ExecutableOption:
    """Those columns alone; `card` is an alias of the file."""
    return load_only(*(getattr(card, column.key) for column in ON_A_DAY), raiseload=True)


NAMED = (Person.id.label("person_id"), Person.family_name, Person.given_names)
"""The person in a row of columns: a page that names many, and shows little else of them, reads no whole files."""


def name_in_row(session: ScopedSession, row: Row[*tuple[Any, ...]]) -> str:
    """The name of the person in a row that has NAMED, put on record as `Person.full_name` is."""
    record_listing(session, (row.person_id,))
    return full_name(row.family_name, row.given_names)


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


@built_once
def _page(*, of_stage: bool, of_referent: bool) -> Select[Person]:
    page = select(Person).where(Person.tenant_id == HERE)
    page = page.where(Person.stage == bindparam("stage") if of_stage else among(Person.stage, OPEN_STAGES))
    if of_referent:
        page = page.where(Person.referent_id == bindparam("referent", type_=Uuid()))
    page = page.options(ON_A_LINE).order_by(Person.sort_name, Person.id)
    return page.limit(bindparam("most", type_=Integer()))


_WITH_A_KEY = (
    select(Person)
    .where(
        Person.tenant_id == HERE,
        Person.id.in_(
            select(PersonKey.person_id).where(
                PersonKey.tenant_id == HERE,
                tuple_(PersonKey.kind, PersonKey.key).in_(bindparam("keys", expanding=True)),
            )
        ),
        Person.id != bindparam("excluding", type_=Uuid()),
    )
    .order_by(Person.id.desc())
    .limit(MOST_COMPARED)
)


def probable_duplicates(
    session: ScopedSession,
    identity: Identity,
    *,
    excluding: UUID | None = None,
    apart: Collection[UUID] = (),
    limit: int = 6,
) -> list[Match[Person]]:
    """The files of this tenant that may be the same person, likeliest first, each with its reasons.

    `identity.national_number` is `keys.number_hash` of the number; `apart` are files that are known not to be. Another
    tenant's files are never compared.
    """
    keys = shared_keys(identity)
    if not keys:
        return []
    values = {"here": session.scope.tenant_id, "keys": sorted(keys), "excluding": excluding or NIL}
    people = [person for person in session.scalars(_WITH_A_KEY, values) if person.id not in apart]
    numbers = number_keys(session, people) if identity.national_number else {}
    matches = duplicates.probable_duplicates(
        identity, [(person, identity_of(person, numbers.get(person.id))) for person in people]
    )
    return matches[:limit]


def number_keys(session: ScopedSession, people: Sequence[Person]) -> dict[UUID, str]:
    """Person → the hash of their national number, for those who have one."""
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


_AUTHORISATION = select(Tenant.national_number_authorisation).where(Tenant.id == HERE)


def national_number_authorisation(session: ScopedSession) -> str | None:
    """The reference of the authorisation under which the tenant at work keeps national numbers; None without one."""
    return session.scalar(_AUTHORISATION, {"here": session.scope.tenant_id}) or None


def localities_matching(session: ScopedSession, text: str, limit: int = 12) -> list[PostalCode]:
    """The localities whose postal code or name starts with the typed text, without accents, hyphens or spaces."""
    folded = fold(text)
    found = select(PostalCode).order_by(PostalCode.code, PostalCode.locality).limit(limit)
    code, _space, name = folded.partition(" ") if folded[:1].isdigit() else ("", "", folded)
    if not folded:
        return []
    if code:
        found = found.where(PostalCode.code.startswith(code, autoescape=True))
    if name:
        # « fontaine leveque » is Fontaine-l'Evêque. The table has some thousand rows, in no tenant.
        found = found.where(func.replace(PostalCode.search_key, " ", "").startswith(compact(name), autoescape=True))
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


def without_name_keys(session: ScopedSession, limit: int = 500) -> list[Person]:
    """The people registered before a name was found by its ending and its sound."""
    known = select(PersonKey.id).where(
        PersonKey.tenant_id == session.scope.tenant_id, PersonKey.person_id == Person.id, PersonKey.kind == "heard"
    )
    return list(session.scalars(_own(session).where(~known.exists()).order_by(Person.id).limit(limit)))


def hand_overs_of(session: ScopedSession, membership_id: UUID, ids: Collection[UUID]) -> Sequence[HandOver]:
    """Some hand-overs by key: those of files that came to this member, or that they had until then."""
    here = HandOver.tenant_id == session.scope.tenant_id
    mine = or_(HandOver.to_membership_id == membership_id, HandOver.from_membership_id == membership_id)
    return session.scalars(select(HandOver).where(here, mine, HandOver.id.in_(ids))).all() if ids else []


def recently_opened(session: ScopedSession, membership_id: UUID, limit: int = 6) -> list[Person]:
    """The files a member opened last, newest first."""
    return list(
        session.scalars(
            _own(session)
            .options(ON_A_LINE)
            .join(
                RecentlyOpened,
                (RecentlyOpened.tenant_id == session.scope.tenant_id) & (RecentlyOpened.person_id == Person.id),
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
    """The path of a person: each stage, and up to the present one when it was last reached. `changes` are newest first.

    The path of a closed file has only the stages that it went through. What is ahead of a file that was reopened has
    no date: it is to be reached anew.
    """
    reached = {change.target: change.happened_at for change in reversed(changes)}
    reached.setdefault("registered", person.created_at)
    order = [code for code in STAGE.states if person.stage != "closed" or code in reached or code == "closed"]
    here = order.index(person.stage)
    return [
        Step(
            code,
            "past" if index < here else "here" if index == here else "ahead",
            reached.get(code) if index <= here else None,
        )
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
            among(Person.stage, OPEN_STAGES),
            Person.referent_id.is_not(None),
        )
        .group_by(Person.referent_id)
    )
    return {referent_id: number for referent_id, number in rows if referent_id is not None}
