"""What the lists of the centre read: participants and sessions, in any order, narrowed, page by page."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Integer, Row, Select, Text, bindparam, case, cast, exists, func, literal, select, union_all
from sqlalchemy.orm import contains_eager, load_only

from clais.clock import today
from clais.database import HERE, ScopedSession
from clais.database.keyset import MOST_COUNTED, alphabetical, counted_together, or_last, page_after
from clais.exchange.publications.models import Scheme, SchemeSession, SeatCount
from clais.exchange.referrals.delays import days_without_news
from clais.exchange.referrals.queries import standing_among
from support_center.routing.models import Enrolment, Participant
from support_center.routing.queries import kept

PAGE = 30
_STATES = {code: str(place) for place, code in enumerate(("waiting", "enrolled", "completed", "left", "taken_back"))}
"""The order of the list by state: who still waits comes first."""
_ON_A_ROW = load_only(
    Participant.reference,
    Participant.referral_id,
    Participant.from_tenant_id,
    Participant.display_name,
    Participant.state,
    Participant.from_name,
    Participant.opened_on,
    raiseload=True,
)


class ParticipantLine(NamedTuple):
    """A participant in a list: their scheme, and the start of the session where they sit or wait."""

    participant: Participant
    scheme_name: str | None
    starts_on: date | None
    days_silent: int | None = None
    """For how many days its sender has had no news, once they are late."""
    sort_key: Any = None


def _listed(session: ScopedSession, narrowed: Mapping[str, Any]) -> Select[Any]:
    """Participants who are kept here, with the start of their session: nothing that lies with a sender."""
    here = session.scope.tenant_id
    holds = (
        (Enrolment.tenant_id == here) & (Enrolment.participant_id == Participant.id) & (Enrolment.state != "released")
    )
    held = (SchemeSession.owner_tenant_id == Participant.tenant_id) & (SchemeSession.id == Enrolment.scheme_session_id)
    return (
        _narrowed(session, narrowed)
        .outerjoin(Enrolment, holds)
        .outerjoin(SchemeSession, held)
        .add_columns(SchemeSession.starts_on)
        .options(_ON_A_ROW)
    )


def _narrowed(session: ScopedSession, narrowed: Mapping[str, Any]) -> Select[Any]:
    return kept(session).where(*(getattr(Participant, name) == value for name, value in narrowed.items()))


def _standing(session: ScopedSession, rows: Sequence[Row[Any]]) -> list[ParticipantLine]:
    """The lines of those whose consent is in force, each with the scheme that its referral names."""
    standing = standing_among(session, [row[0].referral_id for row in rows], {row[0].from_tenant_id for row in rows})
    return [
        ParticipantLine(
            row[0],
            standing[row[0].referral_id].scheme_name,
            row.starts_on,
            days_without_news(standing[row[0].referral_id]),
            getattr(row, "sort_key", None),
        )
        for row in rows
        if row[0].referral_id in standing
    ]


def participants_page(
    session: ScopedSession,
    narrowed: Mapping[str, Any],
    sort: str = "name",
    after: tuple[str, UUID] | None = None,
    *,
    descending: bool = False,
    limit: int = PAGE,
) -> list[ParticipantLine]:
    """One page of participants whose consent is in force, and one more line when a page follows.

    `narrowed` maps columns of a participant to values. Raises ValueError for an `after` of another order.
    """
    key = {
        "name": Participant.sort_name.expression,
        "state": cast(case(_STATES, value=Participant.state), Text),
        "session": or_last(SchemeSession.starts_on, descending=descending),
        "opened": Participant.opened_on.expression,
    }[sort]
    rows = _listed(session, narrowed).add_columns(key.label("sort_key"))
    found = list[ParticipantLine]()
    # Whose consent ended is erased within a minute: a page seldom has to be filled up.
    while len(found) <= limit:
        page = session.execute(page_after(rows, key, Participant.id, after, descending=descending, limit=limit)).all()
        found += _standing(session, page)
        if len(page) <= limit:
            break
        after = (str(page[-1].sort_key), page[-1][0].id)
    return found[: limit + 1]


def participants_listed(session: ScopedSession, ids: Sequence[UUID]) -> list[ParticipantLine]:
    """The same lines of some participants, in the order of `ids`."""
    rows = session.execute(_listed(session, {}).where(Participant.id.in_(ids))).all() if ids else []
    found = {line.participant.id: line for line in _standing(session, rows)}
    return [found[key] for key in ids if key in found]


def participant_counts(session: ScopedSession, states: Sequence[str | None], narrowed: Mapping[str, Any]) -> list[int]:
    """How many participants are in each of several states (None: in any), up to MOST_COUNTED."""
    lists = [_narrowed(session, {**narrowed, **({"state": state} if state else {})}) for state in states]
    ids = [
        select(literal(place).label("place"), part.c.referral_id)
        for place, rows in enumerate(lists)
        for part in [rows.with_only_columns(Participant.referral_id).limit(MOST_COUNTED).subquery()]
    ]
    counted = session.execute(union_all(*ids)).all()
    standing = standing_among(session, {row.referral_id for row in counted})
    kept_here = Counter(row.place for row in counted)
    found = Counter(row.place for row in counted if row.referral_id in standing)
    # Where counting stopped, there may be more of those whose consent stands.
    return [MOST_COUNTED if kept_here[place] == MOST_COUNTED else found[place] for place in range(len(states))]


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


_COMING = (
    select(SchemeSession.starts_on, SeatCount.seats, SeatCount.seats_taken, Scheme.name)
    .select_from(SchemeSession)
    .join(Scheme, (Scheme.owner_tenant_id == SchemeSession.owner_tenant_id) & (Scheme.id == SchemeSession.scheme_id))
    .join(SeatCount, (SeatCount.tenant_id == HERE) & (SeatCount.scheme_session_id == SchemeSession.id))
    .where(SchemeSession.owner_tenant_id == HERE, SchemeSession.ends_on >= bindparam("day"))
    .order_by(SchemeSession.starts_on, SchemeSession.id)
    .limit(20)
)


def filling_sessions(session: ScopedSession, limit: int = 5) -> list[Row[date, int, int, str]]:
    """The own sessions that start soon and are at least half full: seats, those taken, and the scheme's name."""
    day = today()
    rows = session.execute(_COMING, {"here": session.scope.tenant_id, "day": day})
    return [row for row in rows if row.starts_on >= day and row.seats_taken * 2 >= row.seats][:limit]
