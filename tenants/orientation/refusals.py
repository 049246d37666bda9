"""The messages for refused acts of the orientation."""

from clais.translation import N_
from clais.translation import gettext as _

REFUSALS = {
    "closed_file": N_("This file is closed: reopen it first."),
    "closed_plan": N_("This plan is closed: start another one."),
    "made_today": N_("A bilan was already made today: it is shown here, correct it."),
    "no_certificate": N_("The bilan requires a certificate that you do not hold: register for the course."),
    "too_late": N_("This bilan was made another day: make a new one, so that what moved shows."),
    "too_many": N_("Five wishes are enough: remove one first."),
    "already_wished": N_("This occupation is already on the list."),
    "has_steps": N_("This objective has steps: drop them instead."),
    "sealed": N_("This text is confidential: only who follows the file, or who wrote it, changes it."),
    "wrong_state": N_("A colleague did this meanwhile."),
    "not_permitted": N_("Your role does not allow this."),
}


def refusal(code: str) -> str:
    """The message for a code of `Refused`."""
    return _(REFUSALS.get(code, REFUSALS["wrong_state"]))
