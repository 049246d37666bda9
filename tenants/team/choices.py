"""Half-days and kinds of absence: codes and their words (gettext ids), in the order of the screen."""

from clais.instruments.rules.receptions import COLUMNS
from clais.translation import N_
from tenants.people.choices import LANGUAGES

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
MORNING, AFTERNOON = "am", "pm"
HALF_DAYS = {
    "monday_am": N_("Monday morning"),
    "monday_pm": N_("Monday afternoon"),
    "tuesday_am": N_("Tuesday morning"),
    "tuesday_pm": N_("Tuesday afternoon"),
    "wednesday_am": N_("Wednesday morning"),
    "wednesday_pm": N_("Wednesday afternoon"),
    "thursday_am": N_("Thursday morning"),
    "thursday_pm": N_("Thursday afternoon"),
    "friday_am": N_("Friday morning"),
    "friday_pm": N_("Friday afternoon"),
}

ABSENCE_KINDS = {
    "leave": N_("On leave"),
    "training": N_("In training"),
    "elsewhere": N_("At work elsewhere"),
    "other": N_("Another absence"),
}
"""Never why someone is ill: that is « another absence »."""

WISHES = {"asked": N_("Asks for them"), "not_again": N_("Prefers somebody else")}
ASKED, NOT_AGAIN = WISHES

SPOKEN_BESIDE_FRENCH = {code: label for code, label in LANGUAGES.items() if code not in {"fr", "other"}}
REQUEST_KINDS = COLUMNS["request_kinds"].codes
