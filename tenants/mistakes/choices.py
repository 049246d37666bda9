"""Why something was encoded by mistake, as codes with their labels (gettext ids), and what can be."""

from clais.translation import N_

REASONS: dict[str, tuple[str, str]] = {
    "test": (N_("A trial"), N_("Written to try the platform, or to show it")),
    "wrong_person": (N_("The wrong person"), N_("It is about somebody else")),
    "never_was": (N_("It did not take place"), N_("Nobody came, nobody was reached")),
    "twice": (N_("Noted twice"), N_("The same is noted elsewhere")),
    "other": (N_("Something else"), N_("Said in the words below")),
}
FILE = "person"
SUBJECTS = {
    FILE: N_("The whole file"),
    "note": N_("Note"),
    "contact": N_("Contact"),
    "intake": N_("Reception"),
}
"""What may be set aside, by its table."""
