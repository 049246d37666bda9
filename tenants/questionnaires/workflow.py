from clais.translation import N_
from clais.workflow import Transition, Workflow
from tenants.questionnaires.models import InstrumentFilling

WRITE = "orientation.write"

FILLING = Workflow(
    name="instrument_filling",
    column=InstrumentFilling.state,
    initial="open",
    states={"open": N_("Being filled in"), "finished": N_("Filled in"), "dropped": N_("Broken off")},
    transitions=(
        Transition("finish", frozenset({"open"}), "finished", WRITE),
        Transition("receive", frozenset({"open"}), "finished", "intake.create"),
        Transition("correct", frozenset({"finished"}), "open", WRITE, N_("Go on answering")),
        Transition("drop", frozenset({"open"}), "dropped", WRITE, N_("Give this one up")),
    ),
)
"""Who receives people files what a reception was asked, and nothing else: see `elsewhere`.

A finished one is corrected on the day it was finished; of one that was given up the answers are erased."""
