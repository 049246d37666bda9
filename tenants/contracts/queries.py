from collections import Counter
from datetime import date
from uuid import UUID

from sqlalchemy import (
    CompoundSelect,
    Date,
    Uuid,
    bindparam,
    func,
    select,
    union_all,
)

from clais.clock import BELGIUM
from clais.database import HERE, ScopedSession, among, built_once
from clais.dates import day_bounds
from tenants.agenda.models import Appointment
from tenants.agenda.workflow import AHEAD
from tenants.contracts.models import ContractEvaluation, IntegrationContract
from tenants.contracts.workflow import IN_PREPARATION
from tenants.orientation.models import ActionPlan
from tenants.people.models import Person
from tenants.people.workflow import OPEN_STAGES

_LAST_DAY = func.coalesce(IntegrationContract.ended_on, IntegrationContract.ends_on)


def overlapping(
    session: ScopedSession, person_id: UUID, first: date, last: date, excluding: UUID | None = None
) -> IntegrationContract | None:
    """The first contract of a person that covers a day of this period."""
    found = (
        select(IntegrationContract)
        .where(
            IntegrationContract.tenant_id == session.scope.tenant_id,
            IntegrationContract.person_id == person_id,
            IntegrationContract.state != "withdrawn",
            IntegrationContract.starts_on <= last,
            first <= _LAST_DAY,
        )
        .order_by(IntegrationContract.starts_on)
        .limit(1)
    )
    if excluding is not None:
        found = found.where(IntegrationContract.id != excluding)
    return session.scalars(found).first()


def open_contracts(session: ScopedSession, person_id: UUID) -> list[IntegrationContract]:
    """The contracts of a person that are neither over nor given up, the earliest first."""
    return list(
        session.scalars(
            select(IntegrationContract)
            .where(
                IntegrationContract.tenant_id == session.scope.tenant_id,
                IntegrationContract.person_id == person_id,
                among(IntegrationContract.state, (*IN_PREPARATION, "running")),
            )
            .order_by(IntegrationContract.starts_on, IntegrationContract.id)
        )
    )


def evaluations(session: ScopedSession, contract_id: UUID) -> list[ContractEvaluation]:
    """The evaluations of a contract, in order."""
    return list(
        session.scalars(
            select(ContractEvaluation)
            .where(
                ContractEvaluation.tenant_id == session.scope.tenant_id,
                ContractEvaluation.contract_id == contract_id,
            )
            .order_by(ContractEvaluation.rank)
        )
    )


def load_of_days(session: ScopedSession, referent_id: UUID | None, first: date, last: date) -> Counter[date]:
    """What an agent has to do on each day: appointments, evaluations of contracts and of plans in their files."""
    if referent_id is None:
        return Counter()
    begins, ends = day_bounds(first, (last - first).days + 1)
    values = {
        "here": session.scope.tenant_id,
        "member": referent_id,
        "begins": begins,
        "ends": ends,
        "first": first,
        "last": last,
    }
    return Counter(session.scalars(_load(), values))


@built_once
def _load() -> CompoundSelect[date]:
    member = bindparam("member", type_=Uuid())
    mine = (Person.tenant_id == HERE) & (Person.referent_id == member) & among(Person.stage, OPEN_STAGES)
    between = (bindparam("first", type_=Date()), bindparam("last", type_=Date()))
    day = func.timezone(str(BELGIUM), Appointment.starts_at).cast(Date)
    return union_all(
        select(day.label("day")).where(
            Appointment.tenant_id == HERE,
            Appointment.agent_id == member,
            among(Appointment.state, AHEAD),
            Appointment.starts_at >= bindparam("begins"),
            Appointment.starts_at < bindparam("ends"),
        ),
        select(ContractEvaluation.planned_on)
        .join(Person, (Person.tenant_id == HERE) & (Person.id == ContractEvaluation.person_id))
        .where(
            ContractEvaluation.tenant_id == HERE,
            ContractEvaluation.state == "planned",
            ContractEvaluation.planned_on.between(*between),
            mine,
        ),
        select(ActionPlan.review_on)
        .join(Person, (Person.tenant_id == HERE) & (Person.id == ActionPlan.person_id))
        .where(ActionPlan.tenant_id == HERE, ActionPlan.state == "open", ActionPlan.review_on.between(*between), mine),
    )
