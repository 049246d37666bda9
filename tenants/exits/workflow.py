from clais.translation import N_
from clais.workflow import Transition, Workflow
from tenants.exits.models import ExitCheck
from tenants.people.workflow import CLOSE, MOVE

ASKED = ("reached", "not_reached")

CHECK = Workflow(
    name="exit_check",
    column=ExitCheck.state,
    initial="planned",
    states={
        "planned": N_("News to ask for"),
        "reached": N_("Reached"),
        "not_reached": N_("Not reached"),
        "dropped": N_("No longer asked for"),
    },
    transitions=(
        Transition("reach", frozenset({"planned"}), "reached", CLOSE),
        Transition("miss", frozenset({"planned"}), "not_reached", CLOSE),
        Transition("take_back", frozenset(ASKED), "planned", CLOSE, N_("Ask for news again")),
        # The file is open again, and another exit plans others.
        Transition("drop", frozenset({"planned"}), "dropped", MOVE),
    ),
)
"""The news of someone who left. While the file is open again, nothing is asked for."""
