"""The texts of the events on conditions."""

from clais.feature.trail import Trail
from clais.translation import N_

TRAIL = Trail(
    verbs={
        "eligibility.edit": N_("%(who)s changed the conditions in preparation"),
        "eligibility.give_up": N_("%(who)s gave the conditions in preparation up"),
        "eligibility.try": N_("%(who)s had conditions tried by the platforms"),
        "eligibility.publish": N_("%(who)s published conditions"),
    },
)
