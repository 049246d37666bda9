from sqlalchemy import ColumnElement

from clais.clock import now
from clais.database import among
from clais.database.moments import moment
from clais.translation import N_
from clais.workflow import Transition, Workflow
from tenants.agenda.models import Appointment

AHEAD = ("planned", "confirmed")
"""The states of an appointment that takes up time and still has to happen."""
OVER = ("came", "absent", "cancelled")
WRITE = "appointment.write"

APPOINTMENT = Workflow(
    name="appointment",
    column=Appointment.state,
    initial="planned",
    states={
        "planned": N_("To confirm"),
        "confirmed": N_("Confirmed"),
        "came": N_("Came"),
        "absent": N_("Absent"),
        "cancelled": N_("Cancelled"),
    },
    transitions=(
        Transition("confirm", frozenset({"planned"}), "confirmed", WRITE, N_("Confirm")),
        Transition("come", frozenset(AHEAD), "came", WRITE, N_("Came")),
        Transition("miss", frozenset(AHEAD), "absent", WRITE, N_("Absent")),
        Transition("cancel", frozenset(AHEAD), "cancelled", WRITE, N_("Cancel the appointment")),
        Transition("move", frozenset(AHEAD), "planned", WRITE, N_("Move or correct")),
        Transition("undo", frozenset({"confirmed"}), "planned", WRITE, N_("Not confirmed after all")),
        Transition("undo", frozenset(OVER), "planned", WRITE, N_("Undo this")),
        # What an undo becomes for an appointment that had been confirmed.
        Transition("undo_to_confirmed", frozenset(OVER), "confirmed", WRITE),
    ),
)
"""The life of an appointment. One that is moved has to be confirmed again; every outcome can be taken back."""


def is_to_come(appointment: Appointment) -> bool:
    """Whether an appointment still has to happen and has not begun: its hour counts, not its day."""
    return appointment.state in AHEAD and appointment.starts_at > now()


def to_come() -> ColumnElement[bool]:
    """The same as a condition of a query."""
    return among(Appointment.state, AHEAD) & (Appointment.starts_at > moment())
