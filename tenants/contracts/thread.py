"""Contracts and their evaluations on the thread of a file."""

from collections.abc import Iterator
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, Select, func, select

from clais.actor import Actor
from clais.dates import noon_of, noon_unless_written_on
from clais.feature.file import Entry
from clais.thread import TENANT, Source
from clais.translation import gettext as _
from tenants.contracts.choices import KINDS, OUTCOMES
from tenants.contracts.models import ContractEvaluation, IntegrationContract
from tenants.contracts.presentation import period

KIND = "contract"


def _of_contract(what: Any, *conditions: ColumnElement[bool]) -> Select[Any]:
    return (
        select(what)
        .where(
            ContractEvaluation.tenant_id == TENANT,
            ContractEvaluation.contract_id == IntegrationContract.id,
            *conditions,
        )
        .correlate(IntegrationContract)
    )


_NEXT = _of_contract(ContractEvaluation.id, ContractEvaluation.state == "planned").order_by(ContractEvaluation.rank)

CONTRACTS = Source(
    IntegrationContract.person_id,
    {
        "id": IntegrationContract.id,
        "person_id": IntegrationContract.person_id,
        "kind": IntegrationContract.kind,
        "state": IntegrationContract.state,
        "decided_on": IntegrationContract.decided_on,
        "decided_by": IntegrationContract.decided_by,
        "starts_on": IntegrationContract.starts_on,
        "ends_on": IntegrationContract.ends_on,
        "issued_on": IntegrationContract.issued_on,
        "signed_on": IntegrationContract.signed_on,
        "ended_on": IntegrationContract.ended_on,
        "created_at": IntegrationContract.created_at,
        "number": _of_contract(func.count(), ContractEvaluation.state != "dropped").scalar_subquery(),
        "held": _of_contract(func.count(), ContractEvaluation.state == "held").scalar_subquery(),
        "in_person": _of_contract(func.count(), ContractEvaluation.in_person.is_(True)).scalar_subquery(),
        "next_id": _NEXT.limit(1).scalar_subquery(),
        "next_on": _of_contract(
            func.min(ContractEvaluation.planned_on), ContractEvaluation.state == "planned"
        ).scalar_subquery(),
    },
    order=(IntegrationContract.starts_on.desc(), IntegrationContract.id.desc()),
)
"""The contracts of a person, each with how many of its evaluations were held, and the next one."""
EVALUATIONS = Source(
    ContractEvaluation.person_id,
    {
        "person_id": ContractEvaluation.person_id,
        "contract_id": ContractEvaluation.contract_id,
        "held_on": ContractEvaluation.held_on,
        "held_by": ContractEvaluation.held_by,
        "outcome": ContractEvaluation.outcome,
        "comment": ContractEvaluation.comment,
        "updated_at": ContractEvaluation.updated_at,
    },
    where=(ContractEvaluation.state == "held",),
    order=(ContractEvaluation.held_on.desc(), ContractEvaluation.id.desc()),
)


def contract_entries(contract: Any, _actor: Actor) -> Iterator[Entry]:
    """The decision of a contract, its signature and its end."""
    url = url_for("contracts.show", person_id=contract.person_id, contract_id=contract.id)
    kind, days = _(KINDS[contract.kind]), period(contract)
    yield Entry(
        noon_unless_written_on(contract.decided_on, contract.created_at),
        KIND,
        _("Contract decided: %(kind)s, %(period)s", kind=kind, period=days),
        by=contract.decided_by or "",
        icon="file-earmark-text",
        url=url,
    )
    if contract.signed_on:
        title = _("Contract signed: %(kind)s", kind=kind)
        yield Entry(noon_of(contract.signed_on), KIND, title, icon="pencil-square", url=url)
    if contract.ended_on:
        title = _("Contract ended: %(kind)s", kind=kind)
        yield Entry(noon_of(contract.ended_on), KIND, title, icon="file-earmark-text", url=url)


def evaluation_entry(evaluation: Any, _actor: Actor) -> Iterator[Entry]:
    """The evaluation of a contract."""
    yield Entry(
        noon_unless_written_on(evaluation.held_on, evaluation.updated_at),
        "evaluation",
        _("Contract evaluated: %(outcome)s", outcome=_(OUTCOMES[evaluation.outcome][0])),
        evaluation.comment or "",
        by=evaluation.held_by,
        icon="check2-circle",
        url=url_for("contracts.show", person_id=evaluation.person_id, contract_id=evaluation.contract_id),
    )
