"""The codes of appointments and their labels (gettext ids). Order is that of the screen."""

from clais.translation import N_

PURPOSES = {
    "first": N_("First interview"),
    "follow_up": N_("Follow-up interview"),
    "bilan": N_("Bilan"),
    "plan": N_("Action plan"),
    "paperwork": N_("Paperwork"),
    "search": N_("Job search"),
    "visit": N_("Visit to an operator or employer"),
    "phone": N_("Telephone appointment"),
    "other": N_("Other"),
}

LENGTHS = (15, 30, 45, 60, 90, 120, 180)
USUAL_MINUTES = 45

CHANNEL_OF_PURPOSE = {"phone": "phone"}
"""Purpose of an appointment → channel of the contact it makes; any other purpose is a contact at the office."""
