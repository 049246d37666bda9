from clais.translation import N_
from clais.workflow import Transition, Workflow
from tenants.transfers.models import CaseloadTransfer

LEAD = "team.lead"

TRANSFER = Workflow(
    name="caseload_transfer",
    column=CaseloadTransfer.state,
    initial="given",
    states={"given": N_("Given"), "taken_back": N_("Taken back")},
    transitions=(Transition("take_back", frozenset({"given"}), "taken_back", LEAD, N_("Take everything back")),),
)
"""A transfer for an absence ends when everything is taken back; any other stays."""
