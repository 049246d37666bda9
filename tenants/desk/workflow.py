from clais.translation import N_
from clais.workflow import Transition, Workflow
from tenants.desk.models import Visit, VisitRequest

WRITE = "desk.write"
HERE = ("waiting", "received", "on_hold")
"""The states of a visit that goes on."""
BEFORE_THE_LAST_STEP = "undo_to_"
"""So begin the transitions that take the last step back."""

_HERE = frozenset(HERE)
_EVERY = frozenset({*HERE, "done", "left", "directed", "forgotten", "cancelled"})

VISIT = Workflow(
    name="visit",
    column=Visit.state,
    initial="waiting",
    states={
        "waiting": N_("Waits"),
        "received": N_("With somebody"),
        "on_hold": N_("On hold"),
        "done": N_("Finished"),
        "left": N_("Left before being received"),
        "directed": N_("Directed elsewhere"),
        "forgotten": N_("Nobody knows any more"),
        "cancelled": N_("Arrival noted by mistake"),
    },
    transitions=(
        Transition("receive", frozenset({"waiting"}), "received", WRITE, N_("Has gone in")),
        Transition("resume", frozenset({"on_hold"}), "received", WRITE, N_("Goes on")),
        Transition("finish", frozenset({"received", "on_hold"}), "done", WRITE, N_("Has finished")),
        Transition("count", frozenset({"waiting"}), "done", WRITE, N_("Count the question")),
        Transition("hold", frozenset({"waiting", "received"}), "on_hold", WRITE, N_("Put on hold"), asks=("reason",)),
        Transition("queue", frozenset({"received", "on_hold"}), "waiting", WRITE, N_("Back in the queue")),
        Transition("leave", frozenset({"waiting", "on_hold"}), "left", WRITE, N_("Left before being received")),
        Transition("direct", _HERE, "directed", WRITE, N_("Direct elsewhere"), asks=("reason",)),
        Transition("cancel", frozenset({"waiting"}), "cancelled", WRITE, N_("Arrival noted by mistake")),
        # In the evening: what happened to a visit that nobody closed.
        Transition("was_received", _HERE, "done", WRITE, N_("Was received")),
        Transition("had_left", _HERE, "left", WRITE, N_("Had left")),
        Transition("forget", _HERE, "forgotten", WRITE, N_("Nobody knows any more")),
        *(
            Transition(f"{BEFORE_THE_LAST_STEP}{state}", _EVERY - {state}, state, WRITE, N_("Undo the last step"))
            for state in HERE
        ),
    ),
)
"""A visit of the day. The last step of a visit of today can be taken back, whichever it was."""

SETTLING = ("was_received", "had_left", "forget")
"""What the evening says of a visit that nobody closed."""

REQUEST = Workflow(
    name="visit_request",
    column=VisitRequest.state,
    initial="asked",
    states={
        "asked": N_("Asked"),
        "answered": N_("Answered"),
        "directed": N_("Directed elsewhere"),
        "dropped": N_("Without an answer"),
    },
    transitions=(
        Transition("answer", frozenset({"asked"}), "answered", WRITE),
        Transition("direct", frozenset({"asked"}), "directed", WRITE),
        Transition("drop", frozenset({"asked"}), "dropped", WRITE),
        Transition("ask_again", frozenset({"answered", "directed", "dropped"}), "asked", WRITE),
    ),
)
"""What was asked during a visit: it ends with the visit, and is asked again when that end is taken back."""

REQUEST_OF_END = {"done": "answer", "directed": "direct", "left": "drop", "forgotten": "drop", "cancelled": "drop"}
"""The end of a visit → what becomes of what was asked."""
