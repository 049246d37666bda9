from clais.translation import N_
from clais.workflow import Transition, Workflow
from tenants.mistakes.models import Mistake

SET_ASIDE = "person.set_aside"
"""The permission to set a file or an entry aside, to see what was, and to restore it."""

MISTAKE = Workflow(
    name="mistake",
    column=Mistake.state,
    initial="set_aside",
    states={"set_aside": N_("Left out"), "restored": N_("Restored")},
    transitions=(Transition("restore", frozenset({"set_aside"}), "restored", SET_ASIDE, N_("Restore")),),
)
"""What was encoded by mistake, from the moment it is set aside."""
