"""The codes of the supervision by sampling and their words, in the order of the screen."""

from clais.translation import N_

THEMES = {
    "intake": N_("Reception"),
    "bilan": N_("Bilan"),
    "plan": N_("Plan"),
    "follow_up": N_("Follow-up"),
    "referral": N_("Referral"),
    "exit": N_("Closing of the file"),
}
TEXTS = {
    "asked": N_("What the person asked"),
    "done": N_("What was done"),
    "hard": N_("What was hard"),
    "otherwise": N_("What one would do otherwise"),
}
"""The four texts of a summary."""
TAGS = {"asked": "", "drawn": "wait", "answered": "done", "declined": "late", "closed": ""}
"""State → the kind of its tag."""
