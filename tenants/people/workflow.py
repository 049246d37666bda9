from clais.translation import N_
from clais.workflow import Transition, Workflow
from tenants.people.models import Person

OPEN_STAGES = ("registered", "in_intake", "in_orientation", "in_follow_up")
MOVE = "person.move"
CLOSE = "person.close"

EXIT_REASONS = {
    "job": N_("Found work"),
    "training": N_("Entered training"),
    "moved": N_("Moved away"),
    "handed_over": N_("Handed over to another service"),
    "dropped_out": N_("Stopped coming"),
    "no_news": N_("No news"),
    "other": N_("Another reason"),
}

STAGE = Workflow(
    name="person",
    column=Person.stage,
    since="stage_since",
    initial="registered",
    states={
        "registered": N_("Registered"),
        "in_intake": N_("Intake"),
        "in_orientation": N_("Orientation"),
        "in_follow_up": N_("Follow-up"),
        "closed": N_("Exit"),
    },
    transitions=(
        # Taken by receiving the person.
        Transition("begin_intake", frozenset({"registered"}), "in_intake", "intake.create"),
        Transition("begin_orientation", frozenset({"in_intake"}), "in_orientation", MOVE, N_("Begin the orientation")),
        Transition("begin_follow_up", frozenset({"in_orientation"}), "in_follow_up", MOVE, N_("Begin the follow-up")),
        Transition("close", frozenset(OPEN_STAGES), "closed", CLOSE, N_("Close the file"), asks=("reason",)),
        Transition("reopen", frozenset({"closed"}), "in_intake", MOVE, N_("Reopen the file")),
    ),
)
"""The path of a person in a platform (source text: accueil, orientation, suivi); reopening is a transition."""
