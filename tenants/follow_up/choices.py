"""The codes of notes and contacts and their labels (gettext ids). Order is that of the screen."""

from clais.instruments.choices import DIMENSIONS
from clais.instruments.rules.dimensions import SENSITIVE
from clais.translation import N_

NOTE_CLASSES = {"fact": N_("For the team"), "shareable": N_("Shareable"), "confidence": N_("Confidence")}

NOTE_ACTS = {
    "fact": N_("Save for the team"),
    "shareable": N_("Save as shareable"),
    "confidence": N_("Save as a confidence"),
}

NOTE_MEANINGS = {
    "fact": N_("Read by the agents of the platform. Stays here."),
    "shareable": N_("Read by the agents; may go into a referral, if the person agrees."),
    "confidence": N_("Read by you and the colleagues you name. The others do not see that it exists."),
}

CHANNELS = {
    "phone": N_("Telephone"),
    "office": N_("At the office"),
    "message": N_("SMS or message"),
    "email": N_("E-mail"),
    "home": N_("Home visit"),
    "letter": N_("Letter"),
    "partner": N_("Through a partner"),
}

OUTCOMES = {
    "reached": N_("We spoke"),
    "message_left": N_("Message left"),
    "no_answer": N_("No answer"),
    "absent": N_("Absent"),
    "wrong_details": N_("Wrong number or address"),
}

THEMES = {code: label for code, label in DIMENSIONS.items() if code not in SENSITIVE}
"""What a note or a contact is about: the dimensions of a bilan. That health or justice was discussed is no theme, as a
theme stands in the clear.
"""

REACHED = "reached"
"""The one outcome that counts as a contact; the others are attempts."""
ABSENT = "absent"
UNFILED = "unfiled"
"""The outcome of a report whose appointment was put back: neither contact nor attempt, until one is chosen anew."""
