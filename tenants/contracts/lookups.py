"""The rows that a URL names, or 404."""

from uuid import UUID

from clais.web.context import get_or_404
from tenants.contracts.models import ContractEvaluation, IntegrationContract
from tenants.orientation.lookups import person_of_page
from tenants.people.lookups import theirs_or_404
from tenants.people.models import Person


def contract_of_page(person_id: UUID, contract_id: UUID) -> tuple[Person, IntegrationContract]:
    """A person and a contract of theirs."""
    person = person_of_page(person_id)
    return person, theirs_or_404(person, get_or_404(IntegrationContract, contract_id))


def evaluation_of_page(person_id: UUID, evaluation_id: UUID) -> tuple[Person, IntegrationContract, ContractEvaluation]:
    """A person, an evaluation of one of their contracts, and that contract."""
    person = person_of_page(person_id)
    evaluation = theirs_or_404(person, get_or_404(ContractEvaluation, evaluation_id))
    return person, get_or_404(IntegrationContract, evaluation.contract_id), evaluation
