from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.exc import IntegrityError

from clais.actor import Actor
from clais.audit.actions import record
from clais.database import ScopedSession
from clais.identity.models import MEMBERSHIP, Membership
from tenants.team import queries
from tenants.team.models import Absence, WorkingPattern

EXCLUSION_VIOLATION = "23P01"


class Overlaps(Exception):  # noqa: N818 - it names what happened.
    """Another absence of the member has a day in common with this one."""


def save_pattern(
    session: ScopedSession, membership: Membership, pattern: WorkingPattern | None, facts: Mapping[str, Any]
) -> WorkingPattern:
    """Say when a member works and whom they receive best. `facts` are fields of `PatternSchema`; others stay."""
    if pattern is None:
        pattern = WorkingPattern(membership_id=membership.id)
        session.add(pattern)
    changed = sorted(name for name, value in facts.items() if getattr(pattern, name) != value)
    for name in changed:
        setattr(pattern, name, facts[name])
    session.flush()
    if changed:
        record(session, "team.change_pattern", MEMBERSHIP, membership.id, details={"fields": changed})
    return pattern


def note_absence(
    session: ScopedSession, actor: Actor, membership: Membership, *, starts_on: date, ends_on: date, kind: str
) -> Absence:
    """Note that a member is away from one day to another, both included. Raises Overlaps."""
    if queries.overlapping(session, membership.id, starts_on, ends_on) is not None:
        raise Overlaps
    absence = Absence(
        membership_id=membership.id, kind=kind, starts_on=starts_on, ends_on=ends_on, noted_by=actor.display_name
    )
    try:
        with session.begin_nested():
            session.add(absence)
    except IntegrityError as error:
        # A colleague has just noted one.
        if getattr(error.orig, "sqlstate", None) != EXCLUSION_VIOLATION:
            raise
        raise Overlaps from None
    record(session, "team.note_absence", MEMBERSHIP, membership.id, details={"kind": kind})
    return absence


def remove_absence(session: ScopedSession, absence: Absence) -> None:
    """Take an absence away: the member is at work on its days."""
    session.delete(absence)
    record(session, "team.remove_absence", MEMBERSHIP, absence.membership_id, details={"kind": absence.kind})
