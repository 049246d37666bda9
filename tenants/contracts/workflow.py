from clais.translation import N_
from clais.workflow import Transition, Workflow
from tenants.contracts.models import ContractEvaluation, IntegrationContract

WRITE = "contract.write"
IN_PREPARATION = ("decided", "issued")
"""The states of a contract that nobody signed yet."""

CONTRACT = Workflow(
    name="integration_contract",
    column=IntegrationContract.state,
    initial="decided",
    states={
        "decided": N_("Decided"),
        "issued": N_("Issued"),
        "running": N_("Running"),
        "ended": N_("Ended"),
        "withdrawn": N_("Contract given up"),
    },
    transitions=(
        Transition("issue", frozenset({"decided"}), "issued", WRITE, N_("Issue the contract")),
        Transition("sign", frozenset({"issued"}), "running", WRITE, N_("Note the signature")),
        Transition("end", frozenset({"running"}), "ended", WRITE, N_("End the contract"), asks=("reason",)),
        Transition("withdraw", frozenset(IN_PREPARATION), "withdrawn", WRITE, N_("Give it up"), asks=("reason",)),
        Transition("take_back", frozenset({"issued"}), "decided", WRITE, N_("Not issued after all")),
        Transition("take_back", frozenset({"running"}), "issued", WRITE, N_("Not signed after all")),
        Transition("take_back", frozenset({"ended"}), "running", WRITE, N_("It goes on after all")),
    ),
)
"""A contract is decided, issued to be read, signed, ended. Each step is taken back; who gave one up notes another."""

EVALUATION = Workflow(
    name="contract_evaluation",
    column=ContractEvaluation.state,
    initial="planned",
    states={"planned": N_("To be held"), "held": N_("Evaluated"), "dropped": N_("No longer to be held")},
    transitions=(
        Transition("hold", frozenset({"planned"}), "held", WRITE, N_("Note the evaluation")),
        Transition("correct", frozenset({"held"}), "planned", WRITE, N_("Not held after all")),
        # With the contract, when it ends or goes on after all.
        Transition("drop", frozenset({"planned"}), "dropped", WRITE),
        Transition("plan_again", frozenset({"dropped"}), "planned", WRITE),
    ),
)
