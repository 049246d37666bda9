"""What is given on paper, and who may open it again."""

from dataclasses import dataclass

from clais.translation import N_


@dataclass(frozen=True, slots=True)
class Kind:
    """`permission` opens it, as it opens what it is made of. What is not `lasting` is erased after KEPT."""

    label: str
    permission: str
    template: str
    lasting: bool = True


KINDS = {
    "summons": Kind(N_("Appointment letter"), "appointment.read", "agenda/paper_summons.html"),
    "plan": Kind(N_("Action plan to give"), "orientation.read", "orientation/paper_plan.html"),
    "contract": Kind(N_("Contract to sign"), "contract.read", "contracts/paper_contract.html"),
    "summary": Kind(N_("File summary"), "person.read", "summary/paper_summary.html", lasting=False),
}
"""Code → what it is; the codes are in the database."""
