"""Where the page of a contract is."""

from flask import url_for

from tenants.contracts.models import IntegrationContract


def contract_url(contract: IntegrationContract) -> str:
    """The page of a contract."""
    return url_for("contracts.show", person_id=contract.person_id, contract_id=contract.id)
