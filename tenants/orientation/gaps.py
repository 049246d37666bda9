"""What a file with a plan may lack: the signature of the person."""

from flask import url_for
from sqlalchemy import ColumnElement, exists

from clais.feature.gaps import Gap
from clais.feature.handling import Key
from clais.translation import N_
from tenants.orientation.models import ActionPlan
from tenants.orientation.workflow import WRITE
from tenants.people.models import Person


def _unsigned(here: Key) -> ColumnElement[bool]:
    """An open plan that nobody signed, or whose goal is another one since."""
    return exists().where(
        ActionPlan.tenant_id == here,
        ActionPlan.person_id == Person.id,
        ActionPlan.state == "open",
        ActionPlan.signed_on.is_(None),
    )


GAPS = (
    Gap(
        "signature", 75, N_("Plan to sign"),
        N_("The person has not signed the plan, or its goal is another one since."),
        N_("Have it signed"), WRITE, _unsigned,
        lambda person_id: url_for("orientation.plan", person_id=person_id, _anchor="plan-goal"),
    ),
)  # fmt: skip
