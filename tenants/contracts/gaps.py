"""What a file with a contract may lack: what follows one that ends soon."""

from flask import url_for
from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import aliased

from clais.clock import today
from clais.feature.gaps import Gap
from clais.feature.handling import Key
from clais.translation import N_
from tenants.contracts.columns import SOON
from tenants.contracts.models import IntegrationContract
from tenants.contracts.workflow import IN_PREPARATION, WRITE
from tenants.people.models import Person


def _ends_without_another(here: Key) -> ColumnElement[bool]:
    """A signed contract that ends within 30 days, or is over, and no other one after it."""
    ending, after = aliased(IntegrationContract), aliased(IntegrationContract)
    follows = exists().where(
        after.tenant_id == here,
        after.person_id == ending.person_id,
        after.state.in_([*IN_PREPARATION, "running"]),
        after.ends_on > ending.ends_on,
    )
    return exists().where(
        ending.tenant_id == here,
        ending.person_id == Person.id,
        ending.state == "running",
        ending.ends_on <= today() + SOON,
        ~follows,
    )


GAPS = (
    Gap(
        "contract", 80, N_("Contract that ends"),
        N_("The contract ends within a month, or is over, and none follows it."),
        N_("Prepare the next one"), WRITE, _ends_without_another,
        lambda person_id: url_for("contracts.new", person_id=person_id),
    ),
)  # fmt: skip
