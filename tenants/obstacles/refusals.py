"""Why an act about an obstacle was refused, in words."""

from clais.translation import N_
from clais.translation import gettext as _

REFUSALS = {
    "sensitive": N_("Health and justice are kept sealed: note it among the sensitive facts, or in a bilan."),
    "known": N_("This is an obstacle already: say how it changed."),
    "lifted": N_("This obstacle is lifted meanwhile: note it anew if it came back."),
    "older": N_("Something newer is known already: give that day or a later one."),
}


def refusal(code: str) -> str:
    """The message for a code of `Refused`."""
    return _(REFUSALS[code])
