"""What the lists of the centre read: participants and sessions, in any order, narrowed, page by page."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Row, Select, Text, case, cast, exists, func, literal, select
from sqlalchemy.orm import contains_eager, load_only

from clais.clock import today
from clais.database import HERE, ScopedSession
from clais.database.keyset import alphabetical, counted_together, or_last, page_after
from clais.exchange.publications.models import Scheme, SchemeSession, SeatCount
from clais.exchange.referrals.models import Referral
from support_center.routing.models import Enrolment, Participant
from support_center.routing.queries import visible

PAGE = 30
_STATES = {code: str(place) for place, code in enumerate(("waiting", "enrolled", "completed", "left", "taken_back"))}
"""The order of the list by state: who still waits comes first."""
_ON_A_ROW = load_only(
    Participant.reference,
    Participant.display_name,
    Participant.state,
    Participant.from_name,
    Participant.opened_on,
    raiseload=True,
)


def _listed(session: ScopedSession, narrowed: Mapping[str, Any]) -> Select[Any]:
    """Visible participants with their scheme, and the start and place of the session where they sit or wait."""
    here = session.scope.tenant_id
    rows = visible(session).join(
        Referral,
        (Referral.tenant_id == Participant.from_tenant_id)
        & (Referral.id == Participant.referral_id)
        & (Referral.to_tenant_id == here),
    )
    holds = (
        (Enrolment.tenant_id == here) & (Enrolment.participant_id == Participant.id) & (Enrolment.state != "released")
    )
    held = (SchemeSession.owner_tenant_id == Participant.tenant_id) & (SchemeSession.id == Enrolment.scheme_session_id)
    return (
        rows.outerjoin(Enrolment, holds)
        .outerjoin(SchemeSession, held)
        .where(*(getattr(Participant, name) == value for name, value in narrowed.items()))
        .add_columns(Referral.scheme_name, SchemeSession.starts_on, SchemeSession.place)
    )


def participants_page(
    session: ScopedSession,
    narrowed: Mapping[str, Any],
    sort: str = "name",
    after: tuple[str, UUID] | None = None,
    *,
    descending: bool = False,
    limit: int = PAGE,
) -> list[Row[Any]]:
    """One page of participants: (participant, scheme, start and place of the session, sort key), and one more row
    when a page follows.

    `narrowed` maps columns of a participant to values. Raises ValueError for an `after` of another order.
    """
    key = {
        "name": Participant.sort_name.expression,
        "state": cast(case(_STATES, value=Participant.state), Text),
        "session": or_last(SchemeSession.starts_on, descending=descending),
        "opened": Participant.opened_on.expression,
    }[sort]
    rows = _listed(session, narrowed).add_columns(key.label("sort_key")).options(_ON_A_ROW)
    return list(session.execute(page_after(rows, key, Participant.id, after, descending=descending, limit=limit)))


def participants_listed(session: ScopedSession, ids: Sequence[UUID]) -> list[Row[Any]]:
    """The same rows of some participants, in the order of `ids`."""
    rows = _listed(session, {}).where(Participant.id.in_(ids)).options(_ON_A_ROW)
    found = {row[0].id: row for row in session.execute(rows)} if ids else {}
    return [found[key] for key in ids if key in found]


def participant_counts(session: ScopedSession, states: Sequence[str | None], narrowed: Mapping[str, Any]) -> list[int]:
    """How many participants are in each of several states (None: in any), in one statement."""
    everyone = _listed(session, narrowed).with_only_columns(literal(1))
    return counted_together(
        session, [everyone.where(Participant.state == state) if state else everyone for state in states]
    )


SEATS_PAGE = 40
FREE, FULL, WAITED_FOR, OVER = "free", "full", "waited", "over"
PAST_SHOWN = timedelta(days=180)
"""How long ago a session may have ended to be listed."""
AFTER_ALL = 36_500
"""Days that put what is under way after everything that is to come."""
_IS_WAITED_FOR = exists().where(
    Enrolment.tenant_id == HERE,
    Enrolment.scheme_session_id == SchemeSession.id,
    Enrolment.state == "waiting",
)
_SEATS = {
    FREE: SeatCount.seats_taken < SeatCount.seats,
    FULL: SeatCount.seats_taken >= SeatCount.seats,
    WAITED_FOR: _IS_WAITED_FOR,
}


def _own_sessions(session: ScopedSession, columns: Sequence[Any], narrowed: Mapping[str, Any]) -> Select[Any]:
    here = session.scope.tenant_id
    rows = (
        select(*columns)
        .select_from(SchemeSession)
        .join(
            Scheme, (Scheme.owner_tenant_id == SchemeSession.owner_tenant_id) & (Scheme.id == SchemeSession.scheme_id)
        )
        .join(SeatCount, (SeatCount.tenant_id == here) & (SeatCount.scheme_session_id == SchemeSession.id))
        .where(SchemeSession.owner_tenant_id == here)
    )
    if narrowed.get("seats") == OVER:
        rows = rows.where(SchemeSession.ends_on < today(), SchemeSession.ends_on >= today() - PAST_SHOWN)
    else:
        rows = rows.where(SchemeSession.ends_on >= today())
    if narrowed.get("seats") in _SEATS:
        rows = rows.where(_SEATS[narrowed["seats"]])
    return rows.where(SchemeSession.scheme_id == narrowed["scheme"]) if "scheme" in narrowed else rows


def sessions_page(
    session: ScopedSession,
    narrowed: Mapping[str, Any],
    sort: str = "start",
    after: tuple[str, UUID] | None = None,
    *,
    descending: bool = False,
    limit: int = SEATS_PAGE,
) -> list[Row[Any]]:
    """One page of own sessions: (session, scheme's name, how many wait, sort key); one more row when a page follows.

    By their start, those to come are first, then those under way.

    `narrowed` maps `scheme` to an id, `seats` to free, full, waited or over: without the last one,
    sessions that are over are left out. Raises ValueError for an `after` of another order.
    """
    waiting = (
        select(func.count())
        .select_from(Enrolment)
        .where(
            Enrolment.tenant_id == session.scope.tenant_id,
            Enrolment.scheme_session_id == SchemeSession.id,
            Enrolment.state == "waiting",
        )
        .correlate(SchemeSession)
        .scalar_subquery()
    )
    key = {
        "start": case(
            (SchemeSession.starts_on > today(), SchemeSession.starts_on), else_=SchemeSession.starts_on + AFTER_ALL
        ),
        "scheme": alphabetical(Scheme.name),
        "free": cast(SeatCount.seats - SeatCount.seats_taken, Integer),
    }[sort]
    columns = (SchemeSession, Scheme.name.label("scheme_name"), waiting.label("waiting"), key.label("sort_key"))
    rows = _own_sessions(session, columns, narrowed).options(contains_eager(SchemeSession.count))
    page = page_after(rows, key, SchemeSession.id, after, descending=descending, limit=limit)
    return list(session.execute(page, {HERE.key: session.scope.tenant_id}))


def session_counts(session: ScopedSession, lists: Sequence[Mapping[str, Any]]) -> list[int]:
    """How many sessions each of several lists has, in one statement."""
    found = [_own_sessions(session, (literal(1),), narrowed) for narrowed in lists]
    return counted_together(session, found, values={HERE.key: session.scope.tenant_id})
