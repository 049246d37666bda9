from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, Select, func, select

from clais.clock import now
from clais.database import HERE, MEMBER, ScopedSession, built_once
from clais.exchange.eligibility.models import EligibilityTrial, SpottingCount, TrialCount
from clais.exchange.publications.models import Scheme, SchemeSession
from clais.exchange.publications.queries import can_be_joined, takes_people
from tenants.eligibility.models import SpottedPerson
from tenants.people.models import Person
from tenants.people.queries import NAMED
from tenants.people.workflow import OPEN_STAGES

COUNTED_WITHIN = timedelta(days=30)
"""A trial that is older is counted no more: its centre has published it, or given it up."""


def counted_last(session: ScopedSession, session_ids: Collection[UUID]) -> date | None:
    """The oldest day on which one of some sessions was counted for; None when one of them never was."""
    counted = select(func.min(SpottingCount.counted_on), func.count()).where(
        SpottingCount.tenant_id == session.scope.tenant_id, SpottingCount.scheme_session_id.in_(session_ids)
    )
    oldest, number = session.execute(counted).one()
    return oldest if number == len(session_ids) else None


def standing_rows(session: ScopedSession) -> dict[UUID, dict[UUID, list[str]]]:
    """Session → who stands as spotted for it, with what is missing of them."""
    rows = select(SpottedPerson.scheme_session_id, SpottedPerson.person_id, SpottedPerson.missing).where(
        SpottedPerson.tenant_id == session.scope.tenant_id
    )
    found: dict[UUID, dict[UUID, list[str]]] = {}
    for session_id, person_id, missing in session.execute(rows):
        found.setdefault(session_id, {})[person_id] = list(missing)
    return found


def has_counts(session: ScopedSession) -> bool:
    """Whether somebody is still spotted, or the centre still has a number, in the platform at work."""
    here = session.scope.tenant_id
    spotted = select(SpottedPerson.id).where(SpottedPerson.tenant_id == here).limit(1)
    told = select(SpottingCount.id).where(SpottingCount.tenant_id == here).limit(1)
    return session.scalar(spotted) is not None or session.scalar(told) is not None


def told_counts(session: ScopedSession, session_ids: Collection[UUID]) -> dict[UUID, SpottingCount]:
    """Session → what the centre was told of it."""
    rows = select(SpottingCount).where(
        SpottingCount.tenant_id == session.scope.tenant_id, SpottingCount.scheme_session_id.in_(session_ids)
    )
    return {row.scheme_session_id: row for row in session.scalars(rows)}


def trials_to_count(session: ScopedSession) -> Sequence[EligibilityTrial]:
    """The trials of the basin that the platform at work has not counted yet."""
    done = select(TrialCount.eligibility_trial_id).where(TrialCount.tenant_id == session.scope.tenant_id)
    rows = select(EligibilityTrial).where(
        EligibilityTrial.basin_id == session.scope.basin_id, EligibilityTrial.asked_at > now() - COUNTED_WITHIN
    )
    counted = set(session.scalars(done))
    return [row for row in session.scalars(rows.order_by(EligibilityTrial.asked_at)) if row.id not in counted]


class Standing(NamedTuple):
    """How many of a member's people may fit a session, and of how many something is to be asked."""

    session_id: UUID
    fits: int
    to_ask: int


@built_once
def _standings() -> Select[UUID, int, int]:
    asked = func.jsonb_array_length(SpottedPerson.missing) > 0
    return (
        select(
            SpottedPerson.scheme_session_id,
            func.count().filter(~asked),
            func.count().filter(asked),
        )
        .join(Person, (Person.tenant_id == HERE) & (Person.id == SpottedPerson.person_id))
        .where(
            SpottedPerson.tenant_id == HERE,
            SpottedPerson.set_aside_on.is_(None),
            Person.referent_id == MEMBER,
            Person.stage.in_(OPEN_STAGES),
        )
        .group_by(SpottedPerson.scheme_session_id)
    )


def standings_of(session: ScopedSession, membership_id: UUID) -> list[Standing]:
    """Session by session, how many of the files that a member follows may fit."""
    values = {"here": session.scope.tenant_id, "member": membership_id}
    return [Standing(*row) for row in session.execute(_standings(), values)]


def number_spotted(session: ScopedSession, session_id: UUID, membership_id: UUID | None) -> int:
    """How many `spotted_for` would give without its limit."""
    rows = (
        select(func.count())
        .select_from(SpottedPerson)
        .join(Person, (Person.tenant_id == session.scope.tenant_id) & (Person.id == SpottedPerson.person_id))
        .where(
            SpottedPerson.tenant_id == session.scope.tenant_id,
            SpottedPerson.scheme_session_id == session_id,
            Person.stage.in_(OPEN_STAGES),
        )
    )
    return session.scalar(rows if membership_id is None else rows.where(Person.referent_id == membership_id)) or 0


def spotted_for(
    session: ScopedSession, session_id: UUID, membership_id: UUID | None
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Who may fit a session, whom a member follows or everybody: first those of whom nothing is to be asked."""
    rows = (
        select(
            *NAMED,
            SpottedPerson.person_id,
            SpottedPerson.missing,
            SpottedPerson.set_aside_on,
            SpottedPerson.set_aside_by,
        )
        .join(Person, (Person.tenant_id == session.scope.tenant_id) & (Person.id == SpottedPerson.person_id))
        .where(
            SpottedPerson.tenant_id == session.scope.tenant_id,
            SpottedPerson.scheme_session_id == session_id,
            Person.stage.in_(OPEN_STAGES),
        )
        .order_by(
            SpottedPerson.set_aside_on.is_not(None),
            func.jsonb_array_length(SpottedPerson.missing),
            Person.sort_name,
            Person.id,
        )
        .limit(MOST_SHOWN)
    )
    return session.execute(rows if membership_id is None else rows.where(Person.referent_id == membership_id)).all()


MOST_SHOWN = 200


def sessions_to_come(session: ScopedSession, ids: Collection[UUID]) -> Sequence[Row[SchemeSession, Scheme]]:
    """Some sessions that one can still join, each with its scheme; the soonest first."""
    if not ids:
        return []
    rows = (
        select(SchemeSession, Scheme)
        .join(
            Scheme, (Scheme.owner_tenant_id == SchemeSession.owner_tenant_id) & (Scheme.id == SchemeSession.scheme_id)
        )
        .where(
            SchemeSession.basin_id == session.scope.basin_id,
            Scheme.basin_id == session.scope.basin_id,
            SchemeSession.id.in_(ids),
            *can_be_joined(),
            *takes_people(),
        )
        .order_by(SchemeSession.closes_on, SchemeSession.id)
    )
    return session.execute(rows).all()
