from clais.translation import N_
from clais.workflow import Transition, Workflow
from tenants.orientation.models import ActionPlan, PlanStep

WRITE = "orientation.write"

STEP = Workflow(
    name="plan_step",
    column=PlanStep.state,
    initial="to_do",
    states={"to_do": N_("To do"), "done": N_("Done"), "dropped": N_("Dropped")},
    transitions=(
        Transition("finish", frozenset({"to_do"}), "done", WRITE, N_("Done")),
        Transition("drop", frozenset({"to_do"}), "dropped", WRITE, N_("Drop")),
        Transition("take_up", frozenset({"done", "dropped"}), "to_do", WRITE, N_("Undo")),
    ),
)

PLAN = Workflow(
    name="action_plan",
    column=ActionPlan.state,
    initial="open",
    states={"open": N_("Plan under way"), "closed": N_("Plan closed")},
    transitions=(Transition("close", frozenset({"open"}), "closed", WRITE, asks=("reason",)),),
)
"""A plan is closed by its evaluation (reached, stopped), because another replaces it, or with the file; none is opened
again.
"""
