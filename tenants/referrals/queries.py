from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Integer, ScalarSelect, Select, literal_column, select, union_all

from clais.actor import Actor
from clais.clock import today
from clais.database import HERE, ScopedSession, built_once
from clais.exchange.referrals import awaited, news
from clais.exchange.referrals.models import Referral
from clais.feature.handling import Anyone, Reader
from clais.permissions import PermissionTable
from tenants.people.following import hears_of
from tenants.people.models import Person
from tenants.people.standing import people_by_id


def referrals_that_moved(
    session: ScopedSession, actor: Actor, table: PermissionTable, limit: int = 20
) -> list[tuple[Referral, Person]]:
    """The referrals of the people whom the actor follows that changed state since they looked; the latest first."""
    return _with_people(session, moved(session, actor, table, limit))


def moved(session: ScopedSession, actor: Actor, table: PermissionTable, limit: int = 20) -> list[Referral]:
    """The same referrals alone."""
    return list(session.scalars(_moved(actor.permissions, table), _values(session, actor, limit)))


@built_once
def _moved(permissions: frozenset[str], table: PermissionTable) -> Select[Referral]:
    reader = Anyone(permissions)
    return news.moved_for(reader, hears_of(Referral.person_id, reader, table))


def moved_count(reader: Reader, table: PermissionTable) -> ScalarSelect[int]:
    """The query that counts them, for the rail."""
    return news.moved_count(reader, hears_of(Referral.person_id, reader, table))


Pairs = list[tuple[Referral, Person]]


class OfTheDay(NamedTuple):
    """The referrals that stand on someone's day."""

    late: Pairs
    asked: Pairs
    silent: Pairs
    offered: Pairs
    moved: Pairs


def referrals_of_the_day(session: ScopedSession, actor: Actor, table: PermissionTable, limit: int = 20) -> OfTheDay:
    """Of the people whom the actor follows, those whose promised answer is late, those of which something is asked,
    those without the news that were due and those to whom a seat is offered, the oldest first; and those that moved
    since they looked, the latest first. All in one statement: the day is opened all day.
    """
    values = _values(session, actor, limit) | {"day": today()}
    found = session.execute(_of_the_day(actor.permissions, table), values).all()
    people = people_by_id(session, list({row.Referral.person_id for row in found}))
    known = [
        (row.place, row.Referral, people[row.Referral.person_id]) for row in found if row.Referral.person_id in people
    ]
    late, asked, silent, offered, moved_lately = (
        [(referral, person) for place, referral, person in known if place == wanted]
        for wanted in (_LATE, _ASKED, _SILENT, _OFFERED, _MOVED)
    )
    late.sort(key=lambda pair: (pair[0].answer_due_on or date.max, pair[0].id))
    asked.sort(key=lambda pair: (pair[0].asked_on or date.max, pair[0].id))
    silent.sort(key=lambda pair: (pair[0].news_due_on or date.max, pair[0].id))
    offered.sort(key=lambda pair: (pair[0].offer_until or date.max, pair[0].id))
    moved_lately.sort(key=lambda pair: pair[0].last_moved_at, reverse=True)
    return OfTheDay(late, asked, silent, offered, moved_lately)


_LATE, _ASKED, _SILENT, _OFFERED, _MOVED = range(5)


@built_once
def _of_the_day(permissions: frozenset[str], table: PermissionTable) -> Select[Referral, int]:
    reader = Anyone(permissions)
    followed = hears_of(Referral.person_id, reader, table)
    each = [
        found.with_only_columns(
            Referral.id.label("id"), literal_column(str(place), Integer()).label("place")
        ).subquery()
        for place, found in (
            (_LATE, awaited.overdue(followed)),
            (_ASKED, awaited.asked_for(followed)),
            (_SILENT, awaited.silent(followed)),
            (_OFFERED, awaited.offered(followed)),
            (_MOVED, news.moved_for(reader, followed)),
        )
    ]
    each_of_them = union_all(*(select(one) for one in each)).subquery()
    found_ids = each_of_them.c
    return (
        select(Referral, found_ids.place)
        .join(each_of_them, Referral.id == found_ids.id)
        .where(Referral.tenant_id == HERE)
    )


def _values(session: ScopedSession, actor: Actor, limit: int) -> dict[str, Any]:
    return {"here": session.scope.tenant_id, "member": actor.membership_id, "most": limit}


def sent_with_people(session: ScopedSession, ids: Collection[UUID]) -> list[tuple[Referral, Person | None]]:
    """Some sent referrals, each with its person."""
    here = Referral.tenant_id == session.scope.tenant_id
    rows = session.execute(
        select(Referral, Person)
        .outerjoin(Person, (Person.tenant_id == session.scope.tenant_id) & (Person.id == Referral.person_id))
        .where(here, Referral.id.in_(ids))
    )
    return [(referral, person) for referral, person in rows]


def people_followed_by(session: ScopedSession, membership_id: UUID) -> Select[UUID]:
    """The ids of the people whose referent a member is."""
    return select(Person.id).where(Person.tenant_id == session.scope.tenant_id, Person.referent_id == membership_id)


def people_set_aside(session: ScopedSession, person_id: UUID | None = None) -> Select[UUID]:
    """The ids of the people whose file was encoded by mistake; of one of them, if given."""
    # The table itself: of the class, what is left out is never found.
    person = Person.__table__.c
    here = person.tenant_id == session.scope.tenant_id
    found = select(person.id).where(here, person.left_out_at.is_not(None), person.merged_into_id.is_(None))
    return found if person_id is None else found.where(person.id == person_id)


def _with_people(session: ScopedSession, referrals: list[Referral]) -> list[tuple[Referral, Person]]:
    people = people_by_id(session, list({referral.person_id for referral in referrals}))
    return [(referral, people[referral.person_id]) for referral in referrals if referral.person_id in people]
