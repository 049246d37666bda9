"""Contracts for tests: decided, issued, signed, on days that they choose."""

from datetime import date, timedelta
from typing import Any

from clais.clock import today
from tenants.contracts import actions, queries
from tenants.contracts.models import ContractEvaluation, IntegrationContract
from tenants.people.models import Person
from tests.support.federation import Member


def a_contract(
    member: Member, person: Person, starts_in: int = 0, days: int = 364, *, until: str = "decided", **facts: Any
) -> IntegrationContract:
    """A contract that begins in some days, taken up to a state: decided, issued or running."""
    starts = today() + timedelta(days=starts_in)
    decided = min(today(), starts) - timedelta(days=20)
    values: dict[str, Any] = {"kind": "piis", "decided_on": decided, **facts}
    with member.at_work() as session:
        file = session.get_one(Person, (person.tenant_id, person.id))
        contract = actions.note_contract(
            session, file, member.actor, starts_on=starts, ends_on=starts + timedelta(days=days), **values
        )
        if until != "decided":
            actions.issue(session, file, contract, member.actor, issued_on=decided + timedelta(days=1))
        if until == "running":
            signed = decided + timedelta(days=12)
            actions.sign(session, file, contract, member.actor, signed_on=signed, manner="paper")
    return contract


def stored(member: Member, contract: IntegrationContract) -> IntegrationContract:
    """The contract as it is stored now."""
    with member.at_work() as session:
        return session.get_one(IntegrationContract, (contract.tenant_id, contract.id))


def evaluations_of(member: Member, contract: IntegrationContract) -> list[ContractEvaluation]:
    """Its evaluations, in order."""
    with member.at_work() as session:
        return queries.evaluations(session, contract.id)


def typed(day: date) -> str:
    """A day as people type it."""
    return day.strftime("%d/%m/%Y")
