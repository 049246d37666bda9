"""The texts of the events on conditions, in a platform."""

from collections.abc import Mapping

from clais.exchange.eligibility.choices import ASKED
from clais.feature.trail import Trail
from clais.translation import N_
from clais.translation import gettext as _


def fields() -> Mapping[str, str]:
    """What is asked of a person, by name."""
    return {code: _(label) for code, (label, _question) in ASKED.items()}


TRAIL = Trail(
    verbs={
        "eligibility.declare": N_("%(who)s noted an answer for the conditions of schemes in %(file)s"),
        "eligibility.set_aside": N_("%(who)s said that a session is nothing for %(file)s"),
        "eligibility.take_up": N_("%(who)s said that a session may be for %(file)s after all"),
    },
    fields=fields,
)
