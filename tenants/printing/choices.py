"""What is given on paper, and who may open it again."""

from dataclasses import dataclass
from datetime import timedelta

from clais.translation import N_


@dataclass(frozen=True, slots=True)
class Kind:
    """`permission` opens it, as it opens what it is made of. What is not `lasting` is erased after KEPT.

    `file_name` is how its file begins.
    """

    label: str
    file_name: str
    permission: str
    template: str
    lasting: bool = True


KINDS = {
    "summons": Kind(N_("Appointment letter"), "convocation", "appointment.read", "agenda/paper_summons.html"),
    "plan": Kind(N_("Action plan to give"), "plan", "orientation.read", "orientation/paper_plan.html"),
    "contract": Kind(N_("Contract to sign"), "contrat", "contract.read", "contracts/paper_contract.html"),
    "cv": Kind(N_("Draft of a CV"), "cv", "person.read", "cv/paper_cv.html"),
    "invitation": Kind(N_("Invitation"), "invitation", "appointment.read", "invitations/paper_invitation.html"),
    "hand_over": Kind(
        N_("Letter about the referent"), "lettre-referent", "person.read", "transfers/paper_hand_over.html"
    ),
    "summary": Kind(N_("File summary"), "resume", "person.read", "summary/paper_summary.html", lasting=False),
}
"""Code → what it is; the codes are in the database."""


@dataclass(frozen=True, slots=True)
class JointKind:
    """A PDF about several people, for who had it made, with `permission`. `file_name` is how its file begins."""

    label: str
    file_name: str
    permission: str


JOINT_KINDS = {
    "invitation": JointKind(N_("Letters to print"), "lettres", "person.edit"),
    "hand_over": JointKind(N_("Letters about the referent"), "lettres-referent", "person.read"),
    "presence": JointKind(N_("List of presence"), "presences", "appointment.read"),
}
READ_SENSITIVE = "sensitive.read"
"""Whoever holds it reads the sensitive facts of every file (`tenants.sensitive`)."""
READ_BY_MAKER = timedelta(hours=1)
"""So long who made a printout with a sealed text opens it, also when they may not read that text any more."""
PRESENCE = "presence"
PRESENCE_TEMPLATE = "printing/paper_presence.html"
