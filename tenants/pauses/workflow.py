from clais.translation import N_
from clais.workflow import Transition, Workflow
from tenants.pauses.models import ClockPause

WRITE = "person.edit"

PAUSE = Workflow(
    name="clock_pause",
    column=ClockPause.state,
    initial="noted",
    states={"noted": N_("Pause noted"), "withdrawn": N_("Noted by mistake")},
    transitions=(Transition("withdraw", frozenset({"noted"}), "withdrawn", WRITE, N_("Noted by mistake")),),
)
"""A pause that was noted by mistake gives back the days that it moved."""
