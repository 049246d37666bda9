from clais.exchange.publications.models import InstrumentVersion
from clais.translation import N_
from clais.workflow import Transition, Workflow

WRITE, PUBLISH = "instrument.write", "instrument.publish"

VERSION = Workflow(
    name="instrument_version",
    column=InstrumentVersion.state,
    initial="draft",
    states={
        "draft": N_("Draft"),
        "in_review": N_("In review"),
        "published": N_("Published"),
        "closing": N_("Closing"),
        "retired": N_("Retired"),
    },
    transitions=(
        Transition("send", frozenset({"draft"}), "in_review", WRITE, N_("Send to review")),
        Transition("take_back", frozenset({"in_review"}), "draft", WRITE, N_("Take back to the draft")),
        Transition("publish", frozenset({"in_review"}), "published", PUBLISH, N_("Publish")),
        Transition("close", frozenset({"published"}), "closing", PUBLISH, N_("Let it end")),
        Transition("reopen", frozenset({"closing"}), "published", PUBLISH, N_("Take up again")),
        Transition("retire", frozenset({"closing"}), "retired", PUBLISH, N_("Retire")),
        Transition("give_up", frozenset({"draft"}), "retired", WRITE, N_("Give up this draft"), asks=("comment",)),
    ),
)
"""The life of a version. Closing: what was begun on it is finished, nothing is begun. A published one never changes."""
