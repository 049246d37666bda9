"""Why news of someone who left were refused, in words."""

from clais.translation import N_
from clais.translation import gettext as _

REFUSALS = {
    "reopened": N_("This file is open again: nothing is asked for."),
    "before_exit": N_("This is before the exit: check the day."),
    "wrong_state": N_("A colleague did this meanwhile."),
    "not_permitted": N_("Your role does not allow this."),
}


def refusal(code: str) -> str:
    """The message for a code of `Refused`."""
    return _(REFUSALS.get(code, REFUSALS["wrong_state"]))
