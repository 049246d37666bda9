"""Why an act about a pause was refused, in words."""

from clais.translation import N_
from clais.translation import gettext as _

REFUSALS = {
    "closed_file": N_("This file is closed: reopen it first."),
    "overlap": N_("Another pause covers one of these days: change that one instead."),
    "over": N_("This pause is over: it cannot be made longer or shorter any more."),
    "too_early": N_("What is past is past: choose a day from yesterday on."),
    "wrong_state": N_("A colleague did this meanwhile."),
    "not_permitted": N_("Your role does not allow this."),
}


def refusal(code: str) -> str:
    """The message for a code of `Refused`."""
    return _(REFUSALS.get(code, REFUSALS["wrong_state"]))
