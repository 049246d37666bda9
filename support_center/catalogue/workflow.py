from clais.exchange.publications.models import Scheme
from clais.exchange.publications.queries import SCHEME_STATES
from clais.translation import N_
from clais.workflow import Transition, Workflow

WRITE = "catalogue.write"

SCHEME = Workflow(
    name="scheme",
    column=Scheme.state,
    initial="draft",
    states=SCHEME_STATES,
    transitions=(
        Transition("publish", frozenset({"draft"}), "open", WRITE, N_("Publish")),
        Transition("suspend", frozenset({"open"}), "suspended", WRITE, N_("Suspend")),
        Transition("resume", frozenset({"suspended"}), "open", WRITE, N_("Publish again")),
        Transition("close", frozenset({"open", "suspended"}), "closed", WRITE, N_("Close this scheme")),
        Transition("reopen", frozenset({"closed"}), "open", WRITE, N_("Reopen")),
    ),
)
"""The life of a scheme. A draft is the centre's alone; one that is suspended or closed is still read, by those who
referred someone there too, and nobody new is sent to it: who has a seat keeps it, and what was sent is answered.
"""
