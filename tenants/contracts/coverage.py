"""The open files whose status asks for a contract: how many have one, and which have none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Row,
    Select,
    Uuid,
    bindparam,
    exists,
    func,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import aliased

from clais.database import HERE, NIL, ScopedSession, among, built_once
from clais.database.keyset import FIRST
from clais.database.moments import present_day
from clais.identity.models import Membership
from tenants.contracts.choices import COUNTED_KINDS
from tenants.contracts.models import IntegrationContract
from tenants.contracts.workflow import IN_PREPARATION
from tenants.people.models import Person
from tenants.people.queries import NAMED
from tenants.people.workflow import OPEN_STAGES

ASKS_FOR_CONTRACT = "integration_income"
"""The status of a person who is to have a contract."""


@dataclass(frozen=True, slots=True)
class Share:
    """Of the open files whose status asks for a contract: how many there are, have one today, have one prepared."""

    files: int
    covered: int
    prepared: int

    @property
    def without(self) -> int:
        return self.files - self.covered


def share(session: ScopedSession) -> Share:
    """The share of today."""
    row = session.execute(_share(), {"here": session.scope.tenant_id}).one()
    return Share(row.files, row.covered, row.prepared)


@built_once
def _share() -> Select[*tuple[Any, ...]]:
    return select(
        func.count().label("files"),
        func.count().filter(_covered()).label("covered"),
        func.count().filter(~_covered(), _prepared()).label("prepared"),
    ).where(*_ask_for_contract())


def _ask_for_contract() -> tuple[ColumnElement[bool], ...]:
    return (Person.tenant_id == HERE, Person.status == ASKS_FOR_CONTRACT, among(Person.stage, OPEN_STAGES))


def _theirs() -> tuple[ColumnElement[bool], ...]:
    return (
        IntegrationContract.tenant_id == HERE,
        IntegrationContract.person_id == Person.id,
        among(IntegrationContract.kind, COUNTED_KINDS),
    )


def _covered() -> ColumnElement[bool]:
    day = present_day()
    return exists().where(
        *_theirs(),
        IntegrationContract.state == "running",
        IntegrationContract.starts_on <= day,
        IntegrationContract.ends_on >= day,
    )


def _prepared() -> ColumnElement[bool]:
    return exists().where(*_theirs(), among(IntegrationContract.state, IN_PREPARATION))


def without_contract(
    session: ScopedSession, *, after: tuple[date, UUID] | None = None, limit: int = 30
) -> Sequence[Row[*tuple[Any, ...]]]:
    """The open files whose status asks for a contract and that none covers today, those that wait longest first.

    Each with `since`, the name of its referent, its newest contract that is not signed, and what `name_in_row` reads.
    """
    last_day, last_id = after or (FIRST, NIL)
    values = {"here": session.scope.tenant_id, "after_day": last_day, "after_id": last_id, "most": limit}
    return session.execute(_without_contract(), values).all()


@built_once
def _without_contract() -> Select[*tuple[Any, ...]]:
    since = func.coalesce(Person.status_since, Person.stage_since)
    after = tuple_(bindparam("after_day", type_=Date()), bindparam("after_id", type_=Uuid()))
    prepared = aliased(
        IntegrationContract,
        select(IntegrationContract)
        .where(*_theirs(), among(IntegrationContract.state, IN_PREPARATION))
        .order_by(IntegrationContract.starts_on.desc(), IntegrationContract.id.desc())
        .limit(1)
        .lateral(),
    )
    return (
        select(
            since.label("since"),
            Membership.display_name.label("referent"),
            prepared.id.label("contract_id"),
            prepared.state.label("state"),
            prepared.decided_on.label("decided_on"),
            prepared.issued_on.label("issued_on"),
            *NAMED,
        )
        .outerjoin(Membership, (Membership.tenant_id == HERE) & (Membership.id == Person.referent_id))
        .outerjoin(prepared, true())
        .where(*_ask_for_contract(), ~_covered(), tuple_(since, Person.id) > after)
        .order_by(since, Person.id)
        .limit(bindparam("most", type_=Integer()))
    )
