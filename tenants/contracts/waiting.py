"""What contracts wait for on someone's day: an evaluation, a signature, what follows when they end."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    Date,
    Integer,
    Row,
    Select,
    Uuid,
    bindparam,
    exists,
    func,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from clais.actor import Actor
from clais.clock import today
from clais.database import HERE, ScopedSession, among, built_once
from clais.feature.handling import Anyone
from clais.permissions import PermissionTable
from tenants.contracts.models import ContractEvaluation, IntegrationContract
from tenants.contracts.rules.figures import Figures
from tenants.people.following import heard_of
from tenants.people.models import Person
from tenants.people.queries import NAMED
from tenants.people.workflow import OPEN_STAGES

EVALUATE, TO_SIGN, ENDS = "evaluate", "sign", "ends"
NOTICE = timedelta(days=7)
"""How long before its day an evaluation is shown."""

_DAY, _EVALUATED_BY, _ENDED_BY, _ISSUED_BY = (
    bindparam(name, type_=Date()) for name in ("day", "evaluated_by", "ended_by", "issued_by")
)
_NO_EVALUATION = (
    null().cast(Uuid()).label("evaluation_id"),
    null().cast(Integer()).label("rank"),
    null().cast(Integer()).label("number"),
)


def waiting(
    session: ScopedSession, actor: Actor, table: PermissionTable, figures: Figures, limit: int
) -> Sequence[Row[*tuple[Any, ...]]]:
    """What the contracts in the open files that the actor follows wait for, the most urgent first: `kind`, the key of
    the contract, that of the evaluation, `day`, `rank` of `number`, and what `name_in_row` reads.
    """
    day = today()
    values = {
        "here": session.scope.tenant_id,
        "member": actor.membership_id,
        "day": day,
        "evaluated_by": day + NOTICE,
        "ended_by": day + timedelta(days=figures.notice),
        "issued_by": figures.issued_long_ago(day),
        "most": limit,
    }
    return session.execute(_waiting(actor.permissions, table), values).all()


@built_once
def _waiting(permissions: frozenset[str], table: PermissionTable) -> Select[*tuple[Any, ...]]:
    followed = (heard_of(Anyone(permissions), table), among(Person.stage, OPEN_STAGES))
    parts = (part.where(*followed) for part in (_to_evaluate(), _ending(), _to_sign()))
    found = union_all(*parts).subquery()
    return select(*found.c).order_by(found.c.day, found.c.contract_id).limit(bindparam("most", type_=Integer()))


def _to_evaluate() -> Select[*tuple[Any, ...]]:
    evaluation, every = ContractEvaluation, aliased(ContractEvaluation)
    number = (
        select(func.count())
        .where(every.tenant_id == HERE, every.contract_id == evaluation.contract_id, every.state != "dropped")
        .scalar_subquery()
    )
    return (
        select(
            _kind(EVALUATE),
            evaluation.contract_id,
            evaluation.planned_on.label("day"),
            evaluation.id.label("evaluation_id"),
            evaluation.rank.cast(Integer()).label("rank"),
            number.cast(Integer()).label("number"),
            *NAMED,
        )
        .join(Person, (Person.tenant_id == HERE) & (Person.id == evaluation.person_id))
        .where(
            evaluation.tenant_id == HERE,
            evaluation.state == "planned",
            evaluation.planned_on <= _EVALUATED_BY,
        )
    )


def _ending() -> Select[*tuple[Any, ...]]:
    """Those whose term is near or past; near, only as long as no other contract follows."""
    contract, following = IntegrationContract, aliased(IntegrationContract)
    is_followed = exists().where(
        following.tenant_id == HERE,
        following.person_id == contract.person_id,
        following.state != "withdrawn",
        following.starts_on > contract.ends_on,
    )
    return _of_contracts(ENDS, contract.ends_on).where(
        contract.state == "running", contract.ends_on <= _ENDED_BY, (contract.ends_on < _DAY) | ~is_followed
    )


def _to_sign() -> Select[*tuple[Any, ...]]:
    """Those whose time to think is over."""
    contract = IntegrationContract
    return _of_contracts(TO_SIGN, contract.issued_on).where(
        contract.state == "issued", contract.issued_on <= _ISSUED_BY
    )


def _of_contracts(kind: str, day: Any) -> Select[*tuple[Any, ...]]:
    contract = IntegrationContract
    return (
        select(_kind(kind), contract.id.label("contract_id"), day.label("day"), *_NO_EVALUATION, *NAMED)
        .join(Person, (Person.tenant_id == HERE) & (Person.id == contract.person_id))
        .where(contract.tenant_id == HERE)
    )


def _kind(kind: str) -> Any:
    return literal_column(f"'{kind}'").label("kind")
