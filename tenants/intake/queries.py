from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, DateTime, ScalarSelect, and_, cast, func, or_, select, text
from sqlalchemy.dialects.postgresql import JSONB

from clais.clock import today
from clais.database import ScopedSession
from clais.dates import months_after
from clais.thread import TENANT, Source
from tenants.intake.asked import Then
from tenants.intake.models import InformationRequest, Intake
from tenants.people.models import WAITS, Person
from tenants.questionnaires.models import InstrumentAnswer, InstrumentFilling

MOST_COUNTED = 99
"""The count of a badge stops here: counting thousands would slow down every page."""
MONTHS = 12


def _waits(tenant_id: UUID | BindParameter[UUID]) -> ColumnElement[bool]:
    """The condition for people who wait at the reception."""
    # The exact text of the partial index's condition, without parameters, so that every plan can use the index.
    return and_(Person.tenant_id == tenant_id, text(f"({WAITS})"))


def waiting(session: ScopedSession, limit: int = 30) -> list[Person]:
    """The people who wait for an intake or a referent, oldest first."""
    return list(
        session.scalars(
            select(Person).where(_waits(session.scope.tenant_id)).order_by(Person.stage_since, Person.id).limit(limit)
        )
    )


def waiting_count(tenant_id: UUID | BindParameter[UUID]) -> ScalarSelect[int]:
    """The query that counts the people who wait, at most MOST_COUNTED. The rail joins it into its statement."""
    some = select(Person.id).where(_waits(tenant_id)).limit(MOST_COUNTED).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def received_since(session: ScopedSession, first: date, limit: int = 60) -> list[tuple[Intake, Person, Then]]:
    """The receptions since a day with their people and with what says what they asked, newest first."""
    rows = session.execute(
        select(Intake, Person, InstrumentFilling.content_id, InstrumentFilling.layer_id)
        .join(Person, and_(Person.tenant_id == session.scope.tenant_id, Person.id == Intake.person_id))
        .outerjoin(
            InstrumentFilling,
            and_(InstrumentFilling.tenant_id == session.scope.tenant_id, InstrumentFilling.id == Intake.filling_id),
        )
        .where(Intake.tenant_id == session.scope.tenant_id, Intake.received_on >= first)
        .order_by(Intake.received_on.desc(), Intake.id.desc())
        .limit(limit)
    )
    return [(intake, person, Then(content, layer)) for intake, person, content, layer in rows]


_BESIDE = (
    select(func.jsonb_object_agg(InstrumentAnswer.item, InstrumentAnswer.value))
    .where(
        InstrumentAnswer.tenant_id == TENANT,
        InstrumentAnswer.filling_id == InstrumentFilling.id,
        or_(InstrumentAnswer.value.is_not(None), InstrumentAnswer.sealed.is_not(None)),
    )
    .correlate(InstrumentFilling)
    .scalar_subquery()
)
_ASKED = (
    select(
        func.jsonb_build_object(
            "content",
            InstrumentFilling.content_id,
            "layer",
            InstrumentFilling.layer_id,
            "answers",
            _BESIDE,
            type_=JSONB(),
        )
    )
    .where(InstrumentFilling.tenant_id == TENANT, InstrumentFilling.id == Intake.filling_id)
    .correlate(Intake)
    .scalar_subquery()
)
OF_A_PERSON = Source(
    Intake.person_id,
    {
        "id": Intake.id,
        "person_id": Intake.person_id,
        "received_on": Intake.received_on,
        "channel": Intake.channel,
        "sent_by": Intake.sent_by,
        "created_at": Intake.created_at,
        "received_by": Intake.received_by,
        "request": Intake.request,
        "request_kinds": Intake.request_kinds,
        "urgent_needs": Intake.urgent_needs,
        "urgent_note": Intake.urgent_note,
        "asked": _ASKED,
    },
    order=(Intake.received_on.desc(), Intake.id.desc()),
)
"""The receptions of a person; `asked` is what was asked, with the answers that are no column: of a sealed one, null."""


def then_of(row: Any) -> Then:
    """What a row of `OF_A_PERSON` says was asked."""
    keys = row.asked or {}
    return Then(*(UUID(keys[name]) if keys.get(name) else None for name in ("content", "layer")))


def information_requests_on(session: ScopedSession, day: date, limit: int = 60) -> list[InformationRequest]:
    """The anonymous questions of a day, newest first."""
    return list(
        session.scalars(
            select(InformationRequest)
            .where(InformationRequest.tenant_id == session.scope.tenant_id, InformationRequest.received_on == day)
            .order_by(InformationRequest.id.desc())
            .limit(limit)
        )
    )


@dataclass(frozen=True, slots=True)
class Month:
    """Anonymous questions of one month: how many, and about what (topic → how many, most first)."""

    first: date
    total: int
    topics: Sequence[tuple[str, int]]


def information_requests_by_month(session: ScopedSession, months: int = MONTHS) -> list[Month]:
    """The anonymous questions of the last `months` months, newest first; empty months are left out."""
    since = months_after(today().replace(day=1), 1 - months)
    month = func.date_trunc("month", cast(InformationRequest.received_on, DateTime))
    rows = session.execute(
        select(month, InformationRequest.topic, func.count())
        .where(InformationRequest.tenant_id == session.scope.tenant_id, InformationRequest.received_on >= since)
        .group_by(month, InformationRequest.topic)
    )
    found: dict[date, list[tuple[str, int]]] = {}
    for moment, topic, number in rows:
        found.setdefault(moment.date(), []).append((topic, number))
    return [
        Month(first, sum(number for _topic, number in topics), sorted(topics, key=lambda topic: (-topic[1], topic[0])))
        for first, topics in sorted(found.items(), reverse=True)
    ]
