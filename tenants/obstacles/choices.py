"""The codes of obstacles and their labels (gettext ids). Order is that of the screen."""

from clais.instruments.rules.dimensions import SENSITIVE
from clais.translation import N_
from tenants.orientation.rules.dimensions import BY_CODE, LEVELS

SOURCES = {
    "contact": N_("In a contact or an appointment"),
    "agent": N_("By the agent, outside of a contact"),
    "partner": N_("From a partner"),
}
LEARNT = {
    "bilan": N_("bilan"),
    "contact": N_("contact"),
    "agent": N_("seen by the agent"),
    "partner": N_("from a partner"),
}
"""The same beside a day, and the bilans that say the rest."""

LIFTED = 0
HINDERING = {str(level): LEVELS[level] for level in (-1, -2, -3)}
LIFTED_HOW = {
    "person": N_("The person found a solution"),
    "agent": N_("With the help of the agent"),
    "partner": N_("With a partner or a measure"),
    "gone": N_("It solved itself"),
}
NOTED_HERE = {code: one.label for code, one in BY_CODE.items() if code not in SENSITIVE}
"""The dimensions of obstacles that are noted between two bilans."""
