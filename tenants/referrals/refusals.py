"""The messages for refused acts on a referral."""

from clais.translation import N_
from clais.translation import gettext as _
from clais.workflow import Refused

REFUSALS = {
    "scheme_closed": N_("This scheme takes nobody any more."),
    "session_closed": N_("Registrations for this session are over: choose another one."),
    "already_open": N_("This person already has an open referral to this scheme."),
    "consent_over": N_("The agreement must end between today and two years from now."),
    "consent_unknown": N_("Choose how the person agrees, and on which text."),
    "not_reachable": N_("The centre must be able to reach the person: a phone, an e-mail, or through whom."),
    "wrong_state": N_("This referral moved meanwhile: look at where it stands now."),
    "not_permitted": N_("Your role does not allow this."),
}


def refusal(error: Refused) -> str:
    """The message for a refusal."""
    return _(REFUSALS.get(error.code, REFUSALS["wrong_state"]))
