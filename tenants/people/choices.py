"""The codes of a person's card and their labels (gettext ids). Order is that of the screen."""

from clais.exchange.eligibility.choices import LEVELS, LICENCES, SCHOOLING, STATUS
from clais.translation import N_

__all__ = [
    "AGREEMENT_NEEDED",
    "BINDING",
    "CHANGED",
    "CONSENT_MANNERS",
    "CONTACT_PREFERENCES",
    "DATED_CHANGES",
    "LANGUAGES",
    "LEVELS",
    "LICENCES",
    "REGISTRATION_TEXT",
    "REGISTRATION_TEXT_VERSION",
    "SCHOOLING",
    "SEX",
    "STATUS",
    "TOLD_APART",
    "WRONG",
]

SEX = {"woman": N_("Woman"), "man": N_("Man"), "other": N_("Other"), "undeclared": N_("Not declared")}

LANGUAGES = {
    "fr": N_("French"),
    "nl": N_("Dutch"),
    "de": N_("German"),
    "en": N_("English"),
    "ar": N_("Arabic"),
    "ber": N_("Berber"),
    "tr": N_("Turkish"),
    "it": N_("Italian"),
    "es": N_("Spanish"),
    "pt": N_("Portuguese"),
    "ro": N_("Romanian"),
    "bg": N_("Bulgarian"),
    "pl": N_("Polish"),
    "uk": N_("Ukrainian"),
    "ru": N_("Russian"),
    "sq": N_("Albanian"),
    "ln": N_("Lingala"),
    "sw": N_("Swahili"),
    "ff": N_("Fula"),
    "fa": N_("Persian / Dari"),
    "ps": N_("Pashto"),
    "ku": N_("Kurdish"),
    "other": N_("Another language"),
}

CONSENT_MANNERS = {"spoken": N_("Spoken, noted by the agent"), "paper": N_("On paper"), "screen": N_("On the screen")}

REGISTRATION_TEXT = N_(
    "We write down who you are and what you ask for in a file of the platform %(of_place)s, to help you find work or "
    "training. Only its agents read it, and they are bound by professional secrecy. Nothing goes to another service "
    "without your agreement. You may see, correct or erase what concerns you. To refuse takes no right away from you. "
    "Do you agree?"
)
"""The text read to the person before their file is created."""
REGISTRATION_TEXT_VERSION = "2026-1"
"""Stored with each agreement; raise it whenever the text changes."""
AGREEMENT_NEEDED = N_("Say how the person agreed. Without agreement, note an anonymous information request.")

CHANGED, WRONG = "changed", "wrong"
DATED_CHANGES = {CHANGED: N_("It changed: from today on"), WRONG: N_("It was noted wrong: it was so all along")}
"""What an agent says of a status, an address or a certificate that is replaced by another one."""

CONTACT_PREFERENCES = {
    "phone": N_("By phone"),
    "sms": N_("By text message"),
    "email": N_("By e-mail"),
    "post": N_("By post"),
}

TOLD_APART = {
    "decided": N_("Decided after looking at both files"),
    "registered": N_("Said when the file was opened or its card was changed"),
    "undone": N_("Merged, and taken back"),
}
"""What the decision that two files are not one person's follows from."""
BINDING = frozenset({"decided", "undone"})
"""The causes of a decision that holds when a card changes: what was said at the desk is asked again then."""
