from clais.translation import N_
from clais.workflow import Transition, Workflow
from tenants.muting.models import FileMuting

WRITE = "person.edit"
OVERSEE = "team.lead"
"""The permission of those who see every file that is quiet."""

MUTING = Workflow(
    name="file_muting",
    column=FileMuting.state,
    initial="noted",
    states={"noted": N_("Quiet"), "ended": N_("Taken up again")},
    transitions=(Transition("end", frozenset({"noted"}), "ended", WRITE, N_("Take up contact again")),),
)
"""A file that is quiet on purpose. Its day, or something that happens, ends it without a transition."""
