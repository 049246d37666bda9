"""The evaluations of contracts, which a pause puts off: never past the last day of the contract."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from clais.actor import Actor
from clais.database import ScopedSession
from clais.dates import working_day_on_or_before
from clais.feature.handling import DueDay
from clais.translation import gettext as _
from tenants.contracts import actions, queries
from tenants.contracts.models import ContractEvaluation, IntegrationContract


def evaluations(session: ScopedSession, person_id: UUID) -> Iterator[DueDay]:
    """The days of the evaluations that are planned."""
    for contract in queries.open_contracts(session, person_id):
        for evaluation in queries.evaluations(session, contract.id):
            if evaluation.state == "planned":
                yield DueDay(evaluation.id, _("Contract to evaluate"), evaluation.planned_on)


def put_evaluation_off(session: ScopedSession, _actor: Actor, key: UUID, day: date) -> date:
    """Plan an evaluation on another day, or on the last working day of its contract when that comes before."""
    evaluation = session.get_one(ContractEvaluation, (session.scope.tenant_id, key))
    contract = session.get_one(IntegrationContract, (evaluation.tenant_id, evaluation.contract_id))
    latest = working_day_on_or_before(contract.ends_on)
    # One that falls on the term already stays there.
    actions.put_evaluation_off(session, evaluation, min(day, max(latest, evaluation.planned_on)))
    return evaluation.planned_on
