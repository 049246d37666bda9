"""Why an act about a contract was refused, in words."""

from clais.translation import N_
from clais.translation import gettext as _
from clais.web.formatting import exact_day
from tenants.contracts.models import IntegrationContract
from tenants.contracts.presentation import last_day

REFUSALS = {
    "closed_file": N_("This file is closed: reopen it first."),
    "before_decision": N_("This is before the decision: check both days."),
    "before_issue": N_("This is before the person was given the contract: check both days."),
    "outside_period": N_("The contract does not cover this day: choose one of its days."),
    "no_working_day": N_("This is a weekend or a public holiday: choose a working day."),
    "late": N_("This evaluation is late: hold it, it cannot be put off any more."),
    "evaluated": N_("It was evaluated already: end it instead."),
    "not_running": N_("This contract is not running: nothing is to be evaluated."),
    "wrong_state": N_("A colleague did this meanwhile."),
    "not_permitted": N_("Your role does not allow this."),
}


def refusal(code: str) -> str:
    """The message for a code of `Refused`."""
    return _(REFUSALS.get(code, REFUSALS["wrong_state"]))


def overlap(other: IntegrationContract) -> str:
    """The message for days that another contract covers."""
    return _(
        "Another contract covers the days from %(first)s to %(last)s: end it first, or choose other days.",
        first=exact_day(other.starts_on),
        last=exact_day(last_day(other)),
    )
