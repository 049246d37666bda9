"""What the support centre publishes, read by both wings. Only `support_center.catalogue` writes it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Date, Uuid, any_, bindparam, cast, func, literal, select
from sqlalchemy.orm import object_session
from sqlalchemy.orm.attributes import set_committed_value

from clais.clock import today
from clais.database import ScopedSession
from clais.database.keyset import alphabetical
from clais.dates import day_of, months_after
from clais.exchange.publications.models import Scheme, SchemeOperator, SchemeSession, SeatCount, UsualDelay
from clais.exchange.publications.rules.delays import Usual
from clais.exchange.publications.rules.freshness import HIDDEN_AFTER
from clais.translation import N_

KINDS = {
    "alternating_training": N_("Alternating training"),
    "confirmation_placement": N_("Confirmation placement"),
    "self_employment": N_("Self-employment desk"),
    "mentoring": N_("Mentoring"),
    "employers_group": N_("Group of employers"),
    "forem_training": N_("FOREM training"),
    "cisp": N_("CISP: orientation or vocational training"),
    "literacy": N_("Literacy and French"),
    "skills_validation": N_("Validation of skills"),
    "job_coaching": N_("Job coaching"),
    "other": N_("Another scheme"),
}
SCHEME_STATES = {
    "draft": N_("Draft"),
    "open": N_("Published to the basin"),
    "suspended": N_("Suspended for now"),
    "closed": N_("Closed for good"),
}


@dataclass(frozen=True, slots=True)
class SchemeOffer:
    """A scheme with its sessions, soonest first."""

    scheme: Scheme
    sessions: tuple[SchemeSession, ...]


def free_seats(scheme_session: SchemeSession, platform_id: UUID | None = None) -> int:
    """The seats that nobody holds; for a platform, or where one reads, without those that are kept for others."""
    free = scheme_session.seats - scheme_session.seats_taken
    if platform_id is not None:
        return max(0, free - scheme_session.count.held_for_others(platform_id))
    read = object_session(scheme_session)
    if not isinstance(read, ScopedSession) or read.scope.tenant_id == scheme_session.owner_tenant_id:
        return free
    return max(0, free - scheme_session.count.held_for_others(read.scope.tenant_id))


def with_seats(session: ScopedSession, rows: Iterable[SchemeSession]) -> list[SchemeSession]:
    """The sessions with the counts of their seats, read apart in one statement.

    A cluster joins no table that is copied everywhere with rows of a tenant that it does not know beforehand.
    """
    found = list(rows)
    counts = seat_counts(session, {row.owner_tenant_id for row in found}, [row.id for row in found])
    for row in found:
        set_committed_value(row, "count", counts[row.id])
    return found


_COUNTS = select(SeatCount).where(
    SeatCount.tenant_id.in_(bindparam("owners", expanding=True)),
    SeatCount.scheme_session_id == any_(bindparam("ids", type_=ARRAY(Uuid()))),
)


def seat_counts(session: ScopedSession, owners: Collection[UUID], ids: Collection[UUID]) -> dict[UUID, SeatCount]:
    """Session → the count of its seats, for some sessions of the centres `owners`."""
    if not ids:
        return {}
    found = session.scalars(_COUNTS, {"owners": list(owners), "ids": list(ids)})
    return {count.scheme_session_id: count for count in found}


def can_be_joined() -> tuple[ColumnElement[bool], ...]:
    """The conditions for sessions of which registrations are open, and that do not pause today."""
    # NULL is no day of suspension, and is not true either.
    paused = SchemeSession.suspended_from.is_not(None) & (
        literal(today()).between(SchemeSession.suspended_from, SchemeSession.suspended_until)
    )
    return SchemeSession.closes_on >= today(), ~paused


def takes_people() -> tuple[ColumnElement[bool], ...]:
    """The conditions for schemes that are published, and that their centre has confirmed not too long ago."""
    confirmed = func.coalesce(Scheme.confirmed_on, cast(Scheme.created_at, Date))
    return Scheme.state == "open", confirmed > months_after(today(), -HIDDEN_AFTER)


def is_hidden(scheme: Scheme) -> bool:
    """Whether nobody has confirmed a scheme for so long that it is offered no more."""
    return confirmed_on(scheme) <= months_after(today(), -HIDDEN_AFTER)


def is_paused(held: SchemeSession) -> bool:
    """Whether a session takes nobody today, as its centre planned."""
    first, last = held.suspended_from, held.suspended_until
    return first is not None and first <= today() and (last is None or today() <= last)


def offers_of_basin(session: ScopedSession, *, only_open: bool = True) -> list[SchemeOffer]:
    """The schemes of the basin by name, each with the sessions that one can still join; also those that take nobody
    any more, or that nobody confirmed for long, unless `only_open`.
    """
    schemes = select(Scheme).where(Scheme.basin_id == session.scope.basin_id)
    here = SchemeSession.basin_id == session.scope.basin_id
    sessions = select(SchemeSession).where(here, *can_be_joined())
    if only_open:
        schemes = schemes.where(*takes_people())
    by_scheme: dict[UUID, list[SchemeSession]] = {}
    in_order = session.scalars(sessions.order_by(SchemeSession.starts_on, SchemeSession.id))
    for row in with_seats(session, in_order):
        by_scheme.setdefault(row.scheme_id, []).append(row)
    return [
        SchemeOffer(scheme, tuple(by_scheme.get(scheme.id, ())))
        for scheme in session.scalars(schemes.order_by(alphabetical(Scheme.name), Scheme.id))
    ]


def scheme_names(session: ScopedSession) -> dict[str, str]:
    """The names of the schemes of the basin, whatever their state, by their ids as text; in the order of the names."""
    names = select(Scheme.id, Scheme.name).where(Scheme.basin_id == session.scope.basin_id)
    return {str(row.id): row.name for row in session.execute(names.order_by(alphabetical(Scheme.name), Scheme.id))}


def confirmed_on(scheme: Scheme) -> date:
    """The day on which the centre said last that what it wrote is so."""
    return scheme.confirmed_on or day_of(scheme.created_at)


Delays = Mapping[tuple[UUID | None, str], Usual]
"""Scheme, or None for all of the centre, and kind → what is usual."""


def usual_delays(session: ScopedSession) -> Delays:
    """What the centre of the basin published of its delays."""
    found = session.scalars(select(UsualDelay).where(UsualDelay.basin_id == session.scope.basin_id))
    return {(row.scheme_id, row.kind): Usual(row.median, row.nine_in_ten) for row in found}


def operators_of_basin(session: ScopedSession) -> list[SchemeOperator]:
    """Those who run schemes of the basin, by name."""
    found = select(SchemeOperator).where(SchemeOperator.basin_id == session.scope.basin_id)
    return list(session.scalars(found.order_by(alphabetical(SchemeOperator.name), SchemeOperator.id)))


def operator_of(session: ScopedSession, scheme: Scheme) -> SchemeOperator | None:
    """Who runs a scheme."""
    if scheme.operator_id is None:
        return None
    return session.get(SchemeOperator, (scheme.owner_tenant_id, scheme.operator_id))


def schemes_with_sessions(session: ScopedSession) -> set[UUID]:
    """The schemes of the basin that have sessions, past ones included; the others take people all year."""
    return set(
        session.scalars(
            select(SchemeSession.scheme_id).where(SchemeSession.basin_id == session.scope.basin_id).distinct()
        )
    )


def scheme_of_basin(session: ScopedSession, scheme_id: UUID) -> SchemeOffer | None:
    """One scheme of the basin, whatever its state, with all its sessions."""
    scheme = session.scalars(
        select(Scheme).where(Scheme.basin_id == session.scope.basin_id, Scheme.id == scheme_id)
    ).one_or_none()
    if scheme is None:
        return None
    sessions = session.scalars(
        select(SchemeSession)
        .where(SchemeSession.owner_tenant_id == scheme.owner_tenant_id, SchemeSession.scheme_id == scheme.id)
        .order_by(SchemeSession.starts_on, SchemeSession.id)
    )
    return SchemeOffer(scheme, tuple(with_seats(session, sessions)))


def sessions_by_id(session: ScopedSession, ids: Collection[UUID]) -> dict[UUID, SchemeSession]:
    """Several sessions of the basin at once."""
    if not ids:
        return {}
    found = session.scalars(
        select(SchemeSession).where(SchemeSession.basin_id == session.scope.basin_id, SchemeSession.id.in_(ids))
    )
    return {row.id: row for row in found}
