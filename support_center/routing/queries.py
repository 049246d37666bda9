"""The support centre's own records. Each query returns a participant only while their consent is in force."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, case, func, select
from sqlalchemy.orm import contains_eager

from clais.audit.listings import record_search
from clais.clock import today
from clais.database import HERE, ScopedSession, built_once
from clais.exchange.publications.models import Scheme, SchemeSession, SeatCount
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.queries import standing_among, standing_referrals
from support_center.routing.admission import line_order
from support_center.routing.models import Enrolment, Participant, ParticipantKey
from support_center.routing.workflow import HOLDING

PAGE = 30


def kept(session: ScopedSession) -> Select[Participant]:
    """Participants whose data are not erased: whether their consent is in force is asked apart (`standing_among`)."""
    return select(Participant).where(Participant.tenant_id == session.scope.tenant_id, Participant.erased_at.is_(None))


def visible(session: ScopedSession) -> Select[Participant]:
    """Participants whose consent is in force now; the others are hidden even before a job erases them."""
    return kept(session).where(Participant.referral_id.in_(standing_referrals(session)))


def visible_participant(session: ScopedSession, participant_id: UUID) -> Participant | None:
    """One participant; None as soon as the consent is withdrawn or over."""
    return session.scalars(
        visible(session).where(Participant.id == participant_id).execution_options(populate_existing=True)
    ).one_or_none()


def participant_of(session: ScopedSession, referral_id: UUID) -> Participant | None:
    """The record that was opened for a referral."""
    return session.scalars(visible(session).where(Participant.referral_id == referral_id)).one_or_none()


class NamedReferral(NamedTuple):
    """A received referral in a line: of which scheme, from where, and the name of its participant, if there is one."""

    id: UUID
    scheme_name: str | None
    from_name: str
    display_name: str | None


def known_participant(
    session: ScopedSession, *, participant_id: UUID | None = None, referral_id: UUID | None = None
) -> Participant | None:
    """The record of a participant, whether or not the consent stands: its content may be erased already."""
    rows = select(Participant).where(Participant.tenant_id == session.scope.tenant_id)
    if participant_id is not None:
        rows = rows.where(Participant.id == participant_id)
    if referral_id is not None:
        rows = rows.where(Participant.referral_id == referral_id)
    return session.scalars(rows).one_or_none()


def seat_after(session: ScopedSession, participant: Participant) -> str | None:
    """What became of the seat of someone whose consent ended: `free`, `freed soon`; None when they never had one."""
    states = session.scalars(
        select(Enrolment.state).where(
            Enrolment.tenant_id == session.scope.tenant_id, Enrolment.participant_id == participant.id
        )
    ).all()
    if not states:
        return None
    return "free" if set(states) == {"released"} or participant.state == "completed" else "freed soon"


def without_keys(session: ScopedSession, limit: int = 500) -> list[tuple[Participant, str]]:
    """The participants who cannot be searched yet, each with the number of their referral."""
    known = select(ParticipantKey.id).where(
        ParticipantKey.tenant_id == session.scope.tenant_id,
        ParticipantKey.participant_id == Participant.id,
        ParticipantKey.kind == "reference",
    )
    rows = kept(session).where(~known.exists()).order_by(Participant.referral_id).limit(limit)
    found, after = list[tuple[Participant, str]](), None
    while len(found) < limit:
        page = session.scalars(rows if after is None else rows.where(Participant.referral_id > after)).all()
        standing = standing_among(session, [row.referral_id for row in page], {row.from_tenant_id for row in page})
        found += [(row, standing[row.referral_id].reference) for row in page if row.referral_id in standing]
        if len(page) < limit:
            break
        after = page[-1].referral_id
    return found[:limit]


def participants_called(session: ScopedSession, ids: Collection[UUID]) -> Sequence[Row[UUID, str, str]]:
    """The id, reference and name of some participants; the name is blank once the consent is withdrawn or over."""
    standing = Participant.erased_at.is_(None) & Participant.referral_id.in_(standing_referrals(session))
    name = case((standing, Participant.display_name), else_="").label("name")
    rows = select(Participant.id, Participant.reference, name)
    return session.execute(rows.where(Participant.tenant_id == session.scope.tenant_id, Participant.id.in_(ids))).all()


def participants_numbered(session: ScopedSession, typed: str, limit: int = 20) -> Sequence[Row[UUID, str]]:
    """The id and reference of the participants whose number begins with what was typed."""
    record_search(session)
    rows = select(Participant.id, Participant.reference).where(
        Participant.tenant_id == session.scope.tenant_id, Participant.reference.op("^@")(typed.strip().upper())
    )
    return session.execute(rows.order_by(Participant.reference).limit(limit)).all()


def received_with_names(session: ScopedSession, ids: Collection[UUID]) -> list[NamedReferral]:
    """Some received referrals whose consent stands, each with the name of its participant, if there is one."""
    standing = standing_among(session, ids)
    if not standing:
        return []
    here = (Participant.tenant_id == session.scope.tenant_id, Participant.erased_at.is_(None))
    rows = select(Participant.referral_id, Participant.display_name).where(*here)
    names = {row.referral_id: row.display_name for row in session.execute(rows.where(Participant.referral_id.in_(ids)))}
    return [NamedReferral(row.id, row.scheme_name, row.from_name, names.get(row.id)) for row in standing.values()]


def referral_states(session: ScopedSession, ids: Collection[UUID]) -> dict[UUID, str]:
    """Received referral → its state, for those whose consent stands."""
    rows = select(Referral.id, Referral.state).where(Referral.to_tenant_id == session.scope.tenant_id)
    return {row.id: row.state for row in session.execute(rows.where(Referral.id.in_(ids)))} if ids else {}


def referral_of(session: ScopedSession, participant_id: UUID) -> UUID | None:
    """The referral for which a participant was received, whether or not the consent stands."""
    return session.scalar(
        select(Participant.referral_id).where(
            Participant.tenant_id == session.scope.tenant_id, Participant.id == participant_id
        )
    )


def current_enrolment(session: ScopedSession, participant_id: UUID) -> Enrolment | None:
    """The seat or place on a waiting list that a participant holds."""
    return session.scalars(
        select(Enrolment).where(
            Enrolment.tenant_id == session.scope.tenant_id,
            Enrolment.participant_id == participant_id,
            Enrolment.state != "released",
        )
    ).one_or_none()


def last_enrolment(session: ScopedSession, participant_id: UUID) -> Enrolment | None:
    """The seat or place on a waiting list that a participant holds, else the last one that they held."""
    return session.scalars(
        select(Enrolment)
        .where(Enrolment.tenant_id == session.scope.tenant_id, Enrolment.participant_id == participant_id)
        .order_by(Enrolment.released_at.desc().nulls_first(), Enrolment.id.desc())
        .limit(1)
    ).one_or_none()


def session_ahead(session: ScopedSession, referral: Referral) -> SchemeSession | None:
    """The session in which the person of a referral has a seat, when it is still to come."""
    return session.scalars(
        select(SchemeSession)
        .join(
            Enrolment,
            (Enrolment.tenant_id == session.scope.tenant_id) & (Enrolment.scheme_session_id == SchemeSession.id),
        )
        .join(
            Participant,
            (Participant.tenant_id == session.scope.tenant_id) & (Participant.id == Enrolment.participant_id),
        )
        .where(
            SchemeSession.owner_tenant_id == session.scope.tenant_id,
            Participant.referral_id == referral.id,
            Enrolment.state == "seated",
            SchemeSession.starts_on > today(),
        )
    ).one_or_none()


def enrolments_of(session: ScopedSession, participant_ids: Collection[UUID]) -> dict[UUID, Enrolment]:
    """The present seats of several participants at once."""
    if not participant_ids:
        return {}
    rows = session.scalars(
        select(Enrolment).where(
            Enrolment.tenant_id == session.scope.tenant_id,
            Enrolment.participant_id.in_(participant_ids),
            Enrolment.state != "released",
        )
    )
    return {row.participant_id: row for row in rows}


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session with its scheme, and how many people wait for a seat."""

    scheme_session: SchemeSession
    scheme: Scheme
    waiting: int


@built_once
def _session_line() -> Select[SchemeSession, Scheme, int]:
    waiting = (
        select(func.count())
        .select_from(Enrolment)
        .where(
            Enrolment.tenant_id == HERE, Enrolment.scheme_session_id == SchemeSession.id, Enrolment.state == "waiting"
        )
        .correlate(SchemeSession)
        .scalar_subquery()
    )
    of_it = (Scheme.owner_tenant_id == SchemeSession.owner_tenant_id) & (Scheme.id == SchemeSession.scheme_id)
    of_seats = (SeatCount.tenant_id == HERE) & (SeatCount.scheme_session_id == SchemeSession.id)
    rows = select(SchemeSession, Scheme, waiting).join(Scheme, of_it).join(SeatCount, of_seats)
    rows = rows.options(contains_eager(SchemeSession.count))
    return rows.where(SchemeSession.owner_tenant_id == HERE, SchemeSession.id == bindparam("asked"))


def session_line(session: ScopedSession, session_id: UUID) -> SessionLine | None:
    """One of the own sessions, whenever it is."""
    asked = {"here": session.scope.tenant_id, "asked": session_id}
    row = session.execute(_session_line(), asked).one_or_none()
    return SessionLine(*row) if row else None


Holder = tuple[Participant, Enrolment]


def holders(session: ScopedSession, session_id: UUID) -> list[Holder]:
    """Who holds a seat in a session or waits for one: the seated by name, then the waiting in their order."""
    rows = session.execute(
        visible(session)
        .add_columns(Enrolment)
        .join(Enrolment, Enrolment.participant_id == Participant.id)
        .where(
            Enrolment.tenant_id == session.scope.tenant_id,
            Enrolment.scheme_session_id == session_id,
            Enrolment.state != "released",
        )
        .order_by(
            Enrolment.state,
            case((Enrolment.state == "waiting", line_order()[0])).nulls_first(),
            Participant.sort_name,
            Participant.id,
        )
    )
    return [(participant, enrolment) for participant, enrolment in rows]


def no_longer_agreed(session: ScopedSession, limit: int = 200) -> Sequence[Participant]:
    """Participants whose copied data must go: the consent behind them was withdrawn or ran out."""
    return session.scalars(
        select(Participant)
        .where(
            Participant.tenant_id == session.scope.tenant_id,
            Participant.erased_at.is_(None),
            Participant.referral_id.not_in(standing_referrals(session)),
        )
        .limit(limit)
    ).all()


def called_back(session: ScopedSession, limit: int = 200) -> Sequence[Participant]:
    """Participants who hold a seat although the sender called their referral back."""
    cancelled = standing_referrals(session).where(Referral.state == "cancelled")
    return session.scalars(
        visible(session)
        .where(Participant.state.in_(sorted(HOLDING)), Participant.referral_id.in_(cancelled))
        .limit(limit)
    ).all()


def next_end_of_consent(session: ScopedSession) -> datetime | None:
    """When the next consent runs out of those that this tenant has received something under."""
    return session.scalar(
        select(func.min(Referral.consent_until)).where(Referral.to_tenant_id == session.scope.tenant_id)
    )


def number_of_participants(session: ScopedSession) -> int:
    """How many participants the current support centre keeps, over or not; those erased are not counted."""
    found = select(func.count()).where(
        Participant.tenant_id == session.scope.tenant_id, Participant.erased_at.is_(None)
    )
    return session.scalar(found) or 0
