"""Who was there in a session: all its marks in one statement, for however many people and half-days."""

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select

from clais.database import HERE, ScopedSession, built_once
from clais.exchange.referrals.models import Referral
from clais.exchange.training.rules.half_days import HalfDay
from support_center.presence.rules.tally import Tally, tally_from
from support_center.routing.models import PresenceMark


class Marked(NamedTuple):
    """What was said of someone on one half-day, by whom and when, and its version."""

    mark: str
    note: str | None
    marked_by: str
    updated_at: datetime
    version: int


Marks = dict[UUID, dict[HalfDay, Marked]]
"""Participant → half-day → what was said."""


@built_once
def _marks() -> Select[UUID, date, str, str, str | None, str, datetime, int]:
    row = PresenceMark
    rows = select(row.participant_id, row.day, row.half, row.mark, row.note, row.marked_by, row.updated_at, row.version)
    return rows.where(row.tenant_id == HERE, row.scheme_session_id == bindparam("held"))


def marks_of(session: ScopedSession, session_id: UUID) -> Marks:
    """All that was said in a session."""
    found: Marks = {}
    given = {"here": session.scope.tenant_id, "held": session_id}
    for person, day, half, mark, note, by, at, version in session.execute(_marks(), given):
        found.setdefault(person, {})[HalfDay(day, half)] = Marked(mark, note, by, at, version)
    return found


class Standing(NamedTuple):
    """Where a referral stands, and when one of both sides last did or wrote something about it."""

    state: str
    moved_at: datetime


def standings(session: ScopedSession, referral_ids: Collection[UUID]) -> dict[UUID, Standing]:
    """Received referral → where it stands, for those whose consent stands."""
    rows = select(Referral.id, Referral.state, Referral.last_moved_at)
    mine = rows.where(Referral.to_tenant_id == session.scope.tenant_id, Referral.id.in_(referral_ids))
    return {row.id: Standing(row.state, row.last_moved_at) for row in session.execute(mine)} if referral_ids else {}


def tallies(session: ScopedSession, participant_ids: Collection[UUID]) -> dict[UUID, tuple[Tally, date]]:
    """Participant → their presences in all their sessions, and the last day of which something was said."""
    row = PresenceMark
    counted = (
        select(row.participant_id, row.mark, func.count(), func.max(row.day))
        .where(row.tenant_id == session.scope.tenant_id, row.participant_id.in_(participant_ids))
        .group_by(row.participant_id, row.mark)
    )
    counts: dict[UUID, dict[str, int]] = {}
    last: dict[UUID, date] = {}
    for person, mark, number, day in session.execute(counted):
        counts.setdefault(person, {})[mark] = number
        last[person] = max(day, last.get(person, day))
    return {person: (tally_from(found), last[person]) for person, found in counts.items()}
