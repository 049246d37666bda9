"""What someone is told who saves after a colleague changed the contract or its evaluation."""

from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.conflicts import saved_by, state_changed_by, state_conflict
from clais.web.context import database
from clais.web.errors import StateConflict
from clais.web.formatting import exact_day
from clais.workflow import last_change
from tenants.contracts.choices import KINDS
from tenants.contracts.models import ContractEvaluation, IntegrationContract
from tenants.contracts.presentation import facts, period
from tenants.contracts.urls import contract_url
from tenants.contracts.workflow import CONTRACT, EVALUATION


def contract_conflict(form: Form | None, contract: IntegrationContract) -> StateConflict:
    """What was typed, and the contract as it stands."""
    current = [
        (_("Contract"), _("%(kind)s, %(period)s", kind=_(KINDS[contract.kind]), period=period(contract))),
        (_("State"), _(CONTRACT.states[contract.state])),
        *facts(contract),
    ]
    by = saved_by(contract.updated_at, contract.id) or state_changed_by(last_change(database(), contract.id))
    return state_conflict(form, current, contract_url(contract), by)


def evaluation_conflict(form: Form | None, evaluation: ContractEvaluation) -> StateConflict:
    """What was typed, and the evaluation as it stands."""
    current = [
        (_("State"), _(EVALUATION.states[evaluation.state])),
        (_("To be evaluated by"), exact_day(evaluation.planned_on)),
        (_("Evaluated on"), exact_day(evaluation.held_on)),
        (_("What did you see together?"), evaluation.comment or ""),
    ]
    contract = database().get_one(IntegrationContract, (evaluation.tenant_id, evaluation.contract_id))
    by = saved_by(evaluation.updated_at, evaluation.id)
    return state_conflict(form, current, contract_url(contract), by)
