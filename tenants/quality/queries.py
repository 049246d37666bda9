"""Which files are eligible, which were drawn, and what must not be said of one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, func, or_, select

from clais.clock import now, today
from clais.database import ScopedSession
from clais.dates import day_bounds, day_of
from clais.exchange.quality.choices import TEXTS
from clais.exchange.quality.models import QualityReply, QualityRequest
from clais.exchange.quality.queries import closed_among
from clais.exchange.referrals.choices import AGE_BANDS
from clais.exchange.referrals.models import SCHEME, Referral
from clais.identity.queries import members_ever
from clais.numbers import age_band, age_band_of_year
from clais.workflow import StateChange
from tenants.agenda.models import Appointment
from tenants.follow_up.models import Contact
from tenants.intake.models import Intake
from tenants.orientation.models import ActionPlan, Bilan
from tenants.people.models import Person
from tenants.quality.models import QualityDraw
from tenants.quality.rules.anonymity import Marks

ONCE_IN = timedelta(days=365)
"""A file is drawn once in this time, for whatever request."""


class Figures(NamedTuple):
    """What is told of a file in figures. No sex, no day, no place."""

    age_band: str | None
    contacts: int
    days_to_first: int | None


class Drawn(NamedTuple):
    """A drawn file that counts, with the person whose it is."""

    draw: QualityDraw
    person: Person


def eligible_files(session: ScopedSession, request: QualityRequest) -> list[UUID]:
    """The files, open or closed, on which there is something of the theme in the period, not drawn for a year."""
    here = session.scope.tenant_id
    lately = select(QualityDraw.person_id).where(QualityDraw.tenant_id == here, QualityDraw.drawn_at > now() - ONCE_IN)
    found = select(Person.id).where(
        Person.tenant_id == here,
        Person.id.in_(_with_theme(here, request)),
        Person.id.not_in(lately),
    )
    return list(session.scalars(found.order_by(Person.id)))


def _with_theme(here: UUID, request: QualityRequest) -> Select[Any]:
    since, until = day_bounds(request.first_on, (request.last_on - request.first_on).days + 1)
    days: dict[str, Any] = {
        "intake": Intake.received_on,
        "bilan": Bilan.made_on,
        "plan": ActionPlan.started_on,
        "follow_up": Contact.happened_on,
    }
    if request.theme == "referral":
        sent = (Referral.kind == SCHEME, Referral.requested_at >= since, Referral.requested_at < until)
        return select(Referral.person_id).where(Referral.tenant_id == here, *sent)
    if request.theme == "exit":
        left = (StateChange.happened_at >= since, StateChange.happened_at < until)
        of_a_file = (StateChange.subject_type == Person.__tablename__, StateChange.target == "closed")
        return select(StateChange.subject_id).where(StateChange.tenant_id == here, *of_a_file, *left)
    day = days[request.theme]
    table = day.class_
    return select(table.person_id).where(table.tenant_id == here, day.between(request.first_on, request.last_on))


def drawn_files(session: ScopedSession, request_id: UUID) -> list[Drawn]:
    """The files that count for a request, by letter: without those that another one was drawn for."""
    here = session.scope.tenant_id
    found = (
        select(QualityDraw, Person)
        .join(Person, (Person.tenant_id == here) & (Person.id == QualityDraw.person_id))
        .where(
            QualityDraw.tenant_id == here,
            QualityDraw.quality_request_id == request_id,
            QualityDraw.replaced_at.is_(None),
        )
    )
    return [Drawn(draw, person) for draw, person in session.execute(found.order_by(QualityDraw.letter))]


def replaced_files(session: ScopedSession, request_id: UUID) -> Sequence[QualityDraw]:
    """The draws of a request that another one was made for, the oldest first."""
    found = select(QualityDraw).where(
        QualityDraw.tenant_id == session.scope.tenant_id,
        QualityDraw.quality_request_id == request_id,
        QualityDraw.replaced_at.is_not(None),
    )
    return session.scalars(found.order_by(QualityDraw.replaced_at, QualityDraw.id)).all()


def people_drawn(session: ScopedSession, request_id: UUID) -> Sequence[Person]:
    """Whose files were drawn for a request, those too that another one was drawn for."""
    here = session.scope.tenant_id
    drawn = select(QualityDraw.person_id).where(
        QualityDraw.tenant_id == here, QualityDraw.quality_request_id == request_id
    )
    return session.scalars(select(Person).where(Person.tenant_id == here, Person.id.in_(drawn))).all()


def closed_drafts(session: ScopedSession) -> list[QualityDraw]:
    """The draws with a text for a request that the centre has closed since."""
    here = session.scope.tenant_id
    with_text = select(QualityDraw).where(
        QualityDraw.tenant_id == here, or_(*(getattr(QualityDraw, name).is_not(None) for name in TEXTS))
    )
    drafts = session.scalars(with_text.order_by(QualityDraw.id)).all()
    closed = closed_among(session, {row.quality_request_id for row in drafts})
    return [row for row in drafts if row.quality_request_id in closed]


def held_reply(session: ScopedSession, request_id: UUID) -> QualityReply | None:
    """The reply to a request as it stands, for this transaction alone to change."""
    found = select(QualityReply).where(
        QualityReply.tenant_id == session.scope.tenant_id, QualityReply.quality_request_id == request_id
    )
    held = found.with_for_update(key_share=True).execution_options(populate_existing=True)
    return session.scalars(held).one_or_none()


def figures_of(session: ScopedSession, people: Sequence[Person]) -> dict[UUID, Figures]:
    """Person → the figures of the file, read for all at once."""
    here, ids = session.scope.tenant_id, [person.id for person in people]
    if not ids:
        return {}
    contacts = (
        select(Contact.person_id, func.count().label("contacts"))
        .where(Contact.tenant_id == here, Contact.person_id.in_(ids))
        .group_by(Contact.person_id)
    )
    first = (
        select(Appointment.person_id, func.min(Appointment.starts_at).label("first"))
        .where(Appointment.tenant_id == here, Appointment.person_id.in_(ids), Appointment.state != "cancelled")
        .group_by(Appointment.person_id)
    )
    counts: dict[UUID, int] = {row.person_id: row.contacts for row in session.execute(contacts)}
    firsts: dict[UUID, datetime] = {row.person_id: row.first for row in session.execute(first)}
    return {
        person.id: Figures(_age_band(person), counts.get(person.id, 0), _days(person, firsts.get(person.id)))
        for person in people
    }


def _age_band(person: Person) -> str | None:
    """The band of an age; none of who gave a year only, when it lies between two: two years tell more than a band."""
    if person.birth_date is not None:
        return age_band(person.birth_date, today())
    if person.birth_year is None:
        return None
    band = age_band_of_year(person.birth_year, today())
    return band if band in AGE_BANDS else None


def _days(person: Person, first: datetime | None) -> int | None:
    return max(0, (day_of(first) - day_of(person.created_at)).days) if first else None


def _names_of_members(session: ScopedSession) -> tuple[str, ...]:
    return tuple(member.display_name for member in members_ever(session))


def marks_of(session: ScopedSession, person: Person) -> Marks:
    """What must not stand in the summary of a file: what is the person's, and the names of whoever worked here."""
    return Marks(
        names=(person.family_name, person.given_names),
        members=session.read_once("names of members ever", lambda: _names_of_members(session)),
        birth_date=person.birth_date,
        street=person.street or "",
        postal_code=person.postal_code or "",
        locality=person.locality or "",
        phones=tuple(filter(None, (person.phone, person.other_phone))),
        emails=tuple(filter(None, (person.email,))),
        codes=tuple(filter(None, (person.reference, person.forem_number))),
    )
