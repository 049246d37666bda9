from typing import Literal

from clais.translation import N_
from clais.workflow import Transition, Workflow
from support_center.routing.models import Enrolment, Participant

WRITE = "participant.write"
GIVE = "seat.give"
RELEASE = "seat.release"

LeavingReason = Literal["released", "failed", "cancelled", "consent_over"]
"""Why a participant leaves: on record only, no page shows it."""

HOLDING = frozenset({"enrolled", "waiting"})
"""The states of a participant who may hold a seat or a place on a waiting list."""

PARTICIPANT = Workflow(
    name="participant",
    column=Participant.state,
    initial="enrolled",
    states={
        "enrolled": N_("Enrolled"),
        "waiting": N_("Waiting list"),
        "completed": N_("Finished"),
        "left": N_("Left"),
        "taken_back": N_("Acceptance taken back"),
    },
    transitions=(
        Transition("wait", frozenset({"enrolled"}), "waiting", GIVE),
        Transition("seat", frozenset({"waiting", "left", "taken_back"}), "enrolled", GIVE, N_("Give a seat")),
        Transition("finish", frozenset({"enrolled"}), "completed", WRITE),
        Transition("unfinish", frozenset({"completed"}), "enrolled", WRITE),
        Transition("leave", HOLDING, "left", RELEASE, N_("Release the seat"), asks=("reason",)),
        # Who was accepted by mistake never came in, and does not leave, even if their seat was released first.
        Transition("take_back", HOLDING | {"left"}, "taken_back", RELEASE),
    ),
)
"""Where a participant stands in the support centre; the referral's own life is `REFERRAL` in clais.exchange."""

ENROLMENT = Workflow(
    name="enrolment",
    column=Enrolment.state,
    initial="seated",
    states={"seated": N_("Seated"), "waiting": N_("Waiting list"), "released": N_("Released")},
    transitions=(
        Transition("queue", frozenset({"seated"}), "waiting", GIVE),
        Transition("seat", frozenset({"waiting"}), "seated", GIVE),
        Transition("release", frozenset({"seated", "waiting"}), "released", RELEASE),
    ),
)
"""A seat in a session: `seat_count.seats_taken` counts the seated, not those who wait."""
