"""Where courses, sessions, registrations and seats stand. A registration is its platform's, a seat is the centre's."""

from clais.exchange.training.models import Course, CourseRun, CourseSeat, Registration
from clais.translation import N_
from clais.workflow import Transition, Workflow

WRITE = "training.write"
ASK, REGISTER = "training.ask", "training.register"
REMIND_JOB = "training.remind"
"""The job of a platform that reminds of certificates which end."""
SEAT = "training.seat"
FORGET_JOB = "training.forget_names"
"""The job of a centre that forgets whom its certificates are of, and what proved those from before."""

COURSE = Workflow(
    name="course",
    column=Course.state,
    initial="draft",
    states={"draft": N_("Draft"), "published": N_("Course published"), "withdrawn": N_("Withdrawn")},
    transitions=(
        Transition("publish", frozenset({"draft", "withdrawn"}), "published", WRITE, N_("Publish")),
        Transition("withdraw", frozenset({"published"}), "withdrawn", WRITE, N_("Withdraw")),
    ),
)
"""The life of a course. The platforms read what is published; sessions that are planned go on."""

RUN = Workflow(
    name="course_run",
    column=CourseRun.state,
    initial="planned",
    states={
        "planned": N_("Planned"),
        "confirmed": N_("Sure to be held"),
        "cancelled": N_("Called off"),
        "held": N_("Held"),
    },
    transitions=(
        Transition("confirm", frozenset({"planned"}), "confirmed", WRITE, N_("Confirm")),
        Transition(
            "cancel", frozenset({"planned", "confirmed"}), "cancelled", WRITE, N_("Cancel the session"), ("comment",)
        ),
        Transition("close", frozenset({"planned", "confirmed"}), "held", WRITE, N_("Close the session")),
    ),
)
"""The life of a session."""

REGISTRATION = Workflow(
    name="registration",
    column=Registration.state,
    initial="asked",
    states={
        "asked": N_("Asked for"),
        "approved": N_("Approved"),
        "declined": N_("Registration declined"),
        "cancelled": N_("Registration cancelled"),
    },
    transitions=(
        Transition("approve", frozenset({"asked"}), "approved", REGISTER, N_("Approve")),
        Transition("decline", frozenset({"asked"}), "declined", REGISTER, N_("Decline"), ("comment",)),
        Transition(
            "cancel", frozenset({"asked", "approved"}), "cancelled", ASK, N_("Cancel the registration"), ("comment",)
        ),
    ),
)
"""What a platform says of its agent's registration."""

COURSE_SEAT = Workflow(
    name="course_seat",
    column=CourseSeat.state,
    initial="seated",
    states={
        "seated": N_("Has a seat"),
        "waiting": N_("Waiting list"),
        "released": N_("Seat given back"),
        "attended": N_("Attended"),
        "absent": N_("Absent"),
    },
    transitions=(
        Transition("queue", frozenset({"seated"}), "waiting", SEAT),
        Transition("seat", frozenset({"waiting"}), "seated", SEAT),
        Transition("release", frozenset({"seated", "waiting"}), "released", SEAT),
        Transition("attend", frozenset({"seated"}), "attended", WRITE),
        Transition("miss", frozenset({"seated"}), "absent", WRITE),
    ),
)
"""What the centre gives an approved registration: `course_run.seats_taken` counts those who are seated."""

OPEN = frozenset({"planned", "confirmed"})
"""The states of a session that one can still register for, or is going to."""
GOING = frozenset({"asked", "approved"})
"""The states of a registration that holds something."""
SEAT_JOB = "training.seat"
"""The job of the centre that gives seats and takes them back, as the platforms ask."""
