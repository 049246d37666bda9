"""Why a caseload changes hands, and which of its files move: codes and their words (gettext ids)."""

from clais.translation import N_

REASONS = {
    "departure": N_("They leave the platform"),
    "absence": N_("They are away for some time"),
    "working_days": N_("They work on fewer days"),
}
DEPARTURE, ABSENCE, WORKING_DAYS = REASONS

MOVES = {
    "all": N_("All their open files"),
    "above": N_("Only those above their ceiling"),
    "none": N_("None: their files stay"),
}
ALL, ABOVE, NONE = MOVES

MAIL, LETTER = "mail", "letter"
"""How a person is told that somebody else follows them."""
