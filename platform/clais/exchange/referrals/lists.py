"""The lists of referrals, for the sender and for the receiver, narrowed, sorted and counted, page by page.

What narrows a list maps columns of a referral to values. Each page has one row more when another one follows.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    select,
    text,
    tuple_,
)

from clais.clock import now, today
from clais.database import HERE, ScopedSession
from clais.database.keyset import counted_together, or_last, page_after
from clais.exchange.publications.models import Scheme, SchemeSession, SeatCount
from clais.exchange.publications.queries import seat_counts
from clais.exchange.referrals.models import WAITS, Parcel, Referral
from clais.exchange.referrals.parcels import missing
from clais.exchange.referrals.workflow import CLOSED, PLACED, WAITING

PAGE = 25
GROUPS: dict[str, frozenset[str]] = {"waiting": WAITING, "running": PLACED, "closed": CLOSED}
Narrowed = Mapping[str, Any]
EVERYTHING: Narrowed = {}
WITHOUT_NEWS = "without_news_on"
"""What narrows a list to the referrals whose receiver is late with its news, on a day."""


# The sender's side
# -----------------------------------------------------------------------------------------------------


def sent_page(
    session: ScopedSession,
    states: Collection[str],
    narrowed: Narrowed = EVERYTHING,
    sort: str = "moved",
    after: tuple[str, UUID] | None = None,
    *,
    people: Select[Any] | None = None,
    without: Select[Any] | None = None,
    descending: bool = True,
    limit: int = PAGE,
) -> list[Row[Any]]:
    """One page of sent referrals in `states`, each with its sort key; of `people` alone, a query for ids, if given, and
    of none of those that `without` finds.

    `sort` is moved, scheme or promised. Raises ValueError for an `after` of another order.
    """
    keys: dict[str, ColumnElement[Any]] = {
        "moved": Referral.last_moved_at.expression,
        "scheme": func.coalesce(Referral.scheme_name, ""),
        "promised": or_last(Referral.due_on, descending=descending),
    }
    key = keys[sort]
    rows = _sent(session, (Referral, key.label("sort_key")), states, narrowed, people, without)
    return list(session.execute(page_after(rows, key, Referral.id, after, descending=descending, limit=limit)))


def sent_counts(
    session: ScopedSession,
    groups: Sequence[str],
    narrowed: Narrowed = EVERYTHING,
    people: Select[Any] | None = None,
    without: Select[Any] | None = None,
) -> list[int]:
    """How many sent referrals each of several groups has, in one statement."""
    return counted_together(
        session, [_sent(session, (literal(1),), GROUPS[group], narrowed, people, without) for group in groups]
    )


def _sent(
    session: ScopedSession,
    columns: Sequence[Any],
    states: Collection[str],
    narrowed: Narrowed,
    people: Select[Any] | None,
    without: Select[Any] | None,
) -> Select[Any]:
    own = Referral.tenant_id == session.scope.tenant_id
    rows = select(*columns).select_from(Referral).where(own, Referral.state.in_(states), *_conditions(narrowed))
    if without is not None:
        rows = rows.where(Referral.person_id.not_in(without))
    return rows if people is None else rows.where(Referral.person_id.in_(people))


# The receiver's side
# ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class InboxLine:
    """A received referral in a list. `referral` has its columns and those of the requested scheme and session; `fields`
    are the codes in its parcel, never their contents; `count` is that of the seats of the session, if one is requested.
    """

    referral: Any
    fields: frozenset[str]
    count: SeatCount | None

    @property
    def lacking(self) -> list[str]:
        """The fields that the scheme requires and the parcel lacks."""
        return missing(self.referral.required_fields or (), self.fields)


LATE, LAST_DAY, URGENT, WEEK, LATER = range(5)
"""How pressing a referral to answer is: its group in the inbox, first the one that presses most."""
Cursor = tuple[int, int, date, UUID]
# The inbox is opened all day: it reads columns, not entities, with statements that are built once.
_MOST = bindparam("most", type_=Integer())
_DAY, _WEEK = bindparam("day", type_=Date()), bindparam("week", type_=Date())
_SHARED = (
    select(Parcel.fields)
    .where(Parcel.to_tenant_id == HERE, Parcel.tenant_id == Referral.tenant_id, Parcel.referral_id == Referral.id)
    .order_by(Parcel.parcel_version.desc())
    .limit(1)
    .correlate(Referral)
    .scalar_subquery()
)
_LINES = (
    select(
        Referral.tenant_id,
        Referral.id,
        Referral.reference,
        Referral.state,
        Referral.urgency,
        Referral.urgency_rank,
        Referral.due_on,
        Referral.from_name,
        Referral.sent_by,
        Referral.scheme_name,
        Referral.scheme_session_id,
        Referral.age_band,
        Referral.sex,
        Referral.conditions_met,
        Referral.conditions_unmet,
        Referral.conditions_to_ask,
        Referral.receive_due_on,
        Referral.answer_due_on,
        Referral.requested_at,
        Referral.last_moved_at,
        Referral.last_news_on,
        Referral.news_due_on,
        Referral.withdrawn_at,
        Referral.consent_until,
        Scheme.required_fields,
        SchemeSession.starts_on,
    )
    .outerjoin(Scheme, (Scheme.owner_tenant_id == Referral.to_tenant_id) & (Scheme.id == Referral.scheme_id))
    .outerjoin(
        SchemeSession,
        (SchemeSession.owner_tenant_id == Referral.to_tenant_id) & (SchemeSession.id == Referral.scheme_session_id),
    )
    .where(Referral.to_tenant_id == HERE)
)
_PRESSING = case(
    (Referral.due_on < _DAY, LATE),
    (Referral.due_on == _DAY, LAST_DAY),
    (Referral.urgency_rank == 0, URGENT),
    (Referral.due_on <= _WEEK, WEEK),
    else_=LATER,
)
_IN_INBOX = (_PRESSING, Referral.urgency_rank, Referral.due_on, Referral.id)
# The exact condition of the partial index, without parameters, so that every plan can use the index.
_INBOX = (
    _LINES.add_columns(_SHARED.label("shared"), _PRESSING.label("pressing"))
    .where(text(WAITS))
    .order_by(*_IN_INBOX)
    .limit(_MOST)
)


def inbox(
    session: ScopedSession, after: Cursor | None = None, limit: int = PAGE, narrowed: Narrowed = EVERYTHING
) -> list[InboxLine]:
    """Referrals to answer: what is late, then due today, then urgent, then by the promise that runs out soonest."""
    rows = _INBOX if after is None else _INBOX.where(tuple_(*_IN_INBOX) > after)
    if narrowed:
        rows = rows.where(*_conditions(narrowed))
    day = today()
    values = {"here": session.scope.tenant_id, "most": limit + 1, "day": day, "week": day + timedelta(days=7)}
    return _inbox_lines(session, session.execute(rows, values).all())


def _inbox_lines(session: ScopedSession, rows: Sequence[Any]) -> list[InboxLine]:
    """The rows with the counts of their sessions, read apart: these lie here, and the referrals with their senders."""
    counts = seat_counts(session, [session.scope.tenant_id], {row.scheme_session_id for row in rows if row.starts_on})
    return [
        InboxLine(row, frozenset(getattr(row, "shared", None) or ()), counts.get(row.scheme_session_id)) for row in rows
    ]


def inbox_cursor(referral: Any) -> Cursor:
    """The cursor of the page that begins after a referral."""
    return referral.pressing, referral.urgency_rank, referral.due_on or date.max, referral.id


def pressing_counts(session: ScopedSession, narrowed: Narrowed = EVERYTHING) -> dict[int, int]:
    """How many referrals to answer each group of the inbox has."""
    rows = (
        select(_PRESSING.label("pressing"), func.count().label("many"))
        .where(Referral.to_tenant_id == HERE, text(WAITS), *_conditions(narrowed))
        .group_by("pressing")
    )
    day = today()
    values = {"here": session.scope.tenant_id, "day": day, "week": day + timedelta(days=7)}
    return {row.pressing: row.many for row in session.execute(rows, values)}


def received_sorted(
    session: ScopedSession,
    states: Collection[str],
    sort: str,
    after: tuple[str, UUID] | None = None,
    *,
    narrowed: Narrowed = EVERYTHING,
    descending: bool = False,
    limit: int = PAGE,
) -> list[InboxLine]:
    """Received referrals in `states` by need (the scheme), person (the age band) or seats (the day of the session).

    Each row has its `sort_key`. Raises ValueError for an `after` of another order.
    """
    keys: dict[str, ColumnElement[Any]] = {
        "need": func.coalesce(Referral.scheme_name, ""),
        "person": func.coalesce(Referral.age_band, ""),
        "seats": or_last(SchemeSession.starts_on, descending=descending),
    }
    key = keys[sort]
    rows = _LINES.add_columns(_SHARED.label("shared"), key.label("sort_key")).where(
        Referral.state.in_(states), *_conditions(narrowed)
    )
    page = page_after(rows, key, Referral.id, after, descending=descending, limit=limit)
    return _inbox_lines(session, session.execute(page, {"here": session.scope.tenant_id}).all())


def received(
    session: ScopedSession,
    states: Collection[str],
    after: tuple[datetime, UUID] | None = None,
    limit: int = PAGE,
    narrowed: Narrowed = EVERYTHING,
) -> list[InboxLine]:
    """Received referrals in `states`, last moved first."""
    rows = _LINES.where(Referral.state.in_(states), *_conditions(narrowed))
    if after is not None:
        rows = rows.where(tuple_(Referral.last_moved_at, Referral.id) < after)
    rows = rows.order_by(Referral.last_moved_at.desc(), Referral.id.desc()).limit(limit + 1)
    return _inbox_lines(session, session.execute(rows, {"here": session.scope.tenant_id}).all())


def received_counts(session: ScopedSession, lists: Sequence[tuple[Collection[str], Narrowed]]) -> list[int]:
    """How many received referrals each of several lists has, in one statement; a list is its states and narrowing."""
    here = Referral.to_tenant_id == session.scope.tenant_id
    return counted_together(
        session,
        [
            select(literal(1)).select_from(Referral).where(here, Referral.state.in_(states), *_conditions(narrowed))
            for states, narrowed in lists
        ],
    )


def _conditions(narrowed: Narrowed) -> list[Any]:
    return [
        and_(
            Referral.news_due_on.is_not(None),
            Referral.news_due_on < value,
            Referral.withdrawn_at.is_(None),
            Referral.consent_until > now(),
        )
        if name == WITHOUT_NEWS
        else getattr(Referral, name) == value
        for name, value in narrowed.items()
    ]
